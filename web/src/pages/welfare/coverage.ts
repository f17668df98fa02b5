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

/** A shift as typed: the day and two times of it; ending at or before its beginning, it ends the
 * next day. Undefined while it is not whole. */
export function typedStretch(day: string, from: string, until: string): Stretch | undefined {
  const [year, month, date] = day.split("-").map(Number);
  const [fromHour, fromMinute] = from.split(":").map(Number);
  const [untilHour, untilMinute] = until.split(":").map(Number);
  const all = [year, month, date, fromHour, fromMinute, untilHour, untilMinute];
  if (all.some((one) => one === undefined || Number.isNaN(one))) return undefined;
  const [y, m, d, fh, fm, uh, um] = all as [number, number, number, number, number, number, number];
  const next = uh * 60 + um <= fh * 60 + fm ? 1 : 0;
  return {
    from_us: new Date(y, m - 1, d, fh, fm).getTime() * 1000,
    until_us: new Date(y, m - 1, d + next, uh, um).getTime() * 1000,
  };
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
