import { describe, expect, it } from "vitest";
import { sectionsOf } from "./grouping";

describe("sections of a view", () => {
  it("are its groups in order, with what belongs to none between them", () => {
    const groups = [
      { label: "2020-02", first: 10, count: 5 },
      { label: "2019-07", first: 2, count: 8 },
      { label: "nowhere", first: null, count: 3 },
    ];
    const sections = sectionsOf(groups, 20);
    expect(sections.map((s) => [s.label, s.count])).toEqual([
      ["Not known", 2],
      ["2019-07", 8],
      ["2020-02", 5],
      ["Not known", 5],
    ]);
  });

  it("are one without groups and none without rows", () => {
    expect(sectionsOf([], 7)).toEqual([{ label: "", count: 7 }]);
    expect(sectionsOf([], 0)).toEqual([]);
  });

  it("hold every position once also where groups overlap or run over", () => {
    const sections = sectionsOf(
      [
        { label: "a", first: 0, count: 6 },
        { label: "b", first: 4, count: 99 },
      ],
      10,
    );
    expect(sections.reduce((sum, s) => sum + s.count, 0)).toBe(10);
  });
});
