import { useKeys } from "../shell/keys";
import type { Closer } from "./closer";
import { gradeAndGoOn, gradeKeys } from "./grading";
import { type Doing, keyMap } from "./keys";
import type { Player } from "./player";
import { type Page, useReview } from "./review";
import { gradeMeant, type Mode } from "./roomKeys";
import type { Row } from "./rowCache";
import type { Category, Clarity } from "./shapes";
import { runningTime } from "./tileWords";
import { CENTRE, type Marking, markingKeys } from "./markingKeys";
import { type Region, type StageView, turned, zoomedBy } from "./stageView";

interface Held<T> {
  now: T;
  set: (next: T) => void;
}

export interface ViewerKeys {
  row: Row;
  setMode: (mode: Mode) => void;
  details: () => void;
  closer: Closer;
  player: Player;
  view: Held<StageView>;
  region: Held<Region | null>;
  marking: Held<boolean> & Marking["marking"];
  rate: Held<number>;
  span: Held<{ from: number | null; to: number | null }>;
  scenes: { count: number; at: number; atMs: number; set: (at: number) => void };
  levelling: () => void;
  /** The time shown now, ms of the video. */
  timeNow: () => number;
}

const RATES = [0.25, 0.5, 1, 1.5, 2, 4];

function grade(page: Page, keys: ViewerKeys, category: Category): void {
  const { from, to } = keys.span.now;
  if (from !== null && to !== null) {
    const [fromMs, toMs] = [Math.min(from, to), Math.max(from, to)].map(Math.round);
    page.acting.grade([keys.row], category.code, { fromMs: fromMs!, toMs: toMs! });
    page.room.say(`${category.code} from ${runningTime(fromMs!)} to ${runningTime(toMs!)}`);
    keys.span.set({ from: null, to: null });
    return;
  }
  page.room.clearSelected();
  const stands = page.room.state.now.asked.source === "disputes" || keys.row.stack > 1;
  if (stands) gradeMeant(page, category, keys.setMode);
  else gradeAndGoOn(page, [keys.row], category.code);
}

function moves(page: Page, keys: ViewerKeys): Partial<Record<string, Doing>> {
  const { room } = page;
  const scene = (by: number) => () => {
    keys.closer.end();
    keys.scenes.set(Math.min(Math.max(0, keys.scenes.at + by), Math.max(0, keys.scenes.count - 1)));
  };
  return {
    left: { press: () => room.moveTo(keys.row.position - 1), says: "previous" },
    right: { press: () => room.moveTo(keys.row.position + 1), says: "next" },
    up: { press: scene(-1), says: "previous scene" },
    down: { press: scene(1), says: "next scene" },
    next: { press: () => room.moveTo(room.nextWaiting(keys.row.position)) },
    close: { press: () => keys.setMode({ kind: "grid" }), says: "close the viewer" },
    open: { press: () => keys.setMode({ kind: "grid" }), says: "close the viewer" },
  };
}

function plays(keys: ViewerKeys): Partial<Record<string, Doing>> {
  const { player, rate } = keys;
  const start = (clarity: Clarity, sound: boolean) => {
    keys.closer.end();
    void player.play(keys.timeNow(), clarity, sound);
  };
  const faster = (by: number) => () => {
    const at = RATES.indexOf(rate.now) + by;
    rate.set(RATES[Math.min(Math.max(0, at), RATES.length - 1)]!);
  };
  return {
    play: { press: () => (player.playing ? player.end() : start("grey", false)) },
    sound: {
      press: () => player.playing && start(player.state.now.clarity, !player.state.now.sound),
    },
    slower: { press: faster(-1) },
    faster: { press: faster(1) },
    from: { press: () => keys.span.set({ ...keys.span.now, from: keys.timeNow() }) },
    to: { press: () => keys.span.set({ ...keys.span.now, to: keys.timeNow() }) },
  };
}

/** The keys of the viewer. The grid's own are out of reach while it is open. */
export function useViewerKeys(keys: ViewerKeys): void {
  const page = useReview();
  const { row, closer, player, view } = keys;
  const video = row.kind === "video";
  const clear = () => {
    if (!player.playing) return closer.turn("clear");
    const { clarity, sound } = player.state.now;
    void player.play(keys.timeNow(), clarity === "clear" ? "grey" : "clear", sound);
  };
  const doing: Partial<Record<string, Doing>> = {
    ...moves(page, keys),
    ...(video ? plays(keys) : {}),
    closer: {
      press: () =>
        !player.playing && closer.begin(row.id, video ? "grey" : "clear", page.closerSeconds),
      release: () => closer.end(),
      says: "look closer while held",
    },
    clear: { press: clear, says: "clear and in colour" },
    zoomIn: { press: () => view.set(zoomedBy(view.now, 1)) },
    zoomOut: { press: () => view.set(zoomedBy(view.now, -1)) },
    rotate: { press: () => view.set(turned(view.now)) },
    levels: { press: keys.levelling },
    details: { press: keys.details },
    undo: { press: () => page.acting.undo() },
    stack: { press: () => keys.setMode({ kind: "stack", rows: [row], pending: null }) },
    note: {
      press: () => keys.setMode({ kind: "mark", rows: [row], marks: "notes", over: "viewer" }),
    },
    tag: {
      press: () => keys.setMode({ kind: "mark", rows: [row], marks: "tags", over: "viewer" }),
    },
    clue: {
      press: () => {
        player.end(); // what is marked is the frame where it stopped
        if (closer.state.now.id === null) closer.begin(row.id, "grey", page.closerSeconds);
        keys.region.set(video ? null : CENTRE);
        keys.marking.set(true);
      },
    },
  };
  useKeys(
    "Viewer",
    keys.marking.now
      ? keyMap(markingKeys(page, keys), page.remapped)
      : {
          ...gradeKeys(page.caseFile.scheme.categories, (category) => grade(page, keys, category)),
          ...keyMap(doing, page.remapped),
        },
    { level: 1 },
  );
}
