import { ASK_MS, type Preparation, problemOf, type Problem } from "../client/problem";
import type { Calls } from "./calls";
import { sectionsOf } from "./grouping";
import type { Section } from "./layout";
import type { Row } from "./rowCache";
import { RowCache } from "./rowCache";
import type { Group, GroupBy, Order, Source, StateOf, Unit, ViewAsked, ViewOpened } from "./shapes";
import { Watched } from "./watched";

/** How a view is laid out. */
export type Look = "grid" | "list" | "timeline" | "map" | "camera";

export const LOOKS: readonly Look[] = ["grid", "list", "timeline", "map", "camera"];
/** A queue is of stacks; disputes and samples are of single media, and so are one's own grades. */
const UNITS: Readonly<Record<Source, Unit>> = {
  queue: "stack",
  all: "stack",
  disputes: "media",
  samples: "media",
  mine: "media",
};
const GROUPED: Partial<Record<Look, { by: GroupBy; order: Order }>> = {
  timeline: { by: "month", order: "taken" },
  camera: { by: "camera", order: "camera" },
  map: { by: "place", order: "taken" },
};

export interface RoomState {
  readonly phase: "opening" | "open" | "failed";
  readonly problem: Problem | null;
  /** How far the server is with a case that it still prepares. */
  readonly preparing: Preparation | null;
  readonly asked: ViewAsked;
  readonly look: Look;
  readonly opened: ViewOpened | null;
  readonly groups: readonly Group[];
  readonly sections: readonly Section[];
  readonly cursor: number;
  readonly selected: ReadonlySet<number>;
  /** Stacks that still wait for this officer, as the server last said. */
  readonly left: number | null;
  /** One sentence on the last thing done; null when there is nothing to say. */
  readonly said: string | null;
}

/** Tiles one selection may hold. */
export const MOST_SELECTED = 1_000;
/** How far ahead the next waiting tile is looked for among the rows at hand. */
const AHEAD = 3_000;
const UNREAD = "Not read yet, so nothing was done. Press again.";

/** One open view of a case: its rows, the cursor, the selection. Knows nothing of the page. */
export class Room {
  readonly state: Watched<RoomState>;
  private rows: RowCache | null = null;
  private opening: AbortController | null = null;
  private anchor = 0;
  private readonly painters = new Set<() => void>();

  constructor(
    readonly calls: Calls,
    asked: ViewAsked,
    look: Look,
    private readonly isDone: (row: Row) => boolean,
  ) {
    this.state = new Watched<RoomState>({ ...EMPTY, asked, look });
  }

  get count(): number {
    return this.state.now.opened?.count ?? 0;
  }

  row(position: number): Row | undefined {
    return this.rows?.row(position);
  }

  get current(): Row | undefined {
    return this.row(this.state.now.cursor);
  }

  /** Called when tiles may look different from now on. */
  onPaint(painter: () => void): () => void {
    this.painters.add(painter);
    return () => this.painters.delete(painter);
  }

  readonly paint = (): void => {
    for (const painter of this.painters) painter();
  };

  want(from: number, to: number): void {
    this.rows?.want(from, to);
  }

  /** Opens a view; the tile under the cursor stays under it where it is in the new view too. */
  async open(change: Partial<ViewAsked> = {}, look: Look = this.state.now.look): Promise<void> {
    this.opening?.abort();
    const stop = new AbortController();
    this.opening = stop;
    const source = change.source ?? this.state.now.asked.source;
    const asked = { ...this.state.now.asked, ...change, unit: UNITS[source] };
    const before = this.current?.id;
    this.state.set({ phase: "opening", asked, look, problem: null, said: null });
    try {
      const grouped = GROUPED[look];
      const order = grouped?.order ?? asked.order;
      const opened = await this.opened({ ...asked, order }, stop.signal);
      const groups = grouped ? await this.calls.groups(opened.view, grouped.by) : [];
      const cursor = before === undefined ? 0 : await this.position(opened, before);
      if (!stop.signal.aborted) this.begin(opened, groups, cursor ?? 0);
    } catch (thrown) {
      if (stop.signal.aborted) return;
      this.state.set({ phase: "failed", problem: problemOf(thrown), preparing: null });
    }
  }

  /** Opens a view as soon as its case is prepared. */
  private async opened(asked: ViewAsked, signal: AbortSignal): Promise<ViewOpened> {
    for (;;) {
      try {
        return await this.calls.openView(asked, signal);
      } catch (thrown) {
        const { preparing } = problemOf(thrown);
        if (preparing === null || signal.aborted) throw thrown;
        this.state.set({ preparing });
        await new Promise((done) => setTimeout(done, ASK_MS));
        if (signal.aborted) throw thrown;
      }
    }
  }

  private async position(opened: ViewOpened, id: number): Promise<number | null> {
    const found = await this.calls.find(opened.view, id).catch(() => null);
    return found?.position ?? null;
  }

