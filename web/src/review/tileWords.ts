import { count, several } from "../shell/words";
import type { Unsaved } from "./acting";
import type { Row } from "./rowCache";

/** How a tile stands towards this officer, in the order in which it is said. */
export type Standing =
  "unsaved" | "mine" | "disputed" | "trusted" | "leased" | "proposed" | "known" | "open";

/** What a tile says beside its picture. */
export interface TileWords {
  readonly standing: Standing;
  /** In the corner: a code, or a sign. */
  readonly corner: string;
  /** At the foot: who proposes, who holds it. */
  readonly foot: string;
  readonly badge: string;
  readonly kind: string;
  /** All of it, read aloud. */
  readonly label: string;
}

export type Labels = (code: string | null) => string;

export function standingOf(row: Row, unsaved: Unsaved | undefined): Standing {
  if (unsaved !== undefined) return "unsaved";
  if (row.mine) return "mine";
  if (row.state === "disputed") return "disputed";
  if (row.state === "trusted") return "trusted";
  if (row.leased !== null) return "leased";
  if (row.state === "proposed" || row.proposed !== null) return "proposed";
  if (row.state === "known-good" || row.state === "known-illegal") return "known";
  return "open";
}

/** True where the queue may pass over a tile: it is graded, trusted, or somebody else's now. */
export function isDone(row: Row, unsaved: Unsaved | undefined): boolean {
  const standing = standingOf(row, unsaved);
  if (standing === "unsaved") return unsaved?.category !== null;
  return standing === "mine" || standing === "trusted" || standing === "leased";
}

/** `0:07`, `1:02:03`. */
export function runningTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

export function wordsOf(row: Row, unsaved: Unsaved | undefined, labels: Labels): TileWords {
  const standing = standingOf(row, unsaved);
  const kind = kindOf(row);
  const said = saidOf(row, unsaved, standing, labels);
  const many = row.stack > 1 ? `stack of ${count(row.stack)}, ` : "";
  const files = several(row.files, "file");
  const label = `${many}${kind || row.kind}, ${files}, ${said.aloud}, ${row.exhibit} ${row.path}`;
  const badge = row.stack > 1 ? `×${count(row.stack)}` : "";
  return { standing, corner: said.corner, foot: said.foot, badge, kind, label };
}

function kindOf(row: Row): string {
  if (row.kind === "video") {
    return row.durationMs === null ? "video" : `video ${runningTime(row.durationMs)}`;
  }
  return row.kind === "image" ? "" : row.kind;
}

interface Said {
  readonly corner: string;
  readonly foot: string;
  readonly aloud: string;
}

function saidOf(row: Row, unsaved: Unsaved | undefined, standing: Standing, labels: Labels): Said {
  const code = row.category ?? "";
  switch (standing) {
    case "unsaved": {
      const given = unsaved?.category ?? null;
      return {
        corner: given ?? "–",
        foot: "not saved yet",
        aloud: `${labels(given)}, not saved yet`,
      };
    }
    case "mine":
      return { corner: code, foot: "", aloud: `graded ${labels(row.category)} by you` };
    case "trusted":
      return { corner: `✓ ${code}`, foot: "", aloud: `trusted ${labels(row.category)}` };
    case "disputed":
      return { corner: "≠", foot: "disputed", aloud: "disputed" };
    case "leased":
      return { corner: "", foot: `with ${row.leased}`, aloud: `with ${row.leased} now` };
    case "proposed": {
      const by = row.by ?? "a set";
      const corner = row.proposed === null ? "?" : `${row.proposed}?`;
      return { corner, foot: by, aloud: `${labels(row.proposed)} proposed by ${by}` };
    }
    case "known":
      return { corner: "", foot: row.state.replace("-", " "), aloud: row.state.replace("-", " ") };
    case "open":
      return { corner: "", foot: "", aloud: "waits" };
  }
}
