import { describe, expect, it } from "vitest";
import { Screen } from "./screen";

function timed(): { screen: Screen; pass: (ms: number) => void } {
  let now = 1000;
  return { screen: new Screen(() => now), pass: (ms) => void (now += ms) };
}

describe("what is on screen", () => {
  it("counts each media as long as it was there, once, at its clearest", () => {
    const { screen, pass } = timed();
    screen.put("grid", 1, "blurred", [7, 8]);
    pass(1000);
    screen.put("viewer", 1, "clear", [7]);
    pass(500);
    screen.take("viewer");
    pass(100);
    screen.put("grid", 1, "blurred", []);
    pass(9999);
    expect(screen.drain().sort()).toEqual([
      [7, "blurred", 1100],
      [7, "clear", 500],
      [8, "blurred", 1600],
    ]);
    expect(screen.drain()).toEqual([]);
  });

  it("stands still while the page is hidden or blank", () => {
    const { screen, pass } = timed();
    screen.put("grid", 4, "grey", [1]);
    pass(10);
    screen.hold("hidden", true);
    screen.hold("blank", true);
    pass(5000);
    screen.hold("hidden", false);
    expect(screen.showing).toBe(false);
    pass(5000);
    screen.hold("blank", false);
    pass(5);
    expect(screen.drain()).toEqual([[1, "grey", 15]]);
    expect(screen.caseId).toBe(4);
  });

  it("keeps what could not be told", () => {
    const { screen, pass } = timed();
    screen.put("grid", 1, "grey", [1]);
    pass(10);
    const told = screen.drain();
    pass(5);
    screen.restore(told);
    expect(screen.drain()).toEqual([[1, "grey", 15]]);
  });
});
