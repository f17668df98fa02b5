import type { Closer } from "./closer";
import type { Action, Doing } from "./keys";
import type { Page } from "./review";
import type { Row } from "./rowCache";
import { nudgedRegion, type Region } from "./stageView";

/** Where a region begins, and how far a key moves it: shares of the picture. */
export const CENTRE: Region = { x: 0.375, y: 0.375, w: 0.25, h: 0.25 };
const NUDGE = 0.02;

/** What is marked, and with what. `named`: its label is begun, so space and arrows write in it. */
export interface Marking {
  row: Row;
  closer: Closer;
  region: { now: Region | null; set: (next: Region) => void };
  marking: { named: boolean; stop: () => void };
}

/**
 * The keys while a clue is marked. The label has the focus from the start; until something is
 * written in it, arrows move the region and space looks closer again.
 */
export function markingKeys(page: Page, keys: Marking): Partial<Record<Action, Doing>> {
  const { closer, marking, region, row } = keys;
  const close = { press: marking.stop, says: "mark nothing", whileTyping: true };
  if (marking.named) return { close };
  const move = (dx: number, dy: number, says: string): Doing => ({
    press: (event) => {
      const held = region.now ?? CENTRE;
      region.set(nudgedRegion(held, dx * NUDGE, dy * NUDGE, event.shiftKey));
    },
    says,
    whileTyping: true,
  });
  return {
    left: move(-1, 0, "region to the left; narrower with Shift"),
    right: move(1, 0, "region to the right; wider with Shift"),
    up: move(0, -1, "region up; lower with Shift"),
    down: move(0, 1, "region down; higher with Shift"),
    closer: {
      press: () =>
        closer.state.now.id === null && closer.begin(row.id, "grey", page.closerSeconds),
      says: "look closer again",
      whileTyping: true,
    },
    close,
  };
}
