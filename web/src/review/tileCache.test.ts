import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../client/problem";
import { picturesOf, readSheet } from "./sheet";
import { type Picture, TileCache, type TileSource } from "./tileCache";

interface Fake extends Picture {
  id: number;
  closed: boolean;
}

const encoded = (id: number) => new Blob([new Uint8Array([id & 255, id >> 8])]);

class Server implements TileSource<Fake> {
  asked: {
    ids: readonly number[];
    signal: AbortSignal;
    answer: () => void;
    fail: (e: unknown) => void;
  }[] = [];
  made: Fake[] = [];
  load(ids: readonly number[], signal: AbortSignal) {
    return new Promise<Map<number, Blob>>((resolve, reject) => {
      const answer = () =>
        resolve(new Map(ids.map((id) => [id, id === 9 ? new Blob() : encoded(id)])));
      this.asked.push({ ids, signal, answer, fail: reject });
      signal.addEventListener("abort", () => reject(new DOMException("", "AbortError")));
    });
  }
  async decode(picture: Blob) {
    const bytes = new Uint8Array(await picture.arrayBuffer());
    const fake: Fake = {
      id: bytes[0]! + bytes[1]! * 256,
      width: 10,
      height: 10,
      closed: false,
      close() {
        this.closed = true;
      },
    };
    this.made.push(fake);
    return fake;
  }
}

const limits = { batch: 4, parallel: 2, bytes: 400 * 8, dwell: 10 };
let server: Server;
let refusals: Problem[];
let cache: TileCache<Fake>;

beforeEach(() => {
  vi.useFakeTimers();
  server = new Server();
  refusals = [];
  cache = new TileCache(
    server,
    () => {},
    (p) => refusals.push(p),
    limits,
  );
});
afterEach(() => vi.useRealTimers());

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const settle = () => vi.advanceTimersByTimeAsync(20);

async function show(ids: number[]) {
  cache.want(ids);
  for (let i = 0; i < 20; i++) {
    await settle();
    server.asked.forEach((request) => request.answer());
  }
  await settle();
}

describe("tile cache", () => {
  it("asks in batches, few at a time", async () => {
    cache.want(range(0, 12));
    await settle();
    expect(server.asked.map((r) => r.ids)).toEqual([range(0, 4), range(4, 8)]);
    server.asked[0]!.answer();
    await settle();
    expect(server.asked[2]!.ids).toEqual(range(8, 12));
  });

  it("does not ask for what only flies past", async () => {
    for (let from = 0; from < 100; from += 4) {
      cache.want(range(from, from + 4));
      await vi.advanceTimersByTimeAsync(6);
    }
    await settle();
    expect(server.asked.map((r) => r.ids)).toEqual([range(0, 4), range(96, 100)]);
    expect(server.asked[0]!.signal.aborted).toBe(true);
  });

  it("answers a jump after rest at once", async () => {
    await show(range(0, 4));
    await vi.advanceTimersByTimeAsync(500);
    cache.want(range(900, 904));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.asked.at(-1)!.ids).toEqual(range(900, 904));
  });

  it("cancels what has scrolled away and keeps nothing of it", async () => {
    cache.want(range(0, 4));
    await settle();
    cache.want(range(50, 54));
    expect(server.asked[0]!.signal.aborted).toBe(true);
    server.asked[0]!.answer();
    await settle();
    expect(cache.picture(0)).toBeUndefined();
    expect(server.asked[1]!.ids).toEqual(range(50, 54));
  });

  it("finds a picture under its own id only", async () => {
    await show(range(0, 30));
    for (const id of range(0, 30)) expect(cache.picture(id)?.id ?? id).toBe(id);
    expect(cache.picture(9)).toBeNull();
    expect(cache.picture(31)).toBeUndefined();
  });

  it("holds a bounded number of bytes and closes what it lets go", async () => {
    for (let from = 100; from < 400; from += 4) await show(range(from, from + 4));
    expect(cache.heldBytes).toBeLessThanOrEqual(limits.bytes);
    const open = server.made.filter((p) => !p.closed);
    expect(open.length * 400).toBe(cache.heldBytes);
    expect(range(396, 400).every((id) => cache.picture(id)?.closed === false)).toBe(true);
  });

  it("stops at a refusal until it is told to go on", async () => {
    cache.want(range(0, 4));
    await settle();
    server.asked[0]!.fail(new Problem(403, "break-due", "A break is due.", null));
    await settle();
    cache.want(range(4, 8));
    await vi.advanceTimersByTimeAsync(10_000);
    expect([refusals.length, server.asked.length]).toEqual([1, 1]);
    cache.resume();
    await settle();
    expect(server.asked[1]!.ids).toEqual(range(4, 8));
  });

  it("goes on where some are not shown to this officer", async () => {
    cache.want(range(0, 8));
    await settle();
    server.asked[0]!.fail(new Problem(403, "not-shown", "Not shown.", null));
    server.asked[1]!.answer();
    await settle();
    expect([cache.picture(0), cache.picture(5)?.id, refusals.length]).toEqual([null, 5, 0]);
  });

  it("tries again by itself when the server was not reached", async () => {
    cache.want(range(0, 4));
    await settle();
    server.asked[0]!.fail(new TypeError("fetch failed"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(server.asked.length).toBe(2);
  });

  it("closes everything at the end", async () => {
    await show(range(0, 4));
    cache.close();
    expect(server.made.every((p) => p.closed)).toBe(true);
    expect(cache.heldBytes).toBe(0);
  });
});

function sheet(tiles: [number, number[]][], cut = 0): ArrayBuffer {
  const size = 8 + tiles.reduce((sum, [, b]) => sum + 12 + b.length, 0);
  const out = new DataView(new ArrayBuffer(size));
  out.setUint32(0, 0x54525754, false);
  out.setUint32(4, tiles.length, true);
  let at = 8;
  for (const [id, bytes] of tiles) {
    out.setBigUint64(at, BigInt(id), true);
    out.setUint32(at + 8, bytes.length, true);
    bytes.forEach((b, i) => out.setUint8(at + 12 + i, b));
    at += 12 + bytes.length;
  }
  return out.buffer.slice(0, size - cut);
}

describe("tile sheet", () => {
  it("reads tiles by id", () => {
    const read = readSheet(
      sheet([
        [7, [1, 2]],
        [4_000_000_000, []],
      ]),
    );
    expect([...read.get(7)!]).toEqual([1, 2]);
    expect(read.get(4_000_000_000)!.length).toBe(0);
  });

  it("hands out pictures and lets the sheet go", () => {
    const data = sheet([
      [7, [1, 2]],
      [8, []],
    ]);
    const pictures = picturesOf(data);
    expect([pictures.get(7)!.size, pictures.get(8)!.size]).toEqual([2, 0]);
    if ("transfer" in data) expect(data.byteLength).toBe(0);
  });

  it("refuses what is cut short or something else", () => {
    expect(() => readSheet(sheet([[7, [1, 2]]], 1))).toThrow("cannot be read");
    expect(() => readSheet(new ArrayBuffer(8))).toThrow("cannot be read");
  });
});
