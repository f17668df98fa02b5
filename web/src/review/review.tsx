import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from "react";
import { useSession } from "../shell/session";
import { screen } from "../shell/welfare/heartbeat";
import { useWelfare } from "../shell/welfare/welfare";
import { Acting } from "./acting";
import { type Calls, callsOf } from "./calls";
import { Closer } from "./closer";
import { readRemapped, type Remapped } from "./keys";
import { Room } from "./room";
import type { CaseFile, Source } from "./shapes";
import type { SheetTile } from "./sheet";
import { TileCache } from "./tileCache";
import { decodeTile } from "./tileDecoding";
import { isDone, type Labels } from "./tileWords";
import type { Watched } from "./watched";

/** Everything the parts of the review page share while one case is open. */
export interface Review {
  readonly calls: Calls;
  readonly caseFile: CaseFile;
  readonly room: Room;
  readonly acting: Acting;
  readonly tiles: TileCache<ImageBitmap, SheetTile>;
  readonly closer: Closer;
  readonly labels: Labels;
  readonly onTiles: (watcher: () => void) => () => void;
  close(): void;
}

export interface Page extends Review {
  readonly remapped: Remapped;
  readonly setRemapped: (next: Remapped) => void;
  /** Seconds that one closer look lasts at most. */
  readonly closerSeconds: number;
}

const Held = createContext<Page | null>(null);
export const ReviewProvider = Held.Provider;

export function useReview(): Page {
  const page = useContext(Held);
  if (page === null) throw new Error("No case is open for review here.");
  return page;
}

export function useWatched<T extends object>(watched: Watched<T>): T {
  return useSyncExternalStore(watched.watch, watched.read);
}

/** One part of a state: what shows only this is not drawn again when the rest changes. */
export function usePart<T extends object, K extends keyof T>(watched: Watched<T>, part: K): T[K] {
  return useSyncExternalStore(watched.watch, () => watched.now[part]);
}

/** Longest side of a closer look from the grid, in pixels: small while grey. */
const LOOK_LONGEST = { blurred: 384, grey: 384, clear: 900 } as const;

function openReview(caseFile: CaseFile, officerId: number, source: Source): Review {
  const calls = callsOf(caseFile.id);
  const watchers = new Set<() => void>();
  const tell = () => {
    for (const watcher of watchers) watcher();
  };
  const labels: Labels = (code) =>
    code === null
      ? "no category"
      : (caseFile.scheme.categories.find((one) => one.code === code)?.label ?? code);
  const tiles = new TileCache<ImageBitmap, SheetTile>(
    {
      load: (ids, signal) => calls.tiles(ids, "blurred", signal),
      decode: (tile) => decodeTile(tile.bytes),
    },
    tell,
  );
  let acting: Acting | null = null;
  const asked = { source, unit: "stack", filter: {}, order: "place" } as const;
  const room = new Room(calls, asked, "grid", (row) => isDone(row, acting?.unsavedOf(row.id)));
  const closer = new Closer(
    async (id, clarity, signal) => {
      const longest = LOOK_LONGEST[clarity];
      if (room.current?.kind !== "video")
        return (await calls.look(id, clarity, longest, signal)).blob;
      return (await calls.frame(id, 0, clarity, longest, signal)).blob;
    },
    (id, clarity) => screen.put("closer", caseFile.id, clarity, id === null ? [] : [id]),
  );
  acting = new Acting(() => room, calls, officerId, caseFile.scheme.name);
  const close = () => {
    acting?.close();
    closer.end();
    room.close();
    tiles.close();
    screen.take("grid");
  };
  const onTiles = (watcher: () => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  };
  return { calls, caseFile, room, acting, tiles, closer, labels, onTiles, close };
}

/** The shared parts of the page for one case, made when it opens and let go when it closes. */
export function useOpenReview(caseFile: CaseFile, source: Source): Page | null {
  const { officer } = useSession();
  const { line, onBreak } = useWelfare();
  const [review, setReview] = useState<Review | null>(null);
  const [remapped, setRemapped] = useState<Remapped>(() => readRemapped());
  useEffect(() => {
    const opened = openReview(caseFile, officer.id, source);
    setReview(opened);
    void opened.room.open();
    return () => opened.close();
    // a new source is opened in the same room, by the page
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [caseFile, officer.id]);
  useEffect(() => {
    if (onBreak) review?.closer.end();
    else {
      review?.acting.resume();
      review?.tiles.resume();
    }
  }, [onBreak, review]);
  const closerSeconds = line?.closer_seconds ?? 10;
  return useMemo(
    () => review && { ...review, remapped, setRemapped, closerSeconds },
    [review, remapped, closerSeconds],
  );
}

/** Wants tiles for as long as they are shown outside the grid, and tells the screen of them. */
export function useTiles(layer: string, ids: readonly number[]): void {
  const { tiles, onTiles, caseFile } = useReview();
  const [, setTurn] = useState(0);
  const key = ids.join(",");
  useEffect(() => {
    const wanted = key === "" ? [] : key.split(",").map(Number);
    tiles.want(wanted, layer);
    screen.put(layer, caseFile.id, "blurred", wanted);
    const stop = onTiles(() => setTurn((turn) => turn + 1));
    return () => {
      stop();
      tiles.want([], layer);
      screen.take(layer);
    };
  }, [tiles, onTiles, caseFile.id, layer, key]);
}
