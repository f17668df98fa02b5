/** A hidden page lets go after this long: who only looks into another tab misses nothing. */
export const LETS_GO_MS = 5_000;
/** How long after each refusal in a row it is tried again: of itself a browser then never does. */
export const AGAIN_MS = [5_000, 15_000, 60_000, 300_000] as const;

type Hears = Readonly<Record<string, (event: MessageEvent<string>) => void>>;

/**
 * Follows the server's news at a path while the page is seen. A browser has six connections to one
 * server for all its tabs together, and a stream takes one for good: six hidden tabs would keep
 * the seventh from everything. `missed` is called when it follows again after it had not.
 */
export function followNews(path: string, hears: Hears, missed: () => void): () => void {
  let source: EventSource | null = null;
  let due: ReturnType<typeof setTimeout> | undefined;
  let refused = 0;
  const letGo = () => {
    source?.close();
    source = null;
  };
  const open = () => {
    const opened = new EventSource(path);
    source = opened;
    opened.addEventListener("open", () => (refused = 0));
    opened.addEventListener("error", () => {
      if (opened.readyState !== EventSource.CLOSED) return; // it connects again by itself
      letGo();
      due = setTimeout(turn, AGAIN_MS[Math.min(refused++, AGAIN_MS.length - 1)]);
    });
    for (const [kind, hear] of Object.entries(hears)) opened.addEventListener(kind, hear);
  };
  const turn = () => {
    clearTimeout(due);
    if (document.hidden) due = setTimeout(letGo, LETS_GO_MS);
    else if (source === null) {
      open();
      missed();
    }
  };
  document.addEventListener("visibilitychange", turn);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    clearTimeout(due);
    letGo();
  };
}
