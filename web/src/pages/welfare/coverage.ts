/** A stretch of time, µs UTC. */
export interface Stretch {
  from_us: number;
  until_us: number;
}

/** A part of one day: from and to as shares of it, 0 to 1. */
export interface Part {
  from: number;
  to: number;
}

/** The days of this many from the one that holds the moment, each from midnight to midnight of
 * this machine's zone (23 or 25 hours long where the clocks change). */
export function daysFrom(us: number, many: number): Stretch[] {
  const first = new Date(us / 1000);
  return Array.from({ length: many }, (_, number) => {
    const at = (after: number) =>
      new Date(first.getFullYear(), first.getMonth(), first.getDate() + after).getTime() * 1000;
    return { from_us: at(number), until_us: at(number + 1) };
  });
}

/** The parts of a day that the stretches cover, in their order. */
export function partsOf(day: Stretch, stretches: readonly Stretch[]): Part[] {
  const whole = day.until_us - day.from_us;
  return stretches
    .filter((one) => one.from_us < day.until_us && one.until_us > day.from_us)
    .map((one) => ({
      from: Math.max(0, (one.from_us - day.from_us) / whole),
      to: Math.min(1, (one.until_us - day.from_us) / whole),
    }));
}

function typedMoment(day: string, time: string, later = 0): number | undefined {
  const [year, month, date] = day.split("-").map(Number);
  const [hour, minute] = time.split(":").map(Number);
  const all = [year, month, date, hour, minute];
  if (all.some((one) => one === undefined || Number.isNaN(one))) return undefined;
  const [y, m, d, h, min] = all as [number, number, number, number, number];
  return new Date(y, m - 1, d, h, min + later).getTime() * 1000;
}

/** A holiday as typed: two days and a time of each; to the end of the last minute. Undefined
 * while it is not whole, or ends before it begins. */
export function typedAway(
  day: string,
  from: string,
  lastDay: string,
  until: string,
): Stretch | undefined {
  const from_us = typedMoment(day, from);
  const until_us = typedMoment(lastDay, until, until === "23:59" ? 1 : 0);
  if (from_us === undefined || until_us === undefined || until_us <= from_us) return undefined;
  return { from_us, until_us };
}

/** A shift as typed: the day and two times of it; ending at or before its beginning, it ends the
 * next day. Undefined while it is not whole. */
export function typedStretch(day: string, from: string, until: string): Stretch | undefined {
  const from_us = typedMoment(day, from);
  const until_us = typedMoment(day, until);
  if (from_us === undefined || until_us === undefined) return undefined;
  if (until_us > from_us) return { from_us, until_us };
  const at = new Date(until_us / 1000);
  at.setDate(at.getDate() + 1);
  return { from_us, until_us: at.getTime() * 1000 };
}

/** The same hours of the day so many weeks later, whatever the clocks do between. */
export function weeksLater(stretch: Stretch, weeks: number): Stretch {
  const move = (us: number) => {
    const at = new Date(us / 1000);
    at.setDate(at.getDate() + 7 * weeks);
    return at.getTime() * 1000;
  };
  return { from_us: move(stretch.from_us), until_us: move(stretch.until_us) };
}
