import { expect, it } from "vitest";
import { factRows, takenWords } from "./factWords";

it("says when a picture was taken by the clock that wrote it", () => {
  const us = Date.UTC(2019, 4, 1, 9, 5, 0) * 1000;
  expect(takenWords(us, undefined)).toBe("2019-05-01 09:05:00, zone not known");
  expect(takenWords(us, -210)).toBe("2019-05-01 09:05:00 UTC−03:30");
});

it("says only what is set", () => {
  const facts = {
    width: 4000,
    height: 3000,
    camera_make: "Canon",
    camera_model: null,
    latitude: 0,
    longitude: 0,
  };
  expect(factRows(facts)).toEqual([
    ["Size", "4000 × 3000 px"],
    ["Camera", "Canon"],
    ["Place", "0.00000, 0.00000"],
  ]);
  expect(factRows({})).toEqual([]);
});
