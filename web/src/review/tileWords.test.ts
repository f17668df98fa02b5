import { describe, expect, it } from "vitest";
import type { Row } from "./rowCache";
import { isDone, runningTime, standingOf, wordsOf } from "./tileWords";

const row = (more: Partial<Row> = {}): Row => ({
  position: 0,
  id: 1,
  stack: 1,
  files: 1,
  kind: "image",
  state: "open",
  category: null,
  mine: false,
  proposed: null,
  by: null,
  takenUs: null,
  leased: null,
  durationMs: null,
  exhibit: "JB/1",
  path: "DCIM/1.jpg",
  ...more,
});
const labels = (code: string | null) => (code === null ? "no category" : `Category ${code}`);

describe("what a tile says", () => {
  it("puts what is not saved before all else, then the officer's own", () => {
    const mine = row({ mine: true, category: "B", state: "disputed" });
    expect(standingOf(mine, { category: "A" })).toBe("unsaved");
    expect(standingOf(mine, undefined)).toBe("mine");
    expect(standingOf(row({ state: "disputed", leased: "M. Osei" }), undefined)).toBe("disputed");
    expect(standingOf(row({ leased: "M. Osei", state: "proposed" }), undefined)).toBe("leased");
  });

  it("says all of it aloud", () => {
    const words = wordsOf(
      row({ stack: 37, files: 41, kind: "video", durationMs: 31_400 }),
      undefined,
      labels,
    );
    expect(words).toMatchObject({ badge: "×37", kind: "video 0:31", corner: "" });
    expect(words.label).toBe("stack of 37, video 0:31, 41 files, waits, JB/1 DCIM/1.jpg");
    const proposed = wordsOf(row({ proposed: "B", by: "Unit list" }), undefined, labels);
    expect([proposed.corner, proposed.foot]).toEqual(["B?", "Unit list"]);
    expect(proposed.label).toContain("Category B proposed by Unit list");
  });

  it("passes over what is graded, trusted or with somebody, not over what was taken back", () => {
    expect(isDone(row({ mine: true }), undefined)).toBe(true);
    expect(isDone(row({ leased: "M. Osei" }), undefined)).toBe(true);
    expect(isDone(row(), { category: "A" })).toBe(true);
    expect(isDone(row({ mine: true }), { category: null })).toBe(false);
    expect(isDone(row({ state: "disputed" }), undefined)).toBe(false);
  });

  it("writes running times", () => {
    expect([7_400, 61_000, 3_723_000].map(runningTime)).toEqual(["0:07", "1:01", "1:02:03"]);
  });
});
