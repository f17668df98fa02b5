import { headingsAt, type Layout, placeOf, positionAt, rowOf, type Span, spanAt } from "./layout";
import {
  jumped,
  newMap,
  nudged,
  offsetOf,
  proportional,
  resized,
  scrolled,
  type ScrollMap,
  settled,
  wantsSettling,
} from "./scrollMap";
import { type CellContent, TileCell } from "./tileCell";

export interface SurfaceHooks {
  content(position: number): CellContent;
  /** Positions on screen, and with those just outside it, after each move. */
  window(seen: Span, near: Span): void;
}

interface Line {
  readonly element: HTMLDivElement;
  readonly cells: TileCell[];
  start: number;
  y: number;
}

const OVER_ROWS = 2;
const REST_MS = 200;

/**
 * The scrolling surface: a box of capped height in which only the rows near the window exist.
 * Rows are used again; every position is arithmetic.
 */
export class Surface {
  private readonly box = document.createElement("div");
  private readonly lines = new Map<number, Line>();
  private readonly spare: Line[] = [];
  private readonly headings = new Map<number, HTMLDivElement>();
  private layout: Layout | null = null;
  private map: ScrollMap = newMap(0, 0, 1);
  private rest: ReturnType<typeof setTimeout> | undefined;
  private frame = 0;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly hooks: SurfaceHooks,
  ) {
    this.box.className = "surface-box";
    this.box.setAttribute("role", "presentation");
    scroller.append(this.box);
    scroller.addEventListener("scroll", this.onScroll, { passive: true });
  }

  /** Lays the surface out anew; what was at the top stays there unless `top` says otherwise. */
  layOut(layout: Layout, top?: number): void {
    const first = this.layout === null ? 0 : spanAt(this.layout, offsetOf(this.map), 1).from;
    const same = this.layout !== null && this.layout.total === layout.total;
    this.layout = layout;
    for (const [start, line] of this.lines) this.free(start, line);
    for (const [section, heading] of this.headings) this.dropHeading(section, heading);
    this.scroller.setAttribute("aria-rowcount", String(layout.lines.at(-1) ?? 0));
    this.scroller.setAttribute("aria-colcount", String(layout.columns));
    const keep = top ?? (same ? first : 0);
    const offset = keep === 0 || layout.total === 0 ? 0 : placeOf(layout, keep).y - layout.tile.gap;
    this.resize(offset);
  }

  /** Measures the window again. */
  resize(offset: number = offsetOf(this.map)): void {
    if (this.layout === null) return;
    const viewport = this.scroller.clientHeight;
    this.map = jumped(
      resized(this.map, this.layout.height, viewport, window.devicePixelRatio),
      offset,
    );
    this.box.style.height = `${this.map.box}px`;
    this.move();
  }

  /** Brings a tile into the window: by as little as possible when near, to a third when far. */
  reveal(position: number): void {
    if (this.layout === null || this.layout.total === 0) return;
    const { y } = placeOf(this.layout, position);
    const { gap, height, heading } = this.layout.tile;
    const offset = offsetOf(this.map);
    const { viewport } = this.map;
    const top = y - gap - heading;
    const bottom = y + height + gap - viewport;
    if (offset <= top && offset >= bottom) return;
    if (top < offset - viewport || bottom > offset + viewport) this.goTo(y - viewport / 3);
    else this.goTo(offset > top ? top : bottom);
  }

  get laidOut(): Layout | null {
    return this.layout;
  }

  /** Rows of tiles that fit into the window. */
  get rowsSeen(): number {
    if (this.layout === null) return 1;
    const { height, gap } = this.layout.tile;
    return Math.max(1, Math.floor(this.map.viewport / (height + gap)));
  }

  /** Where a tile is on the page now; null when it is not in the window. */
  boxOf(position: number): DOMRect | null {
    const element = this.scroller.querySelector(`#tile-${position}`);
    return element?.getBoundingClientRect() ?? null;
  }

  /** The position under a point of the page, or -1. */
  at(clientX: number, clientY: number): number {
    if (this.layout === null) return -1;
    const rect = this.box.getBoundingClientRect();
    return positionAt(this.layout, clientX - rect.left, clientY - rect.top + this.map.shift);
  }

  /** Paints what is there again, once before the next frame. */
  readonly refresh = (): void => {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.update();
    });
  };

  close(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.rest);
    this.scroller.removeEventListener("scroll", this.onScroll);
    this.box.remove();
  }

  private goTo(offset: number): void {
    this.map = nudged(this.map, offset);
    this.move();
  }

  private readonly onScroll = (): void => {
    const at = Math.round(this.scroller.scrollTop);
    if (at === this.map.scroll) return;
    this.map = scrolled(this.map, at);
    if (wantsSettling(this.map)) this.map = settled(this.map);
    this.move();
  };

  private move(): void {
    if (Math.round(this.scroller.scrollTop) !== this.map.scroll) {
      this.scroller.scrollTop = this.map.scroll;
    }
    this.update();
    clearTimeout(this.rest);
    this.rest = setTimeout(this.settle, REST_MS);
  }

  /** At rest the box goes to its proportional place, so that the scroll bar tells the truth. */
  private readonly settle = (): void => {
    if (Math.abs(proportional(this.map, offsetOf(this.map)) - this.map.scroll) <= 1) return;
    this.map = settled(this.map);
    this.move();
  };

  private update(): void {
    const { layout } = this;
    if (layout === null) return;
    const offset = offsetOf(this.map);
    const over = OVER_ROWS * (layout.tile.height + layout.tile.gap);
    const near = spanAt(layout, offset, this.map.viewport, over);
    this.hooks.window(spanAt(layout, offset, this.map.viewport), near);
    this.showLines(layout, near);
    this.showHeadings(layout, headingsAt(layout, offset, this.map.viewport));
  }

  private showLines(layout: Layout, near: Span): void {
    for (const [start, line] of this.lines) {
      if (start < near.from || start >= near.to) this.free(start, line);
    }
    for (let position = near.from; position < near.to;) {
      const { start, end, line } = rowOf(layout, position);
      this.showLine(layout, start, end, line);
      position = end;
    }
  }

  private showLine(layout: Layout, start: number, end: number, number: number): void {
    const line = this.lines.get(start) ?? this.take(start);
    const y = placeOf(layout, start).y - this.map.shift;
    if (line.y !== y || line.start !== start) {
      line.element.style.transform = `translateY(${y}px)`;
      line.element.setAttribute("aria-rowindex", String(number + 1));
      line.start = start;
      line.y = y;
    }
    for (let column = 0; column < Math.max(end - start, line.cells.length); column++) {
      const cell = this.cell(line, column, layout);
      if (start + column >= end) {
        cell.hide();
        continue;
      }
      cell.reveal();
      cell.show(this.hooks.content(start + column), column);
    }
  }

  private cell(line: Line, column: number, layout: Layout): TileCell {
    let cell = line.cells[column];
    if (cell === undefined) {
      cell = new TileCell();
      line.cells.push(cell);
      line.element.append(cell.element);
    }
    cell.place(layout, column);
    return cell;
  }

  private take(start: number): Line {
    let line = this.spare.pop();
    if (line === undefined) {
      const element = document.createElement("div");
      element.className = "surface-line";
      element.setAttribute("role", "row");
      this.box.append(element);
      line = { element, cells: [], start: -1, y: 0 };
    }
    line.element.hidden = false;
    this.lines.set(start, line);
    return line;
  }

  private free(start: number, line: Line): void {
    for (const cell of line.cells) cell.hide();
    line.element.hidden = true;
    this.lines.delete(start);
    this.spare.push(line);
  }

  private showHeadings(layout: Layout, span: Span): void {
    for (const [section, heading] of this.headings) {
      if (section < span.from || section >= span.to) this.dropHeading(section, heading);
    }
    for (let section = span.from; section < span.to; section++) {
      const heading = this.headings.get(section) ?? this.newHeading(layout, section);
      heading.style.transform = `translateY(${layout.tops[section]! - this.map.shift}px)`;
    }
  }

  private newHeading(layout: Layout, section: number): HTMLDivElement {
    const { label, count } = layout.sections[section]!;
    const row = document.createElement("div");
    row.className = "surface-heading";
    row.setAttribute("role", "row");
    row.setAttribute("aria-rowindex", String(layout.lines[section]! + 1));
    const cell = document.createElement("div");
    cell.setAttribute("role", "rowheader");
    cell.textContent = `${label} · ${count.toLocaleString("en-GB")}`;
    row.append(cell);
    this.headings.set(section, row);
    this.box.append(row);
    return row;
  }

  private dropHeading(section: number, heading: HTMLDivElement): void {
    heading.remove();
    this.headings.delete(section);
  }
}
