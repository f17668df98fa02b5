/** How long media were on screen on a day, `2026-11-14`. */
export interface Looked {
  day: string;
  ms: number;
}

const MOST_DAYS = 92;
const DAY_MS = 86_400_000;

/** Every day from the first to the last, at most three months of them: rest is to be seen too. */
export function everyDay(told: readonly Looked[]): Looked[] {
  const known = new Map(told.map((row) => [row.day, row.ms]));
  const at = [...known.keys()].map((day) => Date.parse(`${day}T00:00Z`));
  if (at.length === 0) return [];
  const last = Math.max(...at);
  const first = Math.max(Math.min(...at), last - (MOST_DAYS - 1) * DAY_MS);
  return Array.from({ length: (last - first) / DAY_MS + 1 }, (_, number) => {
    const day = new Date(first + number * DAY_MS).toISOString().slice(0, 10);
    return { day, ms: known.get(day) ?? 0 };
  });
}
