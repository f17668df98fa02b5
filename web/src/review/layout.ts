/**
 * Where a tile lies: fixed squares in rows, in sections that each begin a new row under a heading.
 * Everything is arithmetic over section sizes; no tile is ever measured.
 */

export interface TileSize {
  /** CSS pixels; a grid's tiles are square, a list's are as wide as the list. */
  readonly width: number;
  readonly height: number;
  /** Space between tiles and at the edges, CSS pixels. */
  readonly gap: number;
  /** Height of a section's heading, CSS pixels; 0 without headings. */
  readonly heading: number;
}

export interface Section {
  readonly label: string;
  readonly count: number;
}

export interface Layout {
  readonly tile: TileSize;
  readonly columns: number;
  readonly total: number;
  readonly height: number;
  readonly sections: readonly Section[];
  /** First position of section i; one longer than the sections. */
  readonly starts: Float64Array;
  /** Top of section i in content pixels; one longer than the sections. */
  readonly tops: Float64Array;
  /** Rows and headings before section i; one longer than the sections. */
  readonly lines: Float64Array;
}

export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Span {
  /** First position shown. */
  readonly from: number;
  /** One past the last position shown. */
  readonly to: number;
}

export function columnsFor(width: number, tile: TileSize): number {
  return Math.max(1, Math.floor((width - tile.gap) / (tile.width + tile.gap)));
}

export function layOut(sections: readonly Section[], columns: number, tile: TileSize): Layout {
  const starts = new Float64Array(sections.length + 1);
  const tops = new Float64Array(sections.length + 1);
  const lines = new Float64Array(sections.length + 1);
  const pitch = tile.height + tile.gap;
  sections.forEach((section, i) => {
    const rows = Math.ceil(section.count / columns);
    starts[i + 1] = starts[i]! + section.count;
    tops[i + 1] = tops[i]! + tile.heading + rows * pitch;
    lines[i + 1] = lines[i]! + (tile.heading > 0 ? 1 : 0) + rows;
  });
  const total = starts[sections.length]!;
  const height = tops[sections.length]! + tile.gap;
  return { tile, columns, total, height, sections, starts, tops, lines };
}

/** The last i with values[i] <= wanted, in ascending values; 0 where all are larger. */
export function lastAtMost(values: ArrayLike<number>, wanted: number, count: number): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (values[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function sectionOf(layout: Layout, position: number): number {
  return lastAtMost(layout.starts, position, layout.sections.length);
}

/** Upper left corner of a tile in content pixels. */
export function placeOf(layout: Layout, position: number): Place {
  const section = sectionOf(layout, position);
  const inside = position - layout.starts[section]!;
  const { width, height, gap, heading } = layout.tile;
  const row = Math.floor(inside / layout.columns);
  return {
    x: gap + (inside % layout.columns) * (width + gap),
    y: layout.tops[section]! + heading + gap + row * (height + gap),
  };
}

/** The first position of the row that lies at, or next below, a content offset. */
export function rowStartAt(layout: Layout, offset: number): number {
  if (layout.total === 0) return 0;
  const section = lastAtMost(layout.tops, Math.max(0, offset), layout.sections.length);
  const { height, gap, heading } = layout.tile;
  const inside = offset - layout.tops[section]! - heading - gap;
  const row = Math.max(0, Math.floor(inside / (height + gap)));
  const start = layout.starts[section]! + row * layout.columns;
  return Math.min(start, layout.starts[section + 1]!, layout.total - 1);
}

/** The positions whose tiles touch [offset, offset + height), with `over` pixels more each way. */
export function spanAt(layout: Layout, offset: number, height: number, over = 0): Span {
  if (layout.total === 0) return { from: 0, to: 0 };
  const from = rowStartAt(layout, Math.max(0, offset - over));
  const last = rowStartAt(layout, offset + height + over);
  const section = sectionOf(layout, last);
  const to = Math.min(last + layout.columns, layout.starts[section + 1]!);
  return { from: Math.min(from, Math.max(0, layout.total - 1)), to };
}

/** The sections whose headings may be seen in the same window. */
export function headingsAt(layout: Layout, offset: number, height: number): Span {
  if (layout.tile.heading === 0 || layout.sections.length === 0) return { from: 0, to: 0 };
  const count = layout.sections.length;
  const from = lastAtMost(layout.tops, Math.max(0, offset), count);
  return { from, to: lastAtMost(layout.tops, offset + height, count) + 1 };
}

/** The position at a point in content pixels, or -1 between tiles. */
export function positionAt(layout: Layout, x: number, y: number): number {
  const { width, height, gap } = layout.tile;
  const column = Math.floor((x - gap) / (width + gap));
  if (column < 0 || column >= layout.columns || layout.total === 0) return -1;
  const position = rowStartAt(layout, y) + column;
  if (position >= layout.total) return -1;
  const place = placeOf(layout, position);
  const inside = x >= place.x && x < place.x + width && y >= place.y && y < place.y + height;
  return inside ? position : -1;
}

/** The row a position lies in: where it begins, ends, and its number counted with headings. */
export function rowOf(
  layout: Layout,
  position: number,
): { start: number; end: number; line: number } {
  const section = sectionOf(layout, position);
  const first = layout.starts[section]!;
  const row = Math.floor((position - first) / layout.columns);
  const start = first + row * layout.columns;
  const end = Math.min(start + layout.columns, layout.starts[section + 1]!);
  const line = layout.lines[section]! + (layout.tile.heading > 0 ? 1 : 0) + row;
  return { start, end, line };
}

/** One row up (-1) or down (+1) from a position, keeping the column where the row is long enough. */
export function rowStep(layout: Layout, position: number, step: 1 | -1): number {
  const section = sectionOf(layout, position);
  const start = layout.starts[section]!;
  const end = layout.starts[section + 1]!;
  const column = (position - start) % layout.columns;
  const row = Math.floor((position - start) / layout.columns) + step;
  const rows = Math.ceil((end - start) / layout.columns);
  if (row >= 0 && row < rows) return Math.min(start + row * layout.columns + column, end - 1);
  const other = nextWithTiles(layout, section, step);
  if (other < 0) return position;
  const first = layout.starts[other]!;
  const last = layout.starts[other + 1]! - 1;
  const begin =
    step > 0 ? first : first + Math.floor((last - first) / layout.columns) * layout.columns;
  return Math.min(begin + column, last);
}

function nextWithTiles(layout: Layout, section: number, step: 1 | -1): number {
  for (let i = section + step; i >= 0 && i < layout.sections.length; i += step) {
    if (layout.sections[i]!.count > 0) return i;
  }
  return -1;
}
