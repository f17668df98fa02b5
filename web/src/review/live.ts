import { followNews } from "../client/news";
import type { Room } from "./room";

/** Changes of others are gathered this long before their rows are read again. */
const GATHER_MS = 800;

interface Happening {
  media?: number[];
  /** There were too many media to name: any row may have changed. */
  more?: boolean;
  officer?: string;
}

/**
 * What others do in the case while it is open: their rows are read again in place; nothing moves.
 * The browser connects again by itself; what happened meanwhile is told then.
 */
export function followCase(
  path: string,
  room: Room,
  me: string,
  marked: (media: readonly number[]) => void,
): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changed = new Set<number>();
  let any = false;
  const flush = () => {
    timer = undefined;
    room.stale(any ? null : changed);
    [changed, any] = [new Set(), false];
  };
  const gather = (event: MessageEvent<string>) => {
    const happening = read(event.data);
    if (happening.officer === me) return; // told already, by the answers to one's own acts
    for (const id of happening.media ?? []) changed.add(id);
    any ||= happening.more === true;
    if (any || changed.size > 0) timer ??= setTimeout(flush, GATHER_MS);
  };
  const hears = {
    act: gather,
    lease: gather,
    mark: (event: MessageEvent<string>) => marked(read(event.data).media ?? []),
  };
  const stop = followNews(path, hears, () => room.stale(null));
  return () => {
    clearTimeout(timer);
    stop();
  };
}

function read(text: string): Happening {
  try {
    const happening: unknown = JSON.parse(text);
    return typeof happening === "object" && happening !== null ? happening : {};
  } catch {
    return {};
  }
}
