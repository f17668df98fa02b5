import land from "./land.json";
import type { Group } from "./shapes";

/**
 * Outlines of the land, Natural Earth 1:110m (public domain): rings of longitude and latitude in
 * tenths of a degree, continuous over the date line.
 */
const RINGS: readonly (readonly number[])[] = land;

/** What part of the world is drawn: its centre in degrees and pixels per degree. */
export interface Frame {
  readonly lon: number;
  readonly lat: number;
  readonly scale: number;
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly south: number;
  readonly west: number;
  readonly north: number;
  readonly east: number;
}

/** Places drawn as one because they would lie upon each other. */
export interface Cluster extends Bounds {
  readonly lon: number;
  readonly lat: number;
  readonly count: number;
  readonly labels: readonly string[];
}

const MOST_SCALE = 4_000;

/** Degrees shown are plate carrée: a degree is as wide as it is high. */
export function toPixel(frame: Frame, lon: number, lat: number): [number, number] {
  return [
    frame.width / 2 + (lon - frame.lon) * frame.scale,
    frame.height / 2 - (lat - frame.lat) * frame.scale,
  ];
}

export function toDegrees(frame: Frame, x: number, y: number): [lon: number, lat: number] {
  return [
    frame.lon + (x - frame.width / 2) / frame.scale,
    frame.lat - (y - frame.height / 2) / frame.scale,
  ];
}

/** Zooms by a factor about a point that stays where it is. */
export function zoomed(frame: Frame, factor: number, x: number, y: number): Frame {
  const least = Math.min(frame.width / 360, frame.height / 180);
  const scale = Math.min(MOST_SCALE, Math.max(least, frame.scale * factor));
  const [lon, lat] = toDegrees(frame, x, y);
  return {
    ...frame,
    scale,
    lon: lon - (x - frame.width / 2) / scale,
    lat: lat + (y - frame.height / 2) / scale,
  };
}

export function boundsOf(frame: Frame): Bounds {
  const [west, north] = toDegrees(frame, 0, 0);
  const [east, south] = toDegrees(frame, frame.width, frame.height);
  return {
    south: Math.max(-90, south),
    west: Math.max(-180, west),
    north: Math.min(90, north),
    east: Math.min(180, east),
  };
}

/** The frame that shows all places, with room around them; the whole world without any. */
export function frameFor(groups: readonly Group[], width: number, height: number): Frame {
  const placed = groups.filter(isPlaced);
  const whole = Math.min(width / 360, height / 180);
  if (placed.length === 0) return { lon: 0, lat: 0, scale: whole, width, height };
  const lons = placed.map((group) => group.lon);
  const lats = placed.map((group) => group.lat);
  const [west, east] = [lowest(lons), highest(lons)];
  const [south, north] = [lowest(lats), highest(lats)];
  const scale =
    0.8 * Math.min(width / Math.max(east - west, 2), height / Math.max(north - south, 2));
  const held = Math.min(MOST_SCALE, Math.max(whole, scale));
  return { lon: (west + east) / 2, lat: (south + north) / 2, scale: held, width, height };
}

const lowest = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b));
const highest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b));

function isPlaced(group: Group): group is Group & { lat: number; lon: number } {
  return typeof group.lat === "number" && typeof group.lon === "number";
}

/** Places in view, those nearer than `cell` pixels to one before them drawn with it; largest last. */
export function clustersIn(groups: readonly Group[], frame: Frame, cell: number): Cluster[] {
  const cells = new Map<string, Cluster>();
  for (const group of groups) {
    if (!isPlaced(group)) continue;
    const [x, y] = toPixel(frame, group.lon, group.lat);
    if (x < -cell || y < -cell || x > frame.width + cell || y > frame.height + cell) continue;
    const [column, row] = [Math.floor(x / cell), Math.floor(y / cell)];
    const near = NEIGHBOURS.map(([dx, dy]) => `${column + dx} ${row + dy}`);
    const key = near.find((one) => isNear(cells.get(one), frame, x, y, cell)) ?? near[0]!;
    cells.set(key, joined(cells.get(key), group));
  }
  return [...cells.values()].sort((one, other) => one.count - other.count);
}

/** A cell itself first, then those around it. */
const NEIGHBOURS = [
  [0, 0],
  [-1, 0],
  [1, 0],
  [0, -1],
  [0, 1],
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

function isNear(held: Cluster | undefined, frame: Frame, x: number, y: number, cell: number) {
  if (held === undefined) return false;
  const [atX, atY] = toPixel(frame, held.lon, held.lat);
  return Math.hypot(atX - x, atY - y) < cell;
}

function joined(held: Cluster | undefined, group: Group & { lat: number; lon: number }): Cluster {
  const { lat, lon, count, label } = group;
  if (held === undefined) {
    return { lat, lon, count, labels: [label], south: lat, north: lat, west: lon, east: lon };
  }
  const total = held.count + count;
  return {
    lat: (held.lat * held.count + lat * count) / total,
    lon: (held.lon * held.count + lon * count) / total,
    count: total,
    labels: [...held.labels, label],
    south: Math.min(held.south, lat),
    north: Math.max(held.north, lat),
    west: Math.min(held.west, lon),
    east: Math.max(held.east, lon),
  };
}

/** Draws the land; the caller has set fill and stroke. */
export function drawLand(context: CanvasRenderingContext2D, frame: Frame): void {
  context.beginPath();
  for (const turn of [-3600, 0, 3600]) {
    for (const ring of RINGS) drawRing(context, frame, ring, turn);
  }
  context.fill();
  context.stroke();
}

function drawRing(
  context: CanvasRenderingContext2D,
  frame: Frame,
  ring: readonly number[],
  turn: number,
): void {
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = toPixel(frame, (ring[i]! + turn) / 10, ring[i + 1]! / 10);
    if (i === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}
