/** How a picture lies on the viewer's stage. Lengths are CSS pixels. */
export interface StageView {
  readonly zoom: number;
  /** Quarter turns clockwise, 0 to 3. */
  readonly turn: number;
  readonly panX: number;
  readonly panY: number;
}

export interface Box {
  readonly width: number;
  readonly height: number;
}

/** A part of the upright picture, from 0 to 1 each way. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

export const PLAIN: StageView = { zoom: 1, turn: 0, panX: 0, panY: 0 };
const MOST_ZOOM = 16;
const STEP = 1.5;

export function zoomedBy(view: StageView, direction: 1 | -1): StageView {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, view.zoom * STEP ** direction));
  const share = zoom === 1 ? 0 : zoom / view.zoom;
  return { ...view, zoom, panX: view.panX * share, panY: view.panY * share };
}

export function turned(view: StageView): StageView {
  return { ...view, turn: (view.turn + 1) % 4, panX: 0, panY: 0 };
}

/** The size at which a picture fills the stage at zoom 1, turned as it is. */
export function fitted(picture: Box, stage: Box, turn: number): Box {
  const across = turn % 2 === 0 ? picture : { width: picture.height, height: picture.width };
  const scale = Math.min(stage.width / across.width, stage.height / across.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/**
 * Where a point of the stage, from its upper left, lies in the upright picture: 0 to 1 each way,
 * held within it.
 */
export function toPicture(
  point: { x: number; y: number },
  stage: Box,
  shown: Box,
  view: StageView,
): { x: number; y: number } {
  let x = (point.x - stage.width / 2 - view.panX) / view.zoom;
  let y = (point.y - stage.height / 2 - view.panY) / view.zoom;
  for (let i = 0; i < view.turn; i++) [x, y] = [y, -x];
  return { x: unit(x / shown.width + 0.5), y: unit(y / shown.height + 0.5) };
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

export function regionOf(one: { x: number; y: number }, other: { x: number; y: number }): Region {
  return {
    x: Math.min(one.x, other.x),
    y: Math.min(one.y, other.y),
    w: Math.abs(one.x - other.x),
    h: Math.abs(one.y - other.y),
  };
}

/** The region moved, or with `resize` made larger or smaller, by shares of the picture. */
export function nudgedRegion(region: Region, dx: number, dy: number, resize: boolean): Region {
  if (resize) {
    const w = Math.min(1 - region.x, Math.max(0.02, region.w + dx));
    return { ...region, w, h: Math.min(1 - region.y, Math.max(0.02, region.h + dy)) };
  }
  const x = Math.min(1 - region.w, Math.max(0, region.x + dx));
  return { ...region, x, y: Math.min(1 - region.h, Math.max(0, region.y + dy)) };
}

/** What a level control sets; 1 is as it was taken. */
export interface Levels {
  readonly brightness: number;
  readonly contrast: number;
  readonly gamma: number;
}

export const AS_TAKEN: Levels = { brightness: 1, contrast: 1, gamma: 1 };

export function filterOf(levels: Levels): string {
  if (levels === AS_TAKEN) return "none";
  return `brightness(${levels.brightness}) contrast(${levels.contrast}) url(#review-gamma)`;
}
