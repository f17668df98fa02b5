import { problemOf, type Problem } from "../client/problem";
import type { GradeAnswer, UndoAnswer } from "./shapes";

/** One act of grading, named by a key of ours, so that sending it twice counts once. */
export interface Grade {
  readonly kind: "grade";
  readonly key: string;
  readonly media: readonly number[];
  readonly wholeStack: boolean;
  /** How many media the officer was told a whole stack holds. */
  readonly told?: number;
  /** Whose category it is: the case may have another scheme by the time this is sent. */
  readonly scheme?: string;
  /** Null takes the officer's own grade back. */
  readonly category: string | null;
  readonly fromMs?: number;
  readonly toMs?: number;
  /** Where in the view it was done, for the way back. */
  readonly position: number;
}

export interface Undo {
  readonly kind: "undo";
  readonly key: string;
  readonly levels: number;
}

export type Act = Grade | Undo;

export interface Post {
  grade(act: Grade): Promise<GradeAnswer>;
  undo(act: Undo): Promise<UndoAnswer>;
}

/** Idle, sending, waiting for the server to be reached, or held until the break is over. */
export type Sending = "idle" | "sending" | "retrying" | "held";

export interface OutboxState {
  readonly sending: Sending;
  readonly unsaved: number;
  /** Why the last act was held or given back. */
  readonly problem: Problem | null;
}

export interface Heard {
  graded(act: Grade, answer: GradeAnswer): void;
  undone(answer: UndoAnswer): void;
  /** The server will never take this act: it is off the list and its tile goes back. */
  refused(act: Act, problem: Problem): void;
  changed(): void;
}

type Keep = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000];

/**
 * Acts on their way to the server, one after another, in the order they were done. An act stays
 * here, and in the tab's own storage, until the server has acknowledged it.
 */
export class Outbox {
  private acts: Act[];
  private current: Act | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private tries = 0;
  private held = false;
  private closed = false;
  private problem: Problem | null = null;

  constructor(
    private readonly name: string,
    private readonly post: Post,
    private readonly heard: Heard,
    private readonly keep: Keep = sessionStorage,
  ) {
    this.acts = restored(keep.getItem(name));
  }

  get state(): OutboxState {
    const busy = this.timer !== undefined ? "retrying" : this.current ? "sending" : "idle";
    return {
      sending: this.held ? "held" : busy,
      unsaved: this.acts.length,
      problem: this.problem,
    };
  }

  /** Grades not yet acknowledged, oldest first: what the tiles show as unsaved. */
  get waiting(): readonly Act[] {
    return this.acts;
  }

  put(act: Act): void {
    this.acts.push(act);
    this.changed();
    this.go();
  }

  /**
   * Takes back the last grade that has not been sent, without the server; null where all have.
   */
  takeBack(): Grade | null {
    const last = this.acts.at(-1);
    if (last === undefined || last.kind !== "grade" || last === this.current) return null;
    if (this.tries > 0 && this.acts.length === 1) return null; // may have reached the server
    this.acts.pop();
    this.changed();
    return last;
  }

  /** Goes on after a break, a new sign-in, or on waking: everything held is sent. */
  resume(): void {
    this.held = false;
    this.problem = null;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.changed();
    this.go();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private go(): void {
    if (this.current !== null || this.held || this.timer !== undefined || this.closed) return;
    const next = this.acts[0];
    if (next === undefined) return;
    this.current = next;
    void this.send(next);
  }

  private async send(act: Act): Promise<void> {
    try {
      if (act.kind === "grade") this.heard.graded(act, await this.done(act, this.post.grade(act)));
      else this.heard.undone(await this.done(act, this.post.undo(act)));
    } catch (thrown) {
      this.failed(act, problemOf(thrown));
    }
    this.changed();
    this.go();
  }

  private async done<T>(act: Act, answer: Promise<T>): Promise<T> {
    const got = await answer;
    this.remove(act);
    this.problem = null;
    this.tries = 0;
    return got;
  }

  private failed(act: Act, problem: Problem): void {
    this.current = null;
    this.problem = problem;
    if (isForLater(problem)) {
      this.held = true;
    } else if (isPassing(problem)) {
      this.wait();
    } else {
      this.remove(act);
      this.tries = 0;
      this.heard.refused(act, problem);
    }
  }

  private wait(): void {
    const wait = WAITS_MS[Math.min(this.tries, WAITS_MS.length - 1)]!;
    this.tries += 1;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.go();
    }, wait);
  }

  private remove(act: Act): void {
    this.acts = this.acts.filter((one) => one !== act);
    this.current = null;
  }

  private changed(): void {
    if (this.acts.length === 0) this.keep.removeItem(this.name);
    else this.keep.setItem(this.name, JSON.stringify(this.acts));
    this.heard.changed();
  }
}

/** A break has begun or the session has ended: the act waits until the officer is back. */
function isForLater(problem: Problem): boolean {
  return problem.code === "break-due" || problem.status === 401;
}

/** The server was not reached, is busy, or has failed: the same act may succeed in a moment. */
function isPassing(problem: Problem): boolean {
  return problem.status === 0 || problem.status >= 500 || problem.status === 429;
}

function restored(text: string | null): Act[] {
  if (text === null) return [];
  try {
    const acts: unknown = JSON.parse(text);
    return Array.isArray(acts) ? (acts as Act[]) : [];
  } catch {
    return [];
  }
}

/** A key no other act has; also where the page is not served over https. */
export function newKey(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
