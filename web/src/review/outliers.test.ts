import { expect, it } from "vitest";
import { byDistance, gradedOtherwise, mediaOf } from "./outliers";
import type { Row } from "./rowCache";

const member = (id: number, distance: number) => ({
  id,
  distance,
  files: 1,
  width: 1,
  height: 1,
  size: 1,
  state: "open",
  category: null,
  mine: false,
});

it("shows the three members least like the top first, over all stacks meant", () => {
  const stacks = [
    { top: 1, members: [member(1, 0), member(2, 4), member(3, 30)], media: 3, similar: [] },
    {
      top: 9,
      members: [member(9, 0), member(8, 12), member(7, 31), member(6, 2)],
      media: 3,
      similar: [],
    },
  ];
  const { outliers, rest } = byDistance(stacks);
  expect(outliers.map((m) => m.id)).toEqual([7, 3, 8]);
  expect(rest.map((m) => m.id)).toEqual([1, 9, 2, 6]);
});

it("counts by what was just read of stacks, each once, and by the grid where nothing was", () => {
  const row = (id: number, stack: number) => ({ id, stack }) as Row;
  const opened = (top: number, media: number) => ({ top, media, members: [], similar: [] });
  const rows = [row(1, 3), row(5, 1), row(9, 2), row(20, 4), row(30, 7)];
  expect(mediaOf(rows, [])).toBe(17);
  // The third has grown, and so has what the fourth stood for: they are one stack now.
  expect(mediaOf(rows, [opened(1, 3), opened(9, 8), opened(9, 8)])).toBe(3 + 1 + 8 + 7);
});

it("counts each member once that the officer has graded otherwise", () => {
  const own = (id: number, category: string) => ({ ...member(id, 1), category, mine: true });
  const theirs = { ...member(5, 1), category: "C", mine: false };
  const stack = { top: 1, media: 4, members: [own(1, "A"), own(2, "C"), theirs], similar: [] };
  expect(gradedOtherwise([stack, stack], "A")).toBe(1);
  expect(gradedOtherwise([stack], "B")).toBe(2);
  expect(gradedOtherwise([], "A")).toBe(0);
});
