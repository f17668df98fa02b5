import type { Row } from "./rowCache";
import type { StackMember, StackOpened } from "./shapes";

/** Members shown side by side before a stack is graded as one. */
export const OUTLIERS = 3;

/**
 * Of one or several stacks: the three members least like their top, furthest first, then the rest.
 * The tops themselves come after them: they are what was looked at in the grid.
 */
export function byDistance(stacks: readonly StackOpened[]): {
  outliers: StackMember[];
  rest: StackMember[];
} {
  const tops = new Set(stacks.map((stack) => stack.top));
  const members = stacks.flatMap((stack) => stack.members);
  const others = members
    .filter((member) => !tops.has(member.id))
    .sort((one, other) => (other.distance ?? 0) - (one.distance ?? 0) || one.id - other.id);
  const rest = [...members.filter((member) => tops.has(member.id)), ...others.slice(OUTLIERS)];
  return { outliers: others.slice(0, OUTLIERS), rest };
}

/** How many members of some stacks the officer has graded before, and otherwise than this. */
export function gradedOtherwise(opened: readonly StackOpened[], category: string): number {
  const members = opened.flatMap((stack) => stack.members);
  const otherwise = members.filter((member) => member.mine && member.category !== category);
  return new Set(otherwise.map((member) => member.id)).size;
}

/**
 * How many media some rows stand for. What was just read of their stacks (of those of more than
 * one media, in their order, as far as they were read) goes before what the grid was told.
 */
export function mediaOf(rows: readonly Row[], opened: readonly StackOpened[]): number {
  const stacks = rows.filter((row) => row.stack > 1);
  const read = new Map(opened.map((stack, i) => [stacks[i], stack]));
  const byTop = new Map<number, number>();
  for (const row of rows) {
    const stack = read.get(row);
    byTop.set(stack?.top ?? row.id, stack?.media ?? row.stack);
  }
  return [...byTop.values()].reduce((sum, media) => sum + media, 0);
}
