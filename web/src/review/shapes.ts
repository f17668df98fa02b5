/** Shapes of the answers the review page reads, from the server's document. Times µs UTC. */
import type { components } from "../client/schema";
import type { Clarity } from "../shell/welfare/screen";
import type { Filter } from "./filters";

type Named = components["schemas"];

export type { Clarity };
export type Source = Named["Source"];
export type Unit = Named["Unit"];
export type Order = Named["Order"];
export type GroupBy = Named["GroupBy"];
export type MarkKind = "notes" | "tags" | "clues";
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

export type Category = Named["CategoryShape"];
export type CaseFile = Named["CaseShape"];
export type ViewOpened = Named["ViewOpened"];
export type Bucket = Named["Bucket"];
export type Group = Named["GroupShape"];
export type Facet = Named["FacetShape"];
export type StateOf = Named["StateTold"];
export type GradeAsked = Named["GradeAsked"];
export type GradeAnswer = Named["GradeDone"];
export type ResolutionAsked = Named["ResolutionAsked"];
export type UndoAnswer = Named["UndoneTold"];
export type StackOpened = Named["StackShape"];
export type StackMember = StackOpened["members"][number];
export type Scene = Named["Scene"];
export type SavedFilter = Named["FilterTold"];
export type Dispute = Named["DisputeTold"];
export type MediaDetails = Named["MediaShape"];
export type Hit = Named["HitShape"];
export type ClueAsked = Named["ClueAsked"];

/** A note, a tag or a clue on one media. */
export type Mark = Named["NoteTold"] | Named["TagTold"] | Named["ClueTold"];

export type ViewBody = Named["ViewAsked"];

export interface ViewAsked {
  source: Source;
  unit: Unit;
  filter: Filter;
  order: Order;
}

export interface SegmentAsked {
  from_ms: number;
  to_ms: number;
  clarity: Clarity;
  sound: boolean;
}
