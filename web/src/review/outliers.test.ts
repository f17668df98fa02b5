import { expect, it } from "vitest";
import { byDistance } from "./outliers";

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
