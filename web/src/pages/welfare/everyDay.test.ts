import { expect, it } from "vitest";
import { everyDay } from "./everyDay";

it("puts days of rest between days of work, over a month's end and a change of the clocks", () => {
  const told = [
    { day: "2026-11-02", ms: 5 },
    { day: "2026-10-24", ms: 7 },
  ];
  const days = everyDay(told);
  expect([days.length, days[0], days.at(-1)]).toEqual([10, told[1], told[0]]);
  expect(days.slice(1, -1).every((row) => row.ms === 0)).toBe(true);
  expect(days[8]?.day).toBe("2026-11-01");
});

it("keeps the last three months of years", () => {
  const years = everyDay([
    { day: "2020-01-01", ms: 1 },
    { day: "2026-12-01", ms: 2 },
  ]);
  expect([years.length, years.at(-1)?.ms]).toEqual([92, 2]);
  expect(everyDay([])).toEqual([]);
});
