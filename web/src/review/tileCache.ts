import { problemOf, type Problem } from "../client/problem";

/** A picture a tile may paint. `close` frees what it holds. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  close(): void;
}

/** An encoded picture; of size 0 where there is none. */
export interface Encoded {
  readonly size: number;
}

export interface TileSource<P extends Picture, E extends Encoded = Encoded> {
  /** Encoded pictures by id. */
  load(ids: readonly number[], signal: AbortSignal): Promise<Map<number, E>>;
  decode(encoded: E): Promise<P>;
}

export interface TileLimits {
  /** Tiles asked for in one request. */
  readonly batch: number;
  /** Requests under way at once. */
  readonly parallel: number;
  /** Bytes of decoded pictures held. */
  readonly bytes: number;
  /** Milliseconds a tile must have been on screen: what only flies past is not asked for. */
  readonly dwell: number;
}

export const LIMITS: TileLimits = { batch: 48, parallel: 3, bytes: 32 << 20, dwell: 140 };
const RETRY_MS = 1_500;
const REST_MS = 200;

interface Request {
  readonly ids: ReadonlySet<number>;
  readonly stop: AbortController;
}

/**
 * Pictures of tiles by id. The grid says what it shows (`want`); what is missing is fetched in
 * batches, what has scrolled away is cancelled, and the least lately shown is let go.
 * A picture is only ever found under its own id, so a tile cannot show another's.
 */
export class TileCache<P extends Picture, E extends Encoded = Encoded> {
  private readonly held = new Map<number, P | null>();
  private readonly requests = new Set<Request>();
  private readonly layers = new Map<string, readonly number[]>();
  /** What is on screen, in the order of asking, and since when. */
  private wanted: ReadonlyMap<number, number> = new Map();
  private bytes = 0;
  private movedAt = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private refusal: Problem | null = null;
  private closed = false;

  constructor(
    private readonly source: TileSource<P, E>,
    private readonly arrived: (ids: readonly number[]) => void,
    private readonly refused: (problem: Problem) => void = () => {},
    private readonly limits: TileLimits = LIMITS,
  ) {}

  /** The picture, null where there is none to show, undefined where it has not come yet. */
  picture(id: number): P | null | undefined {
    return this.held.get(id);
  }

  get heldBytes(): number {
    return this.bytes;
  }

  /**
   * Says which tiles a layer (the grid, an open stack) has on screen now, most wanted first; its
   * others are no longer wanted.
   */
  want(ids: readonly number[], layer = "grid"): void {
    this.layers.delete(layer);
    if (ids.length > 0) this.layers.set(layer, ids);
    const now = Date.now();
    const all = [...this.layers.values()].reverse().flat();
    // a deliberate jump after rest is answered at once; a bar that is dragged never rests
    const jump = now - this.movedAt > REST_MS && !all.some((id) => this.wanted.has(id));
    const since = jump ? now - this.limits.dwell : now;
    this.movedAt = now;
    this.wanted = new Map(all.map((id) => [id, this.wanted.get(id) ?? since]));
    for (const id of ids) this.touch(id);
    for (const request of this.requests) {
      if (!overlaps(request.ids, this.wanted)) this.cancel(request);
    }
    if (all.some((id) => !this.held.has(id))) this.plan(jump ? 0 : this.limits.dwell / 2);
  }

  /** Asks again after a refusal (a break that is over) or a lost connection. */
  resume(): void {
    this.refusal = null;
    this.plan(0);
  }

  /** Lets every picture go and cancels what is under way. */
  clear(): void {
    for (const request of this.requests) this.cancel(request);
    for (const picture of this.held.values()) picture?.close();
    this.held.clear();
    this.bytes = 0;
    this.layers.clear();
    this.wanted = new Map();
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  close(): void {
    this.closed = true;
    this.clear();
  }

  private plan(wait: number): void {
    if (this.timer !== undefined || this.closed) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.ask();
    }, wait);
  }

  private ask(): void {
    if (this.refusal !== null) return;
    const latest = Date.now() - this.limits.dwell;
    const missing: number[] = [];
    let early = false;
    for (const [id, since] of this.wanted) {
      if (this.held.has(id) || this.underWay(id)) continue;
      if (since <= latest) missing.push(id);
      else early = true;
    }
    if (early) this.plan(this.limits.dwell / 2);
    while (missing.length > 0 && this.requests.size < this.limits.parallel) {
      void this.fetch(missing.splice(0, this.limits.batch));
    }
  }

  private underWay(id: number): boolean {
    for (const request of this.requests) if (request.ids.has(id)) return true;
    return false;
  }

  private async fetch(ids: readonly number[]): Promise<void> {
    const request: Request = { ids: new Set(ids), stop: new AbortController() };
    this.requests.add(request);
    try {
      const tiles = await this.source.load(ids, request.stop.signal);
      await this.keep(ids, tiles, request.stop.signal);
      this.requests.delete(request);
      this.plan(0);
    } catch (thrown) {
      this.requests.delete(request);
      if (!request.stop.signal.aborted) this.failed(ids, problemOf(thrown));
    }
  }

  private async keep(
    ids: readonly number[],
    tiles: ReadonlyMap<number, E>,
    signal: AbortSignal,
  ): Promise<void> {
    const decoded = await Promise.all(ids.map((id) => this.decode(tiles.get(id))));
    if (signal.aborted) {
      for (const picture of decoded) picture?.close();
      return;
    }
    ids.forEach((id, i) => this.hold(id, decoded[i] ?? null));
    this.letGo();
    this.arrived(ids);
  }

  private async decode(encoded: E | undefined): Promise<P | null> {
    if (encoded === undefined || encoded.size === 0) return null;
    try {
      return await this.source.decode(encoded);
    } catch {
      return null; // a thumbnail that cannot be decoded is shown as none
    }
  }

  private hold(id: number, picture: P | null): void {
    const before = this.held.get(id);
    if (before) this.drop(id, before);
    this.held.set(id, picture);
    if (picture !== null) this.bytes += sizeOf(picture);
  }

  private drop(id: number, picture: P | null): void {
    this.held.delete(id);
    if (picture === null) return;
    this.bytes -= sizeOf(picture);
    picture.close();
  }

  private touch(id: number): void {
    const picture = this.held.get(id);
    if (picture === undefined) return;
    this.held.delete(id);
    this.held.set(id, picture);
  }

  private letGo(): void {
    for (const [id, picture] of this.held) {
      if (this.bytes <= this.limits.bytes && this.held.size <= MOST_HELD) return;
      if (!this.wanted.has(id)) this.drop(id, picture);
    }
  }

  private cancel(request: Request): void {
    request.stop.abort();
    this.requests.delete(request);
  }

  private failed(ids: readonly number[], problem: Problem): void {
    if (problem.code === "not-shown") {
      for (const id of ids) this.hold(id, null); // these are not for this officer; the rest are
      this.arrived(ids);
      this.plan(0);
    } else if (problem.status >= 400 && problem.status < 500 && problem.status !== 429) {
      this.refusal = problem;
      this.refused(problem);
    } else {
      this.plan(RETRY_MS);
    }
  }
}

/** Entries held, those without a picture too. */
const MOST_HELD = 8_000;

function sizeOf(picture: Picture): number {
  return picture.width * picture.height * 4;
}

function overlaps(some: ReadonlySet<number>, others: ReadonlyMap<number, unknown>): boolean {
  for (const one of some) if (others.has(one)) return true;
  return false;
}
