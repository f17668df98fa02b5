/**
 * A scroll box shorter than what it scrolls through. Browsers stop at about 33.5 million pixels
 * of scroll height, so the box is capped, and its position is mapped to the content: exact while
 * the wheel or a key moves it (box and content move by the same pixels) and near both ends,
 * proportional where the scroll bar is dragged far. `shift` is the content offset less the box's own scroll position.
 */

/** Largest height of the scroll box in device pixels. */
export const BOX_LIMIT = 7_500_000;
/** A move longer than this many viewports came from the scroll bar. */
const FAR = 3;
/** Room kept to either end of the box, in viewports, before it is settled anew. */
const MARGIN = 4;
/** Pixels at either end of the box that always stand for as many pixels of content. */
const END_ZONE = 40_000;

export interface ScrollMap {
  readonly content: number;
  readonly viewport: number;
  readonly box: number;
  readonly shift: number;
  readonly scroll: number;
}

export function boxHeight(content: number, viewport: number, ratio: number): number {
  return Math.max(viewport, Math.min(content, Math.floor(BOX_LIMIT / Math.max(1, ratio))));
}

export function newMap(content: number, viewport: number, ratio: number): ScrollMap {
  return { content, viewport, box: boxHeight(content, viewport, ratio), shift: 0, scroll: 0 };
}

function contentRange(map: ScrollMap): number {
  return Math.max(0, map.content - map.viewport);
}

function boxRange(map: ScrollMap): number {
  return Math.max(0, map.box - map.viewport);
}

/** Offset into the content of the first visible pixel. */
export function offsetOf(map: ScrollMap): number {
  return clamp(map.scroll + map.shift, contentRange(map));
}

function clamp(value: number, most: number): number {
  return Math.min(Math.max(0, value), most);
}

/** Length at either end where box and content move one to one. */
function endZone(map: ScrollMap): number {
  return Math.min(END_ZONE, boxRange(map) / 4);
}

/** Where the box stands for a content offset: one to one near the ends, proportional between. */
export function proportional(map: ScrollMap, offset: number): number {
  const [content, box, zone] = [contentRange(map), boxRange(map), endZone(map)];
  if (offset <= zone || content <= box) return Math.round(offset);
  if (content - offset <= zone) return Math.round(box - (content - offset));
  const share = (offset - zone) / (content - 2 * zone);
  return Math.round(zone + share * (box - 2 * zone));
}

/** The content offset for a place of the box: the inverse of `proportional`. */
function unmapped(map: ScrollMap, scroll: number): number {
  const [content, box, zone] = [contentRange(map), boxRange(map), endZone(map)];
  if (scroll <= zone || content <= box) return Math.min(scroll, content);
  if (box - scroll <= zone) return content - (box - scroll);
  const share = (scroll - zone) / (box - 2 * zone);
  return Math.round(zone + share * (content - 2 * zone));
}

/** What a scroll event means: `scroll` is the box's own position as the browser gives it. */
export function scrolled(map: ScrollMap, scroll: number): ScrollMap {
  if (Math.abs(scroll - map.scroll) > FAR * map.viewport) {
    return { ...map, scroll, shift: unmapped(map, scroll) - scroll };
  }
  const offset = clamp(scroll + map.shift, contentRange(map));
  return { ...map, scroll, shift: offset - scroll };
}

/** A jump to an offset of the content; the caller sets the box to the map's `scroll`. */
export function jumped(map: ScrollMap, offset: number): ScrollMap {
  const wanted = Math.round(clamp(offset, contentRange(map)));
  const scroll = proportional(map, wanted);
  return { ...map, scroll, shift: wanted - scroll };
}

/** A short move that keeps the shift where the box has room for it, and jumps where not. */
export function nudged(map: ScrollMap, offset: number): ScrollMap {
  const wanted = Math.round(clamp(offset, contentRange(map)));
  const scroll = wanted - map.shift;
  const near = Math.abs(wanted - offsetOf(map)) <= FAR * map.viewport;
  if (near && scroll >= 0 && scroll <= boxRange(map)) return { ...map, scroll };
  return jumped(map, wanted);
}

/** True where the box nears an end that the content does not: the next wheel turns would stick. */
export function wantsSettling(map: ScrollMap): boolean {
  const room = MARGIN * map.viewport;
  if (map.scroll >= room && boxRange(map) - map.scroll >= room) return false;
  return proportional(map, offsetOf(map)) !== map.scroll;
}

/** The same offset, the box at its proportional place: done when scrolling has come to rest. */
export function settled(map: ScrollMap): ScrollMap {
  return jumped(map, offsetOf(map));
}

/** The same map for another size of content or viewport, the offset kept. */
export function resized(
  map: ScrollMap,
  content: number,
  viewport: number,
  ratio: number,
): ScrollMap {
  const offset = offsetOf(map);
  return jumped(newMap(content, viewport, ratio), offset);
}
