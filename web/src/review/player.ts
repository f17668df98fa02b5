import { problemOf, type Problem } from "../client/problem";
import type { Calls } from "./calls";
import type { Clarity } from "./shapes";
import { Watched } from "./watched";

export interface Played {
  readonly url: string | null;
  /** Where the segment begins and ends in the video, ms. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly clarity: Clarity;
  readonly sound: boolean;
  readonly reading: boolean;
  readonly problem: Problem | null;
}

/** A segment asked for at once, ms. */
const SEGMENT_MS = 10_000;
const NOTHING: Played = {
  url: null,
  fromMs: 0,
  toMs: 0,
  clarity: "grey",
  sound: false,
  reading: false,
  problem: null,
};

/** Plays a video a short segment at a time: grey and silent unless asked otherwise. */
export class Player {
  readonly state = new Watched<Played>(NOTHING);
  private stop: AbortController | null = null;

  constructor(
    private readonly calls: Calls,
    private readonly id: number,
    private readonly shows: (on: boolean, clarity: Clarity) => void,
  ) {}

  get playing(): boolean {
    return this.state.now.url !== null || this.state.now.reading;
  }

  async play(fromMs: number, clarity: Clarity, sound: boolean): Promise<void> {
    this.end();
    const stop = new AbortController();
    this.stop = stop;
    this.state.set({ ...NOTHING, fromMs, toMs: fromMs, clarity, sound, reading: true });
    try {
      const upTo = fromMs + SEGMENT_MS;
      const asked = { from_ms: Math.round(fromMs), to_ms: Math.round(upTo), clarity, sound };
      const { blob, headers } = await this.calls.segment(this.id, asked, stop.signal);
      if (stop.signal.aborted) return;
      const [from, to] = [headers.get("X-From-Ms"), headers.get("X-To-Ms")];
      this.state.set({
        url: URL.createObjectURL(blob),
        fromMs: from === null ? fromMs : Number(from),
        toMs: to === null ? upTo : Number(to),
        reading: false,
      });
      this.shows(true, clarity);
    } catch (thrown) {
      if (!stop.signal.aborted) this.state.set({ reading: false, problem: problemOf(thrown) });
    }
  }

  readonly end = (): void => {
    this.stop?.abort();
    this.stop = null;
    if (this.state.now.url !== null) URL.revokeObjectURL(this.state.now.url);
    this.shows(false, this.state.now.clarity);
    this.state.set(NOTHING);
  };
}
