import { describe, expect, it } from "vitest";
import { fitted, nudgedRegion, PLAIN, regionOf, toPicture, turned, zoomedBy } from "./stageView";

const stage = { width: 800, height: 600 };
const picture = { width: 4000, height: 2000 };

describe("stage of the viewer", () => {
  it("fits a picture, also turned", () => {
    expect(fitted(picture, stage, 0)).toEqual({ width: 800, height: 400 });
    expect(fitted(picture, stage, 1)).toEqual({ width: 600, height: 300 });
  });

  it("finds the same point of the picture however it lies", () => {
    const shown = fitted(picture, stage, 0);
    expect(toPicture({ x: 0, y: 100 }, stage, shown, PLAIN)).toEqual({ x: 0, y: 0 });
    expect(toPicture({ x: 800, y: 500 }, stage, shown, PLAIN)).toEqual({ x: 1, y: 1 });
    // a quarter clockwise: the picture's upper left is at the stage's upper right
    const quarter = fitted(picture, stage, 1);
    const at = toPicture({ x: 400 + 150, y: 0 }, stage, quarter, turned(PLAIN));
    expect([at.x, at.y]).toEqual([0, 0]);
    const zoomed = { ...PLAIN, zoom: 2, panX: 400, panY: 0 };
    expect(toPicture({ x: 0, y: 300 }, stage, shown, zoomed)).toEqual({ x: 0, y: 0.5 });
  });

  it("holds points within the picture and the zoom within reason", () => {
    const shown = fitted(picture, stage, 0);
    expect(toPicture({ x: -50, y: 9999 }, stage, shown, PLAIN)).toEqual({ x: 0, y: 1 });
    let view = PLAIN;
    for (let i = 0; i < 50; i++) view = zoomedBy(view, 1);
    expect(view.zoom).toBe(16);
    for (let i = 0; i < 50; i++) view = zoomedBy(view, -1);
    expect(view).toEqual(PLAIN);
    expect([1, 2, 3, 4].reduce((held) => turned(held), PLAIN)).toEqual(PLAIN);
  });

  it("draws, moves and sizes regions within the picture", () => {
    const region = regionOf({ x: 0.6, y: 0.2 }, { x: 0.4, y: 0.5 });
    expect(region.x).toBe(0.4);
    expect(nudgedRegion(region, 9, 0, false).x).toBeCloseTo(0.8);
    expect(nudgedRegion(region, 9, -9, true)).toMatchObject({ w: 0.6, h: 0.02 });
  });
});
