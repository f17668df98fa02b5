import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../client/problem";
import { RowCache } from "./rowCache";
import type { Bucket } from "./shapes";

const SIZE = 10;
const bucket = (n: number): Bucket => {
  const of = <T>(make: (i: number) => T) =>
    Array.from({ length: SIZE }, (_, i) => make(n * SIZE + i));
  return {
    first: n * SIZE,
    ids: of((i) => 1000 + i),
    stack: of((i) => (i % 3) + 1),
    files: of(() => 2),
    kind: of(() => "image"),
    state: of((i) => i % 5),
    category: of(() => null),
    mine: of(() => false),
    proposed: of(() => null),
    by: of(() => null),
    taken_us: of(() => null),
    leased: of(() => null),
    duration_ms: of(() => null),
    exhibit: of(() => 0),
    path: of((i) => `a/${i}`),
    exhibits: ["JB/1"],
  };
};

let asked: { n: number; signal: AbortSignal; answer: () => void; fail: (e: unknown) => void }[];
let refused: Problem[];
let rows: RowCache;
beforeEach(() => {
  vi.useFakeTimers();
  [asked, refused] = [[], []];
  const load = (n: number, signal: AbortSignal) =>
    new Promise<Bucket>((resolve, fail) =>
      asked.push({ n, signal, answer: () => resolve(bucket(n)), fail }),
    );
  rows = new RowCache(
    SIZE,
    load,
    () => {},
    (p) => refused.push(p),
  );
});
afterEach(() => vi.useRealTimers());
const settle = () => vi.advanceTimersByTimeAsync(50);

async function read(from: number, to: number) {
  rows.want(from, to);
  await settle();
  for (const request of asked) request.answer();
  await settle();
}

describe("rows of a view", () => {
  it("come by the bucket, under their own position", async () => {
    await read(8, 12);
    expect(asked.map((r) => r.n)).toEqual([0, 1]);
    expect(rows.row(11)).toMatchObject({
      position: 11,
      id: 1011,
      state: "proposed",
      exhibit: "JB/1",
    });
    expect(rows.row(20)).toBeUndefined();
  });

  it("are cancelled when the window has moved on", async () => {
    rows.want(0, 5);
    await settle();
    rows.want(1000, 1005);
    await settle();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[0]!.answer();
    await settle();
    expect(rows.row(0)).toBeUndefined();
    expect(asked.map((r) => r.n)).toEqual([0, 100]);
  });

  it("are bounded", async () => {
    for (let at = 0; at < 600; at += 10) await read(at, at + 10);
    const held = Array.from({ length: 600 }, (_, i) => rows.row(i)).filter(Boolean).length;
    expect(held).toBe(240);
  });

  it("take what the server says of single media without being read again", async () => {
    await read(0, 10);
    rows.patch([{ id: 1004, state: "voted", category: "B", mine: true }]);
    expect(rows.row(4)).toMatchObject({ state: "voted", category: "B", mine: true });
    expect(rows.row(5)!.mine).toBe(false);
    rows.lease(new Set([1005]), "M. Osei");
    expect(rows.row(5)!.leased).toBe("M. Osei");
  });

  it("are read again when they are stale, showing the old until then", async () => {
    await read(0, 10);
    expect(rows.stale(new Set([1003]))).toBe(true);
    expect(rows.stale(new Set([5]))).toBe(false);
    expect(asked.length).toBe(2);
    expect(rows.row(3)?.id).toBe(1003);
  });

  it("that are not on screen are only forgotten when they are stale", async () => {
    await read(0, 10);
    await read(10, 20);
    expect(rows.stale(null)).toBe(true);
    expect(asked.map((r) => r.n)).toEqual([0, 1, 1]);
    expect([rows.row(3), rows.row(13)?.id]).toEqual([undefined, 1013]);
  });

  it("pass a refusal on and try again when the server was not reached", async () => {
    rows.want(0, 5);
    await settle();
    asked[0]!.fail(new TypeError("fetch failed"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(asked.length).toBe(2);
    asked[1]!.fail(new Problem(404, "not-found", "There is no such view.", null));
    await vi.advanceTimersByTimeAsync(5_000);
    expect([asked.length, refused.length]).toEqual([2, 1]);
  });
});
