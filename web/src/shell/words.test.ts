import { describe, expect, it } from "vitest";
import { bytes, count, several, span, spanLeft } from "./words";

describe("figures in words", () => {
  it("says durations in whole minutes", () => {
    expect([span(0), span(48 * 60_000), span(72 * 60_000 + 59_000), span(180 * 60_000)]).toEqual([
      "0 min",
      "48 min",
      "1 h 12",
      "3 h 00",
    ]);
  });

  it("rounds up what is still to come", () => {
    expect([spanLeft(1), spanLeft(60_000), spanLeft(60_001), spanLeft(-5)]).toEqual([
      "1 min",
      "1 min",
      "2 min",
      "0 min",
    ]);
  });

  it("never leaves a number without its unit", () => {
    expect([
      several(1, "stack"),
      several(412, "stack"),
      several(2, "category", "categories"),
    ]).toEqual(["1 stack", "412 stacks", "2 categories"]);
    expect([bytes(999), bytes(1500), bytes(2_000_000_000), count(2204118)]).toEqual([
      "999 B",
      "1.5 kB",
      "2.0 GB",
      "2,204,118",
    ]);
  });
});
