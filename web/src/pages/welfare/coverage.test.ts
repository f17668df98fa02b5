import { describe, expect, it } from "vitest";
import { daysFrom, partsOf, typedAway, typedStretch, weeksLater } from "./coverage";

const at = (day: number, hour: number, minute = 0) =>
  new Date(2026, 10, day, hour, minute).getTime() * 1000;

describe("the roster by days", () => {
  it("cuts a night shift at midnight", () => {
    const [first, second] = daysFrom(at(14, 9), 2);
    const night = [{ from_us: at(14, 18), until_us: at(15, 6) }];
    expect(partsOf(first!, night)).toEqual([{ from: 0.75, to: 1 }]);
    expect(partsOf(second!, night)).toEqual([{ from: 0, to: 0.25 }]);
  });

  it("leaves out what only touches a day", () => {
    const [day] = daysFrom(at(14, 9), 1);
    expect(partsOf(day!, [{ from_us: at(13, 0), until_us: at(14, 0) }])).toEqual([]);
  });

  it("ends a shift the next day when its end is not after its beginning", () => {
    expect(typedStretch("2026-11-14", "18:00", "06:00")).toEqual({
      from_us: at(14, 18),
      until_us: at(15, 6),
    });
    expect(typedStretch("2026-11-14", "09:00", "17:30")).toEqual({
      from_us: at(14, 9),
      until_us: at(14, 17, 30),
    });
    expect(typedStretch("2026-11-14", "09:00", "09:00")?.until_us).toBe(at(15, 9));
    expect(typedStretch("", "09:00", "17:00")).toBeUndefined();
  });

  it("takes a holiday of several days, to the end of the last", () => {
    expect(typedAway("2026-11-14", "00:00", "2026-11-20", "23:59")).toEqual({
      from_us: at(14, 0),
      until_us: at(21, 0),
    });
    expect(typedAway("2026-11-14", "12:00", "2026-11-14", "18:00")?.until_us).toBe(at(14, 18));
    expect(typedAway("2026-11-14", "00:00", "2026-11-13", "23:59")).toBeUndefined();
    expect(typedAway("2026-11-14", "00:00", "", "23:59")).toBeUndefined();
  });

  it("repeats at the same hours", () => {
    const shift = { from_us: at(14, 9), until_us: at(14, 17) };
    expect(weeksLater(shift, 2)).toEqual({ from_us: at(28, 9), until_us: at(28, 17) });
  });
});
