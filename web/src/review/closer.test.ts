import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Closer, endWhenAway } from "./closer";
import type { Clarity } from "./shapes";

let loads: { id: number; clarity: Clarity; signal: AbortSignal; answer: () => void }[];
let shown: (number | null)[];
let open: Set<string>;
let closer: Closer;

beforeEach(() => {
  vi.useFakeTimers();
  [loads, shown, open] = [[], [], new Set()];
  let made = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation(() => {
    const url = `blob:${made++}`;
    open.add(url);
    return url;
  });
  vi.spyOn(URL, "revokeObjectURL").mockImplementation((url) => void open.delete(url));
  closer = new Closer(
    (id, clarity, signal) =>
      new Promise((resolve) =>
        loads.push({ id, clarity, signal, answer: () => resolve(new Blob()) }),
      ),
    (id) => shown.push(id),
    () => 0,
  );
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const settle = () => vi.advanceTimersByTimeAsync(0);

async function look(id = 7) {
  closer.begin(id, "grey", 10);
  loads.at(-1)!.answer();
  await settle();
}

describe("looking closer", () => {
  it("shows a picture and lets it go on release", async () => {
    await look();
    expect(closer.state.now).toMatchObject({ id: 7, clarity: "grey", url: "blob:0" });
    closer.end();
    expect(closer.state.now).toMatchObject({ id: null, url: null });
    expect([open.size, shown]).toEqual([0, [7, null]]);
  });

  it("ends by itself", async () => {
    await look();
    await vi.advanceTimersByTimeAsync(9_999);
    expect(closer.state.now.id).toBe(7);
    await vi.advanceTimersByTimeAsync(1);
    expect([closer.state.now.id, open.size]).toEqual([null, 0]);
  });

  it("does not gain time by turning clear", async () => {
    await look();
    await vi.advanceTimersByTimeAsync(6_000);
    closer.turn("clear");
    loads.at(-1)!.answer();
    await settle();
    expect([closer.state.now.clarity, open.size]).toEqual(["clear", 1]);
    await vi.advanceTimersByTimeAsync(4_000);
    expect([closer.state.now.id, open.size]).toEqual([null, 0]);
  });

  it("never shows a picture that comes after its end, nor the one before", async () => {
    closer.begin(7, "grey", 10);
    closer.begin(8, "grey", 10);
    loads[0]!.answer();
    await settle();
    expect(closer.state.now).toMatchObject({ id: 8, url: null });
    closer.end();
    loads[1]!.answer();
    await settle();
    expect([closer.state.now.id, open.size, loads.every((l) => l.signal.aborted)]).toEqual([
      null,
      0,
      true,
    ]);
  });

  it("ends when the window loses the focus", async () => {
    await look();
    const leave = endWhenAway(() => closer.end());
    window.dispatchEvent(new Event("blur"));
    expect(closer.state.now.id).toBeNull();
    leave();
  });
});
