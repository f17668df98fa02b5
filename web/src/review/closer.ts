import { problemOf, type Problem } from "../client/problem";
import type { Clarity } from "./shapes";
import { Watched } from "./watched";

export interface CloserState {
  /** The media looked at closer now; null while none is. */
  readonly id: number | null;
  readonly clarity: Clarity;
  /** The picture once it has come, as an object URL. */
  readonly url: string | null;
  readonly problem: Problem | null;
  /** When it ends by itself, in ms of `performance.now()`. */
  readonly endsAt: number;
}

export type LoadLook = (id: number, clarity: Clarity, signal: AbortSignal) => Promise<Blob>;

const NOTHING: CloserState = { id: null, clarity: "grey", url: null, problem: null, endsAt: 0 };

/**
 * Looking closer at one picture: begun by a held key, ended by its release, by the time the unit
 * allows, or by anything that takes the officer's eyes away. The picture is gone the moment it ends.
 */
export class Closer {
  readonly state = new Watched<CloserState>(NOTHING);
  private stop: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly load: LoadLook,
    /** Told what is on screen from now on; null when nothing is. */
    private readonly shows: (id: number | null, clarity: Clarity) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  begin(id: number, clarity: Clarity, seconds: number): void {
    this.end();
    const endsAt = this.now() + seconds * 1_000;
    this.state.set({ id, clarity, url: null, problem: null, endsAt });
    this.timer = setTimeout(() => this.end(), seconds * 1_000);
    void this.fetch(id, clarity);
  }

  /** The same picture at another clarity; the time that is left stays as it is. */
  turn(clarity: Clarity): void {
    const { id } = this.state.now;
    if (id === null || this.state.now.clarity === clarity) return;
    this.letGo();
    this.state.set({ clarity, url: null });
    void this.fetch(id, clarity);
  }

  end(): void {
    clearTimeout(this.timer);
    if (this.state.now.id === null) return;
    this.letGo();
    this.state.set(NOTHING);
  }

  private letGo(): void {
    this.stop?.abort();
    this.stop = null;
    if (this.state.now.url !== null) URL.revokeObjectURL(this.state.now.url);
    this.shows(null, this.state.now.clarity);
  }

  private async fetch(id: number, clarity: Clarity): Promise<void> {
    const stop = new AbortController();
    this.stop = stop;
    try {
      const blob = await this.load(id, clarity, stop.signal);
      if (stop.signal.aborted) return;
      this.state.set({ url: URL.createObjectURL(blob) });
      this.shows(id, clarity);
    } catch (thrown) {
      if (!stop.signal.aborted) this.state.set({ problem: problemOf(thrown) });
    }
  }
}

/** Ends what is looked at when the page is hidden or the window loses the focus. */
export function endWhenAway(end: () => void): () => void {
  const hidden = () => document.visibilityState !== "visible" && end();
  window.addEventListener("blur", end);
  window.addEventListener("pagehide", end);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    window.removeEventListener("blur", end);
    window.removeEventListener("pagehide", end);
    document.removeEventListener("visibilitychange", hidden);
  };
}
