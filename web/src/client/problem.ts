/** How often a case that is being prepared is asked for again. */
export const ASK_MS = 1_000;

/** How far a case has come that is being prepared: media, and seconds left where they are known. */
export interface Preparation {
  readonly done: number;
  readonly total: number;
  readonly leftS: number | null;
}

/** What the server said when it did not do what was asked: one sentence and what to do. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    sentence: string,
    readonly hint: string | null,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(sentence);
    this.name = "Problem";
  }

  get refused(): boolean {
    return this.status === 403;
  }

  /** Not null where the case is still being prepared, and is to be asked for again. */
  get preparing(): Preparation | null {
    if (this.code !== "preparing") return null;
    const { done, total, left_s: left } = this.details;
    const number = (value: unknown) => (typeof value === "number" ? value : null);
    return { done: number(done) ?? 0, total: number(total) ?? 0, leftS: number(left) };
  }
}

const UNREACHED = "The server cannot be reached.";
const UNREACHED_HINT = "Your work stays on this page. It is tried again by itself.";

export function unreached(): Problem {
  return new Problem(0, "unreached", UNREACHED, UNREACHED_HINT);
}

/** Any thrown thing as a Problem that can be shown in words. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return unreached();
  const sentence = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem(-1, "page", sentence, null);
}
