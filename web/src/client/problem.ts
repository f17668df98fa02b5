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
