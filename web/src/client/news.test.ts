// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { AGAIN_MS, followNews, LETS_GO_MS } from "./news";

class Source extends EventTarget {
  static readonly CLOSED = 2;
  static open = 0;
  static last: Source;
  readyState = 1;
  constructor(readonly path: string) {
    super();
    Source.open += 1;
    Source.last = this;
  }
  refuse(): void {
    this.readyState = Source.CLOSED;
    this.dispatchEvent(new Event("error"));
  }
  close(): void {
    Source.open -= 1;
  }
}

let hidden: boolean;
let missed: number;
const show = (now: boolean) => {
  hidden = !now;
  document.dispatchEvent(new Event("visibilitychange"));
};
const follow = () => followNews("/events", { act: () => {} }, () => (missed += 1));

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Source);
  vi.spyOn(document, "hidden", "get").mockImplementation(() => hidden);
  [hidden, missed, Source.open] = [false, 0, 0];
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it("holds no connection while the page is hidden, and catches up when it is seen", () => {
  const stop = follow();
  show(false);
  vi.advanceTimersByTime(LETS_GO_MS);
  expect([Source.open, missed]).toEqual([0, 0]);
  show(true);
  expect([Source.open, missed]).toEqual([1, 1]);
  stop();
  expect(Source.open).toBe(0);
});

it("goes on over a short look into another tab", () => {
  const stop = follow();
  show(false);
  vi.advanceTimersByTime(LETS_GO_MS - 1);
  show(true);
  vi.advanceTimersByTime(LETS_GO_MS);
  expect([Source.open, missed]).toEqual([1, 0]);
  stop();
});

it("begins when a page that was opened behind another is seen, and ends for good", () => {
  hidden = true;
  const stop = follow();
  expect(Source.open).toBe(0);
  show(true);
  expect(Source.open).toBe(1);
  show(false);
  stop();
  vi.advanceTimersByTime(LETS_GO_MS);
  show(true);
  expect(Source.open).toBe(0);
});

it("tries again after a refusal, later each time, until it is let in", () => {
  const stop = follow();
  for (const wait of AGAIN_MS) {
    Source.last.refuse();
    vi.advanceTimersByTime(wait - 1);
    expect(Source.open).toBe(0);
    vi.advanceTimersByTime(1);
    expect(Source.open).toBe(1);
  }
  Source.last.dispatchEvent(new Event("open"));
  Source.last.dispatchEvent(new Event("error")); // torn off: the browser connects by itself
  vi.advanceTimersByTime(AGAIN_MS[0]);
  expect([Source.open, missed]).toEqual([1, AGAIN_MS.length]);
  Source.last.refuse();
  stop();
  vi.advanceTimersByTime(AGAIN_MS[3]);
  expect(Source.open).toBe(0);
});
