import type { Calls } from "./calls";
import type { Room } from "./room";

/** Stacks held for this officer at once, from the cursor on. */
const HELD = 50;
const PAUSE_MS = 400;
/** Leases are asked for again well before the shortest they may last. */
const AGAIN_MS = 30_000;

/**
 * Holds the stacks ahead of the cursor so that two officers do not look at the same one, and lets
 * them go when the page is left.
 */
export function holdLeases(room: Room, calls: Calls): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let last = "";
  let lastAt = 0;
  const ask = async () => {
    timer = undefined;
    const { asked, cursor, phase } = room.state.now;
    if (phase !== "open" || !LEASED.has(asked.source) || asked.unit !== "stack") return;
    const tops = aheadOf(room, cursor);
    const key = tops.join(",");
    if (tops.length === 0 || (key === last && Date.now() - lastAt < AGAIN_MS)) return;
    const moved = last !== "" && !last.split(",").some((one) => tops.includes(Number(one)));
    [last, lastAt] = [key, Date.now()];
    if (moved) await calls.endLeases().catch(() => undefined); // far from what was held
    const answer = await calls.lease(tops).catch(() => null); // the next move asks again
    for (const { media, officer } of answer?.refused ?? []) room.lease(new Set([media]), officer);
  };
  const plan = () => {
    timer ??= setTimeout(() => void ask(), PAUSE_MS);
  };
  const stop = room.state.watch(plan);
  const renewing = setInterval(plan, AGAIN_MS);
  const leave = () => void calls.endLeases().catch(() => undefined); // they end by themselves
  window.addEventListener("pagehide", leave);
  plan();
  return () => {
    stop();
    window.removeEventListener("pagehide", leave);
    clearTimeout(timer);
    clearInterval(renewing);
    leave();
  };
}

const LEASED: ReadonlySet<string> = new Set(["queue", "samples"]);

function aheadOf(room: Room, cursor: number): number[] {
  const tops: number[] = [];
  const end = Math.min(room.count, cursor + HELD);
  for (let position = cursor; position < end; position++) {
    const row = room.row(position);
    if (row !== undefined && row.leased === null) tops.push(row.id);
  }
  return tops;
}
