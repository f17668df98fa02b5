import { describe, expect, it } from "vitest";
import { boundsOf, clustersIn, frameFor, toDegrees, toPixel, zoomed } from "./worldMap";

const place = (lat: number, lon: number, count = 1) => ({
  label: `${lat},${lon}`,
  first: 0,
  count,
  lat,
  lon,
});
const groups = [place(51.5, -0.1, 10), place(51.51, -0.12, 30), place(53.4, -2.9, 5)];

describe("world map", () => {
  it("puts degrees on pixels and back", () => {
    const frame = frameFor(groups, 800, 600);
    const [x, y] = toPixel(frame, -1.25, 52);
    const [lon, lat] = toDegrees(frame, x, y);
    expect([lon, lat].map((v) => Math.round(v * 1e6) / 1e6)).toEqual([-1.25, 52]);
  });

  it("shows every place at first", () => {
    const bounds = boundsOf(frameFor(groups, 800, 600));
    for (const { lat, lon } of groups) {
      expect(
        lat > bounds.south && lat < bounds.north && lon > bounds.west && lon < bounds.east,
      ).toBe(true);
    }
    expect(boundsOf(frameFor([], 720, 360))).toEqual({
      south: -90,
      west: -180,
      north: 90,
      east: 180,
    });
  });

  it("keeps the point under the cursor when it zooms", () => {
    const frame = frameFor(groups, 800, 600);
    const before = toDegrees(frame, 120, 90);
    const after = toDegrees(zoomed(frame, 3, 120, 90), 120, 90);
    expect(Math.abs(before[0] - after[0]) + Math.abs(before[1] - after[1])).toBeLessThan(1e-9);
  });

  it("joins places that would lie upon each other and loses none", () => {
    const far = frameFor(groups, 800, 600);
    const clusters = clustersIn(groups, far, 40);
    expect(clusters.map((c) => c.count)).toEqual([5, 40]);
    expect(clusters[1]!.north).toBe(51.51);
    const [x, y] = toPixel(far, -0.11, 51.505);
    expect(clustersIn(groups, zoomed(far, 40, x, y), 40).length).toBe(2);
  });
});
