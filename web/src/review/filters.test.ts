import { describe, expect, it } from "vitest";
import { dayOf, type Filter, partsOf, partWords, toggled, usOf, withPart } from "./filters";

describe("filters", () => {
  it("combine, and a part that says nothing is absent", () => {
    let filter: Filter = toggled({}, "kinds", "image");
    filter = toggled(filter, "kinds", "video");
    filter = withPart(filter, "path", "DCIM");
    expect(filter).toEqual({ kinds: ["image", "video"], path: "DCIM" });
    filter = withPart(toggled(toggled(filter, "kinds", "image"), "kinds", "video"), "path", "");
    expect(filter).toEqual({});
    expect(withPart({}, "stack", {})).toEqual({});
    expect(withPart({ failed: true }, "failed", false)).toEqual({});
  });

  it("say themselves in words, in the panel's order", () => {
    const from_us = usOf("2019-05-01")!;
    const filter: Filter = {
      stack: { least: 5 },
      taken: { from_us, to_us: usOf("2019-06-01")! },
      exhibits: ["JB/1"],
    };
    expect(partsOf(filter).map((key) => partWords(filter, key))).toEqual([
      "Exhibit: JB/1",
      "Taken: 2019-05-01 to 2019-05-31",
      "Stack size: 5 or more",
    ]);
  });

  it("read days as clock times without a zone", () => {
    expect(dayOf(usOf("2020-02-29")!)).toBe("2020-02-29");
    expect(usOf("soon")).toBeUndefined();
  });
});