  private begin(opened: ViewOpened, groups: Group[], cursor: number): void {
    this.rows?.close();
    const load = (n: number, signal: AbortSignal) => this.calls.bucket(opened.view, n, signal);
    this.rows = new RowCache(opened.bucket, load, this.arrived, this.lost);
    const { look, asked } = this.state.now;
    const sections = sectionsOf(look === "map" ? [] : groups, opened.count);
    const whole = asked.source === "queue" && Object.keys(asked.filter).length === 0;
    const left = whole ? opened.count : this.state.now.left;
    this.anchor = cursor;
    const view = { opened, groups, sections, cursor, left };
    this.state.set({ phase: "open", preparing: null, selected: NONE, ...view });
    this.rows.want(cursor, Math.min(cursor + 1, opened.count));
  }

  private readonly arrived = (): void => {
    this.state.set(this.state.now.said === UNREAD ? { said: null } : {});
    this.paint();
  };

  /** The server no longer knows the view: it is opened again at the same place. */
  private readonly lost = (problem: Problem): void => {
    if (problem.status === 404 && this.state.now.phase === "open") void this.open();
    else this.state.set({ problem });
  };

  /** Moves the cursor; with `extend` the tiles between where it began and here are selected. */
  moveTo(position: number, extend = false): void {
    if (this.count === 0) return;
    const cursor = Math.min(Math.max(0, position), this.count - 1);
    if (!extend) this.anchor = cursor;
    const selected = extend ? this.range(this.anchor, cursor) : this.state.now.selected;
    this.rows?.want(Math.max(0, cursor - 1), Math.min(cursor + 2, this.count));
    this.state.set({ cursor, selected });
    this.paint();
  }

  private range(from: number, to: number): ReadonlySet<number> {
    const low = Math.min(from, to);
    const high = Math.min(Math.max(from, to), low + MOST_SELECTED - 1);
    return new Set(Array.from({ length: high - low + 1 }, (_, i) => low + i));
  }

  toggleSelected(position = this.state.now.cursor): void {
    const selected = new Set(this.state.now.selected);
    if (selected.has(position)) selected.delete(position);
    else if (selected.size < MOST_SELECTED) selected.add(position);
    this.anchor = position;
    this.state.set({ selected });
    this.paint();
  }

  clearSelected(): void {
    if (this.state.now.selected.size === 0) return;
    this.state.set({ selected: NONE });
    this.paint();
  }

  /** Goes to a media, where it is in this view. */
  async seek(id: number): Promise<void> {
    const { opened } = this.state.now;
    if (opened === null) return;
    const position = await this.position(opened, id);
    if (position !== null && opened === this.state.now.opened) this.moveTo(position);
  }

  /**
   * Acts on the rows that are meant: the selection, or else the tile under the cursor. While one
   * of them is still being read nothing is done, and the officer is told.
   */
  withMeant(act: (rows: readonly Row[]) => void): void {
    const { selected, cursor } = this.state.now;
    this.withRows(selected.size > 0 ? [...selected].sort((a, b) => a - b) : [cursor], act);
  }

  /** Acts on the tile under the cursor, as `withMeant` does. */
  withCurrent(act: (row: Row) => void): void {
    this.withRows([this.state.now.cursor], ([row]) => act(row!));
  }

  private withRows(positions: readonly number[], act: (rows: readonly Row[]) => void): void {
    if (this.state.now.phase === "open" && this.count === 0) return;
    const rows = positions.map((position) => this.row(position));
    if (rows.every((row) => row !== undefined)) return act(rows);
    this.rows?.read(positions);
    this.say(UNREAD);
  }

  /** The next tile that waits for this officer; the one after `from` where none is at hand. */
  nextWaiting(from = this.state.now.cursor): number {
    const end = Math.min(this.count, from + AHEAD);
    for (let position = from + 1; position < end; position++) {
      const row = this.row(position);
      if (row === undefined || !this.isDone(row)) return position;
    }
    return Math.min(from + 1, this.count - 1);
  }

  /** Lays what the server said over the rows at hand. */
  patch(states: readonly StateOf[], left: number | null): void {
    this.rows?.patch(states);
    this.state.set(left === null ? {} : { left });
    this.paint();
  }

  lease(ids: ReadonlySet<number>, officer: string | null): void {
    this.rows?.lease(ids, officer);
    this.paint();
  }

  /** Others have acted on these media, null for any: their rows are read again where they are. */
  stale(ids: ReadonlySet<number> | null): void {
    this.rows?.stale(ids);
  }

  say(said: string | null): void {
    this.state.set({ said });
  }

  close(): void {
    this.opening?.abort();
    this.rows?.close();
  }
}

const NONE: ReadonlySet<number> = new Set();
const EMPTY: Omit<RoomState, "asked" | "look"> = {
  phase: "opening",
  problem: null,
  preparing: null,
  opened: null,
  groups: [],
  sections: [],
  cursor: 0,
  selected: NONE,
  left: null,
  said: null,
};
