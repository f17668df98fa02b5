import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followCase } from "./live";
import type { Room } from "./room";

class Source extends EventTarget {
  static last: Source;
  closed = false;
  constructor(readonly path: string) {
    super();
    Source.last = this;
  }
  close(): void {
    this.closed = true;
  }
  tell(kind: string, data: unknown): void {
    const text = typeof data === "string" ? data : JSON.stringify(data);
    this.dispatchEvent(new MessageEvent(kind, { data: text }));
  }
}

let stale: (readonly number[] | null)[];
let marked: number[];
let stop: () => void;
beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  [stale, marked] = [[], []];
  const room = {
    stale: (ids: ReadonlySet<number> | null) => stale.push(ids === null ? null : [...ids]),
  } as unknown as Room;
  stop = followCase("/events", room, "G. Okafor", (media) => marked.push(...media));
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});
const later = () => vi.advanceTimersByTimeAsync(1_000);

describe("what others do", () => {
  it("is gathered for a moment; one's own acts are known already", async () => {
    Source.last.tell("act", { media: [1, 2], officer: "M. Lindqvist" });
    Source.last.tell("lease", { media: [2, 3] });
    Source.last.tell("act", { media: [9], officer: "G. Okafor" });
    Source.last.tell("act", "not JSON");
    Source.last.tell("mark", { media: [7] });
    expect(stale).toEqual([]);
    await later();
    expect([stale, marked]).toEqual([[[1, 2, 3]], [7]]);
  });

  it("may be more than was named: then any row may have changed, once", async () => {
    Source.last.tell("act", { media: [1], more: true });
    await later();
    Source.last.tell("act", { media: [4] });
    await later();
    expect(stale).toEqual([null, [4]]);
  });

  it("is not followed any longer when the case is closed", async () => {
    Source.last.tell("act", { media: [1] });
    stop();
    await later();
    expect([stale, Source.last.closed]).toEqual([[], true]);
  });
});
