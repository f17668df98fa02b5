import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { screen } from "../shell/welfare/heartbeat";
import { columnsFor, layOut, type TileSize } from "./layout";
import { type Review, usePart, useReview } from "./review";
import type { Row } from "./rowCache";
import { type CellContent } from "./tileCell";
import { Surface } from "./surface";
import { type TileWords, wordsOf } from "./tileWords";

export const TILE_SIDES = [96, 128, 176] as const;
const LIST_HEIGHT = 56;
const TOLD_MS = 400;

/** Words of a row are the same until the row or its unsaved grade changes. */
function wordsMemo(review: Review): (row: Row) => TileWords {
  const held = new WeakMap<Row, { unsaved: unknown; words: TileWords }>();
  return (row) => {
    const unsaved = review.acting.unsavedOf(row.id);
    const before = held.get(row);
    if (before !== undefined && before.unsaved === unsaved) return before.words;
    const words = wordsOf(row, unsaved, review.labels);
    held.set(row, { unsaved, words });
    return words;
  };
}

/** Tells the heartbeat which tiles are on screen, not more often than it matters. */
function teller(caseId: number) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ids: number[] = [];
  let covered = false;
  const tell = () => {
    timer = undefined;
    screen.put("grid", caseId, "blurred", covered ? [] : ids);
  };
  return {
    /** Whether something lies over the tiles, so that nobody sees them. */
    cover(over: boolean) {
      covered = over;
      tell();
    },
    shown(next: number[]) {
      ids = next;
      timer ??= setTimeout(tell, TOLD_MS);
    },
    stop() {
      clearTimeout(timer);
      screen.take("grid");
    },
  };
}

function openSurface(scroller: HTMLElement, review: Review) {
  const { room, tiles } = review;
  const words = wordsMemo(review);
  const told = teller(review.caseFile.id);
  const idsOf = (from: number, to: number) => {
    const ids: number[] = [];
    for (let position = from; position < to; position++) {
      const row = room.row(position);
      if (row !== undefined) ids.push(row.id);
    }
    return ids;
  };
  const content = (position: number): CellContent => {
    const row = room.row(position);
    const { cursor, selected } = room.state.now;
    return {
      position,
      row,
      words: row && words(row),
      picture: row && tiles.picture(row.id),
      cursor: cursor === position,
      selected: selected.has(position),
    };
  };
  const surface = new Surface(scroller, {
    content,
    window(seen, near) {
      room.want(near.from, near.to);
      const ids = idsOf(seen.from, seen.to);
      tiles.want([...ids, ...idsOf(seen.to, near.to), ...idsOf(near.from, seen.from)]);
      told.shown(ids.filter((id) => tiles.picture(id)));
    },
  });
  const stops = [review.onTiles(surface.refresh), room.onPaint(surface.refresh), told.stop];
  return {
    surface,
    cover: told.cover,
    close() {
      for (const stop of stops) stop();
      surface.close();
      tiles.want([]);
    },
  };
}

export type SurfaceRef = RefObject<Surface | null>;

export interface PaneProps {
  surface: SurfaceRef;
  /** Side of a tile, CSS pixels. */
  side: number;
  /** Whether something lies over the tiles. */
  covered: boolean;
  open: () => void;
}

/** The tiles of the open view: a grid, a list, or a grid under headings. */
export function GridPane(props: PaneProps) {
  const review = useReview();
  const { room } = review;
  const sections = usePart(room.state, "sections");
  const look = usePart(room.state, "look");
  const cursor = usePart(room.state, "cursor");
  const scroller = useRef<HTMLDivElement>(null);
  const opened = useRef<ReturnType<typeof openSurface> | null>(null);
  const list = look === "list";
  useLayoutEffect(() => {
    const held = openSurface(scroller.current!, review);
    opened.current = held;
    props.surface.current = held.surface;
    return () => {
      held.close();
      opened.current = null;
      props.surface.current = null;
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [room]);
  const headed = sections.length > 1;
  useLayoutEffect(() => {
    const element = scroller.current!;
    const layAgain = () => {
      const width = element.clientWidth;
      const tile = tileSize(list, props.side, width, headed);
      const columns = list ? 1 : columnsFor(width, tile);
      props.surface.current?.layOut(layOut(sections, columns, tile));
      props.surface.current?.reveal(room.state.now.cursor);
    };
    const observer = new ResizeObserver(layAgain);
    observer.observe(element);
    layAgain();
    return () => observer.disconnect();
  }, [room, sections, list, headed, props.side, props.surface]);
  useEffect(() => props.surface.current?.reveal(cursor), [cursor, props.surface]);
  useEffect(() => opened.current?.cover(props.covered), [props.covered, room]);
  const at = (event: { clientX: number; clientY: number }) =>
    props.surface.current?.at(event.clientX, event.clientY) ?? -1;
  return (
    <div
      ref={scroller}
      className={list ? "surface surface-list" : "surface"}
      role="grid"
      tabIndex={0}
      aria-label="Stacks of this view"
      aria-multiselectable="true"
      aria-activedescendant={`tile-${cursor}`}
      onClick={(event) => at(event) >= 0 && room.moveTo(at(event), event.shiftKey)}
      onDoubleClick={(event) => at(event) >= 0 && props.open()}
    />
  );
}

function tileSize(list: boolean, side: number, width: number, headed: boolean): TileSize {
  const heading = headed ? 36 : 0;
  const gap = list ? 4 : 8;
  if (list) return { width: Math.max(200, width - 2 * gap), height: LIST_HEIGHT, gap, heading };
  const columns = columnsFor(width, { width: side, height: side, gap, heading });
  const filled = Math.max(side, Math.floor((width - gap) / columns) - gap);
  return { width: filled, height: filled, gap, heading };
}
