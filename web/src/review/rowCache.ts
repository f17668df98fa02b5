import { problemOf, type Problem } from "../client/problem";
import { type Bucket, type State, STATES, type StateOf } from "./shapes";

/** One row of a view: a stack (its top) or a media. */
export interface Row {
  readonly position: number;
  readonly id: number;
  readonly stack: number;
  readonly files: number;
  readonly kind: string;
  readonly state: State;
  readonly category: string | null;
  readonly mine: boolean;
  readonly proposed: string | null;
  readonly by: string | null;
  readonly takenUs: number | null;
  readonly leased: string | null;
  readonly durationMs: number | null;
  readonly exhibit: string;
  readonly path: string;
}

export type LoadBucket = (n: number, signal: AbortSignal) => Promise<Bucket>;

/** The state of a code on the wire; in words where the answer is of single media. */
export function stateOf(value: string | number): State {
  return typeof value === "number" ? (STATES[value] ?? "open") : (value as State);
}

/** Buckets of rows held at once; a bucket is at most 1,000 rows. */
const MOST = 24;
const RETRY_MS = 1_500;

/** The rows of a view by position, fetched a bucket at a time, the least lately used let go. */
export class RowCache {
  private readonly held = new Map<number, Row[]>();
  private readonly asked = new Map<number, AbortController>();
  private wanted: ReadonlySet<number> = new Set();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly size: number,
    private readonly load: LoadBucket,
    private readonly arrived: () => void,
    private readonly refused: (problem: Problem) => void = () => {},
  ) {}

  row(position: number): Row | undefined {
    return this.held.get(Math.floor(position / this.size))?.[position % this.size];
  }

  /** Says which positions are needed now; buckets no longer needed are cancelled. */
  want(from: number, to: number): void {
    const wanted = new Set<number>();
    for (let n = Math.floor(from / this.size); n * this.size < to; n++) wanted.add(n);
    this.wanted = wanted;
    for (const [n, stop] of this.asked) if (!wanted.has(n)) this.cancel(n, stop);
    for (const n of wanted) this.touchOrPlan(n);
  }

  /** Reads the buckets of these positions that are not held, beside what is wanted. */
  read(positions: readonly number[]): void {
    for (const n of new Set(positions.map((position) => Math.floor(position / this.size)))) {
      if (!this.held.has(n) && !this.asked.has(n)) void this.fetch(n);
    }
  }

  /** Lays what the server said of media over the rows that are held. */
  patch(states: readonly StateOf[]): void {
    const changes = new Map(states.map((one) => [one.id, changeOf(one)]));
    for (const [n, rows] of this.held)
      this.held.set(
        n,
        rows.map((row) => laid(row, changes)),
      );
  }

  /** Who holds a stack now; null when it was let go. */
  lease(ids: ReadonlySet<number>, officer: string | null): void {
    for (const [n, rows] of this.held) {
      if (!rows.some((row) => ids.has(row.id))) continue;
      this.held.set(
        n,
        rows.map((row) => (ids.has(row.id) ? { ...row, leased: officer } : row)),
      );
    }
  }

  /**
   * Reads again the buckets that hold any of these media, null for all; those that are not on
   * screen are only forgotten.
   */
  stale(ids: ReadonlySet<number> | null): boolean {
    const stale = [...this.held].filter(
      ([, rows]) => ids === null || rows.some((row) => ids.has(row.id)),
    );
    for (const [n] of stale) {
      if (this.wanted.has(n)) void this.fetch(n);
      else this.held.delete(n);
    }
    return stale.length > 0;
  }

  close(): void {
    clearTimeout(this.timer);
    for (const [n, stop] of this.asked) this.cancel(n, stop);
    this.held.clear();
  }

  private touchOrPlan(n: number): void {
    const rows = this.held.get(n);
    if (rows !== undefined) {
      this.held.delete(n);
      this.held.set(n, rows);
    } else if (!this.asked.has(n)) {
      this.plan(PAUSE_MS);
    }
  }

  private plan(wait: number): void {
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      for (const n of this.wanted) if (!this.held.has(n) && !this.asked.has(n)) void this.fetch(n);
    }, wait);
  }

  private async fetch(n: number): Promise<void> {
    const stop = new AbortController();
    this.asked.get(n)?.abort();
    this.asked.set(n, stop);
    try {
      const bucket = await this.load(n, stop.signal);
      if (stop.signal.aborted) return;
      this.asked.delete(n);
      this.hold(n, rowsOf(bucket));
    } catch (thrown) {
      if (stop.signal.aborted) return;
      this.asked.delete(n);
      this.failed(problemOf(thrown));
    }
  }

  private hold(n: number, rows: Row[]): void {
    this.held.set(n, rows);
    for (const other of this.held.keys()) {
      if (this.held.size <= MOST) break;
      if (!this.wanted.has(other)) this.held.delete(other);
    }
    this.arrived();
  }

  private failed(problem: Problem): void {
    if (problem.status >= 400 && problem.status < 500) this.refused(problem);
    else this.plan(RETRY_MS);
  }

  private cancel(n: number, stop: AbortController): void {
    stop.abort();
    this.asked.delete(n);
  }
}

/** Short enough not to be felt, long enough that a drag over the bar asks for little. */
const PAUSE_MS = 30;

function changeOf(one: StateOf): Partial<Row> {
  return { state: stateOf(one.state), category: one.category, mine: one.mine };
}

function laid(row: Row, changes: ReadonlyMap<number, Partial<Row>>): Row {
  const change = changes.get(row.id);
  return change === undefined ? row : { ...row, ...change };
}

function rowsOf(bucket: Bucket): Row[] {
  return bucket.ids.map((id, i) => ({
    position: bucket.first + i,
    id,
    stack: bucket.stack[i] ?? 1,
    files: bucket.files[i] ?? 1,
    kind: bucket.kind[i] ?? "other",
    state: stateOf(bucket.state[i] ?? "open"),
    category: bucket.category[i] ?? null,
    mine: bucket.mine[i] ?? false,
    proposed: bucket.proposed[i] ?? null,
    by: bucket.by[i] ?? null,
    takenUs: bucket.taken_us[i] ?? null,
    leased: bucket.leased[i] ?? null,
    durationMs: bucket.duration_ms[i] ?? null,
    exhibit: bucket.exhibits[bucket.exhibit[i] ?? -1] ?? "",
    path: bucket.path[i] ?? "",
  }));
}
