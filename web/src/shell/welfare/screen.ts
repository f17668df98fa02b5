/** How a picture is shown: as the server's routes name it. */
export type Clarity = "blurred" | "grey" | "clear";

export type Shown = [media: number, clarity: Clarity, ms: number];

/** As many as the server takes in one heartbeat; the rest waits for the next. */
const MOST_AT_ONCE = 2000;

interface Layer {
  caseId: number;
  clarity: Clarity;
  media: readonly number[];
}

/**
 * What media are on this page's screen, and for how long since it was last told to the server.
 *
 * Layers (`grid`, `viewer`) replace their own part; the clearest showing of a media counts. Time
 * runs only while the page is visible and not blanked. Times are given by the caller, in ms.
 */
export class Screen {
  private readonly layers = new Map<string, Layer>();
  private readonly spent = new Map<string, number>();
  private since: number | null = null;
  private readonly holds = new Set<string>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The media of one layer from now on; an empty list takes the layer away. */
  put(layer: string, caseId: number, clarity: Clarity, media: readonly number[]): void {
    this.settle();
    if (media.length === 0) this.layers.delete(layer);
    else this.layers.set(layer, { caseId, clarity, media });
    this.resume();
  }

  take(layer: string): void {
    this.settle();
    this.layers.delete(layer);
    this.resume();
  }

  /** Stops the time for a reason (hidden, blank, break, lost); it goes on when none is left. */
  hold(reason: string, held: boolean): void {
    this.settle();
    if (held) this.holds.add(reason);
    else this.holds.delete(reason);
    this.resume();
  }

  get showing(): boolean {
    return this.holds.size === 0 && this.layers.size > 0;
  }

  get caseId(): number | null {
    return [...this.layers.values()].at(-1)?.caseId ?? null;
  }

  /** What was shown since the last call, and forgets it. */
  drain(): Shown[] {
    this.settle();
    this.resume();
    const told: Shown[] = [];
    for (const [key, ms] of this.spent) {
      if (told.length === MOST_AT_ONCE) break;
      const [media, clarity] = key.split(" ") as [string, Clarity];
      told.push([Number(media), clarity, Math.round(ms)]);
      this.spent.delete(key);
    }
    return told;
  }

  /** Puts back what could not be told. */
  restore(shown: readonly Shown[]): void {
    for (const [media, clarity, ms] of shown) this.spend(media, clarity, ms);
  }

  private spend(media: number, clarity: Clarity, ms: number): void {
    const key = `${media} ${clarity}`;
    this.spent.set(key, (this.spent.get(key) ?? 0) + ms);
  }

  private settle(): void {
    if (this.since === null) return;
    const ms = this.now() - this.since;
    this.since = null;
    if (ms <= 0) return;
    for (const [media, clarity] of this.clearest()) this.spend(media, clarity, ms);
  }

  private resume(): void {
    this.since = this.showing ? this.now() : null;
  }

  private clearest(): Map<number, Clarity> {
    const rank: Record<Clarity, number> = { blurred: 0, grey: 1, clear: 2 };
    const held = new Map<number, Clarity>();
    for (const layer of this.layers.values()) {
      for (const media of layer.media) {
        const before = held.get(media);
        if (before === undefined || rank[layer.clarity] > rank[before]) {
          held.set(media, layer.clarity);
        }
      }
    }
    return held;
  }
}
