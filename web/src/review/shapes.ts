/** Shapes of the answers the review page reads. Times are µs UTC, durations ms. */
import type { Clarity } from "../shell/welfare/screen";
import type { Filter } from "./filters";

export type { Clarity };
export type Source = "queue" | "all" | "disputes" | "samples" | "mine";
export type Unit = "stack" | "media";
export type Order = "place" | "stack" | "taken" | "size" | "camera";
export type MarkKind = "notes" | "tags" | "clues";
export type GroupBy = "month" | "camera" | "place" | "exhibit";
export type State =
  "open" | "proposed" | "voted" | "trusted" | "disputed" | "known-good" | "known-illegal";

/** The state codes of a bucket, in their order on the wire. */
export const STATES: readonly State[] = [
  "open",
  "proposed",
  "voted",
  "trusted",
  "disputed",
  "known-good",
  "known-illegal",
];

export interface Category {
  code: string;
  label: string;
  meaning: string;
  /** The digit that grades so; the first nine categories have one. */
  key: string | null;
}

export interface Scheme {
  name: string;
  title: string;
  categories: Category[];
}

export interface CaseFile {
  id: number;
  name: string;
  scheme: Scheme;
}

export interface ViewAsked {
  source: Source;
  unit: Unit;
  filter: Filter;
  order: Order;
}

export interface ViewOpened {
  view: string;
  count: number;
  media: number;
  bucket: number;
}

/** Up to 1,000 rows of a view, column by column. */
export interface Bucket {
  first: number;
  ids: number[];
  stack: number[];
  files: number[];
  kind: string[];
  state: (State | number)[];
  category: (string | null)[];
  mine: boolean[];
  proposed: (string | null)[];
  by: (string | null)[];
  taken_us: (number | null)[];
  leased: (string | null)[];
  duration_ms: (number | null)[];
  exhibit: number[];
  path: string[];
  exhibits: string[];
}

export interface Group {
  label: string;
  first: number | null;
  count: number;
  lat?: number | null;
  lon?: number | null;
  ids?: number[] | null;
}

export interface Facet {
  label: string;
  count: number;
}

export interface Facets {
  exhibits: Facet[];
  kinds: Facet[];
  cameras: Facet[];
  sets: Facet[];
  tags: Facet[];
  categories: Facet[];
  states: Facet[];
  years: Facet[];
}

export interface StateOf {
  id: number;
  state: State | number;
  category: string | null;
  mine: boolean | string | null;
}

export interface GradeAnswer {
  act: number;
  votes: number;
  media: number[];
  states: StateOf[];
  left: number | null;
  again?: boolean;
}

export interface UndoAnswer {
  undone: { act: number; category: string | null; media: number[] }[];
  states: StateOf[];
  left: number | null;
}

export interface StackMember {
  id: number;
  distance: number | null;
  files: number;
  width: number | null;
  height: number | null;
  size: number;
  state: State | number;
  mine: boolean | string | null;
}

export interface StackOpened {
  top: number;
  members: StackMember[];
  similar: { id: number; distance?: number | null }[];
}

export interface Scene {
  number: number;
  at_ms: number;
}

export interface SavedFilter {
  id: number;
  name: string;
  value: { filter: Filter; source?: Source; order?: Order } | Filter;
}

export interface Dispute {
  media: number;
  open: boolean;
  votes: { officer: string; category: string; at_us: number }[];
  imported: { category: string | null; source: string | null } | null;
  resolutions: { officer: string; category: string; grounds: string; at_us: number }[];
}

export interface Hit {
  set: string;
  purpose: string;
  list: string;
  means: string;
  categories: string | null;
  labels: string[];
  digest: string | null;
  distance: number | null;
  turn: string | null;
  share: number | null;
  from_ms: number | null;
  to_ms: number | null;
  series: string | null;
  comments: string | null;
}

export interface MediaDetails {
  id: number;
  sha256: string;
  sha1: string;
  md5: string;
  size: number;
  mime: string;
  kind: string;
  undecoded: boolean;
  facts: Record<string, string | number | boolean | null>;
  pdq: string | null;
  quality: number | null;
  frames: Record<string, number>;
  places: {
    exhibit: string;
    path: string;
    modified_us: number | null;
    created_us: number | null;
    deleted: boolean;
    lies: boolean;
  }[];
  findings: {
    name: string;
    version: number;
    state: string;
    reason: string | null;
    extra: Record<string, unknown>;
  }[];
  hits: Hit[];
  state: string;
  category: string | null;
  mine: boolean;
}

/** A note, a tag or a clue on one media. */
export interface Mark {
  id: number;
  officer: string;
  at_us: number;
  text?: string;
  tag?: string;
  label?: string;
  x?: number | null;
  at_ms?: number | null;
}
