/** A hidden page lets go after this long: who only looks into another tab misses nothing. */
export const LETS_GO_MS = 5_000;

type Hears = Readonly<Record<string, (event: MessageEvent<string>) => void>>;

/**
 * Follows the server's news at a path while the page is seen. A browser has six connections to one
 * server for all its tabs together, and a stream takes one for good: six hidden tabs would keep
 * the seventh from everything. `missed` is called when the page is seen again after it had let go.
 */
export function followNews(path: string, hears: Hears, missed: () => void): () => void {
  let source: EventSource | null = null;
  let going: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(path);
    for (const [kind, hear] of Object.entries(hears)) source.addEventListener(kind, hear);
  };
  const letGo = () => {
    source?.close();
    source = null;
  };
  const turn = () => {
    clearTimeout(going);
    if (document.hidden) going = setTimeout(letGo, LETS_GO_MS);
    else if (source === null) {
      open();
      missed();
    }
  };
  document.addEventListener("visibilitychange", turn);
  if (!document.hidden) open();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    clearTimeout(going);
    letGo();
  };
}
