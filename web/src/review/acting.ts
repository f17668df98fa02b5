import type { Problem } from "../client/problem";
import type { Calls } from "./calls";
import { type Act, type Grade, newKey, Outbox, type OutboxState } from "./outbox";
import type { Room } from "./room";
import type { Row } from "./rowCache";
import type { GradeAnswer, GradeAsked, UndoAnswer } from "./shapes";
import { Watched } from "./watched";

export interface Extent {
  readonly wholeStack?: boolean;
  /** How many media the whole stacks were said to hold. */
  readonly told?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
}

export interface Unsaved {
  readonly category: string | null;
}

/** What was done here, newest last: the way back for `u`. */
interface Step {
  readonly key: string;
  readonly position: number;
  readonly category: string | null;
  readonly count: number;
}

/** Grades and their undoing: shown at once, sent in order, kept until the server has them. */
export class Acting {
  readonly state: Watched<OutboxState>;
  private readonly outbox: Outbox;
  private readonly steps: Step[] = [];
  /** The act now undone was not done on this page: its tile must be looked for. */
  private seeking = false;
  private unsaved = new Map<number, Unsaved>();

  constructor(
    private readonly room: () => Room | null,
    calls: Calls,
    officerId: number,
    private readonly scheme: string,
  ) {
    const post = {
      grade: (act: Grade) => calls.grade(bodyOf(act)),
      undo: (act: { key: string; levels: number }) =>
        calls.undo({ key: act.key, levels: act.levels }),
    };
    this.outbox = new Outbox(`trawl-unsaved-${officerId}-${calls.caseId}`, post, {
      graded: (act, answer) => this.graded(act, answer),
      undone: (answer) => this.undone(answer),
      refused: (act, problem) => this.refused(act, problem),
      changed: () => this.changed(),
    });
    this.state = new Watched(this.outbox.state);
    this.changed();
    this.outbox.resume();
  }

  /** A grade of this media that the server has not acknowledged yet. */
  unsavedOf(id: number): Unsaved | undefined {
    return this.unsaved.get(id);
  }

  grade(rows: readonly Row[], category: string | null, asked: Extent = {}): void {
    if (rows.length === 0) return;
    const { wholeStack = false, ...extent } = asked;
    const { scheme } = this;
    const media = rows.map((row) => row.id);
    const key = newKey();
    const position = rows[0]!.position;
    this.steps.push({ key, position, category, count: media.length });
    const act = { key, media, wholeStack, category, scheme, position, ...extent };
    this.outbox.put({ kind: "grade", ...act });
    const what = category === null ? "Taken back" : `Graded ${category}`;
    this.room()?.say(`${what}${media.length > 1 ? ` × ${media.length}` : ""}`);
  }

  /** One level back: what was not sent is forgotten, what was is undone by the server. */
  undo(): void {
    const step = this.steps.pop();
    const taken = this.outbox.takeBack();
    if (taken === null) this.outbox.put({ kind: "undo", key: newKey(), levels: 1 });
    this.seeking = step === undefined;
    if (step === undefined) return;
    this.room()?.clearSelected();
    this.room()?.moveTo(step.position);
    this.room()?.say(`Undone: ${step.category ?? "taken back"}`);
  }

  /** Sends what was held: after a break, or when the officer is back. */
  resume(): void {
    if (this.outbox.state.unsaved > 0) this.outbox.resume();
  }

  close(): void {
    this.outbox.close();
  }

  private graded(_act: Grade, answer: GradeAnswer): void {
    this.room()?.patch(answer.states, answer.left);
  }

  private undone(answer: UndoAnswer): void {
    this.room()?.patch(answer.states, answer.left);
    const last = answer.undone[0];
    if (last === undefined) {
      this.room()?.say("There is nothing left to undo.");
    } else if (this.seeking) {
      this.room()?.say(`Undone: ${last.category ?? "taken back"}`);
      if (last.media[0] !== undefined) void this.room()?.seek(last.media[0]);
    }
  }

  private refused(act: Act, problem: Problem): void {
    const at = this.steps.findIndex((step) => step.key === act.key);
    if (at >= 0) this.steps.splice(at, 1);
    // What it was refused for, a lease or a stack that has grown, is to be seen in its row.
    if (act.kind === "grade") this.room()?.stale(new Set(act.media));
    const what = act.kind === "undo" ? "The undo was not taken" : "The grade was not taken";
    const hint = problem.hint === null ? "" : ` · ${problem.hint}`;
    this.room()?.say(`${what}: ${problem.message}${hint}`);
  }

  private changed(): void {
    const unsaved = new Map<number, Unsaved>();
    for (const act of this.outbox?.waiting ?? []) {
      if (act.kind !== "grade" || act.fromMs !== undefined) continue;
      for (const id of act.media) unsaved.set(id, { category: act.category });
    }
    this.unsaved = unsaved;
    this.state?.set(this.outbox.state);
    this.room()?.paint();
  }
}

function bodyOf(act: Grade): GradeAsked {
  const body = {
    key: act.key,
    media: [...act.media],
    whole_stack: act.wholeStack,
    category: act.category,
    scheme: act.scheme ?? null,
    told: act.told ?? null,
  };
  if (act.fromMs === undefined) return body;
  return { ...body, from_ms: act.fromMs, to_ms: act.toMs ?? null };
}
