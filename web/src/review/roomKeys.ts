import { useKeys } from "../shell/keys";
import { gradeAndGoOn, gradeKeys, wantsConfirming } from "./grading";
import type { SurfaceRef } from "./GridPane";
import { rowStep } from "./layout";
import { type Doing, keyMap } from "./keys";
import { type Page, useReview } from "./review";
import { LOOKS } from "./room";
import type { Row } from "./rowCache";
import type { Category } from "./shapes";

/** What stands over the grid now. */
export type Mode =
  | { kind: "grid" | "viewer" | "keys" | "goTo" }
  | { kind: "stack"; rows: readonly Row[]; pending: Category | null }
  | { kind: "dispute"; row: Row; pending: Category | null }
  | { kind: "mark"; rows: readonly Row[]; marks: "notes" | "tags"; over: "grid" | "viewer" };

export interface RoomKeys {
  mode: Mode;
  setMode: (mode: Mode) => void;
  surface: SurfaceRef;
  /** A size of tile more or less. */
  resize: (by: 1 | -1) => void;
  toggleFilters: () => void;
  toggleDetails: () => void;
}

/** Grades what is meant, or opens what must be seen first: the stack, the dispute. */
export function gradeMeant(page: Page, category: Category, setMode: (mode: Mode) => void): void {
  page.room.withMeant((rows) => {
    const { asked } = page.room.state.now;
    if (asked.source === "disputes") {
      setMode({ kind: "dispute", row: rows[0]!, pending: category });
    } else if (asked.unit === "stack" && wantsConfirming(rows)) {
      setMode({ kind: "stack", rows, pending: category });
    } else {
      gradeAndGoOn(page, rows, category.code);
    }
  });
}

function movesOf(page: Page, surface: SurfaceRef): Partial<Record<string, Doing>> {
  const { room, closer } = page;
  const go = (position: number, event?: KeyboardEvent) => {
    closer.end();
    room.moveTo(position, event?.shiftKey ?? false);
  };
  const rows = (step: 1 | -1, times: number, event: KeyboardEvent) => {
    const layout = surface.current?.laidOut;
    if (!layout) return;
    let position = room.state.now.cursor;
    for (let i = 0; i < times; i++) position = rowStep(layout, position, step);
    go(position, event);
  };
  const screenful = () => surface.current?.rowsSeen ?? 1;
  return {
    left: { press: (event) => go(room.state.now.cursor - 1, event) },
    right: { press: (event) => go(room.state.now.cursor + 1, event) },
    up: { press: (event) => rows(-1, 1, event) },
    down: { press: (event) => rows(1, 1, event) },
    pageUp: { press: (event) => rows(-1, screenful(), event) },
    pageDown: { press: (event) => rows(1, screenful(), event) },
    first: { press: (event) => go(0, event) },
    last: { press: (event) => go(room.count - 1, event) },
    next: { press: () => go(room.nextWaiting()) },
  };
}

function actsOf(page: Page, keys: RoomKeys): Partial<Record<string, Doing>> {
  const { room, acting, closer } = page;
  const { setMode } = keys;
  const current = (then: (row: Row) => void) => () => room.withCurrent(then);
  const meant = (then: (rows: readonly Row[]) => void) => () => room.withMeant(then);
  return {
    goTo: { press: () => setMode({ kind: "goTo" }) },
    closer: {
      press: current((row) => closer.begin(row.id, "grey", page.closerSeconds)),
      release: () => closer.end(),
    },
    clear: { press: () => closer.turn("clear") },
    select: { press: () => room.toggleSelected() },
    stack: { press: meant((rows) => setMode({ kind: "stack", rows, pending: null })) },
    undo: { press: () => acting.undo() },
    withdraw: { press: meant((rows) => gradeAndGoOn(page, rows, null)) },
    open: { press: current(() => setMode({ kind: "viewer" })), says: "open the viewer" },
    details: { press: keys.toggleDetails },
    note: {
      press: meant((rows) => setMode({ kind: "mark", rows, marks: "notes", over: "grid" })),
    },
    tag: {
      press: meant((rows) => setMode({ kind: "mark", rows, marks: "tags", over: "grid" })),
    },
    resolve: { press: current((row) => setMode({ kind: "dispute", row, pending: null })) },
  };
}

/** The keys of the grid, while nothing stands over it. */
export function useRoomKeys(keys: RoomKeys): void {
  const page = useReview();
  const { room, closer } = page;
  const nextLook = () => {
    const at = LOOKS.indexOf(room.state.now.look);
    void room.open({}, LOOKS[(at + 1) % LOOKS.length]);
  };
  const doing: Partial<Record<string, Doing>> = {
    ...movesOf(page, keys.surface),
    ...actsOf(page, keys),
    filters: { press: keys.toggleFilters },
    view: { press: nextLook },
    reload: { press: () => void room.open() },
    zoomIn: { press: () => keys.resize(1), says: "larger tiles" },
    zoomOut: { press: () => keys.resize(-1), says: "smaller tiles" },
    close: {
      press: () => {
        closer.end();
        room.clearSelected();
      },
      says: "clear the selection",
    },
  };
  useKeys(
    "Review",
    {
      ...gradeKeys(page.caseFile.scheme.categories, (category) =>
        gradeMeant(page, category, keys.setMode),
      ),
      ...keyMap(doing, page.remapped),
    },
    { active: keys.mode.kind === "grid" },
  );
}
