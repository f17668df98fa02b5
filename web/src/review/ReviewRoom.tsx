import { memo, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useSession } from "../shell/session";
import { Empty, Notice, Preparing } from "../shell/states";
import { useBlank } from "../shell/blank";
import { count } from "../shell/words";
import { Ask } from "./Ask";
import { endWhenAway } from "./closer";
import { CloserOverlay } from "./CloserOverlay";
import { Details } from "./Details";
import { DisputePanel } from "./DisputePanel";
import { Filters } from "./Filters";
import { GridPane, type PaneProps, TILE_SIDES } from "./GridPane";
import { GroupIndex } from "./GroupIndex";
import { KeyEditor } from "./KeyEditor";
import { holdLeases } from "./leasing";
import { followCase } from "./live";
import { MarkAsk } from "./MarkAsk";
import { PlacesMap } from "./PlacesMap";
import { usePart, useReview } from "./review";
import { type Mode, useRoomKeys } from "./roomKeys";
import { StackDialog } from "./StackDialog";
import type { Surface } from "./surface";
import { Chips, Foot, Toolbar } from "./Toolbar";
import { Viewer } from "./Viewer";

/** Follows others, holds leases, and ends closer looks when the officer turns away. */
function useAlive(): void {
  const page = useReview();
  const { room, calls, closer, acting } = page;
  const { officer } = useSession();
  const { blank } = useBlank();
  const queries = useQueryClient();
  useEffect(() => {
    const marked = (media: readonly number[]) => {
      for (const id of media) {
        void queries.invalidateQueries({ queryKey: ["media", calls.caseId, id] });
      }
    };
    const stops = [
      followCase(calls.eventsPath, room, officer.name, marked),
      holdLeases(room, calls),
      endWhenAway(() => closer.end()),
      acting.state.watch(() => {
        if (acting.state.now.unsaved > 0) return;
        void queries.invalidateQueries({ queryKey: ["media", calls.caseId] });
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [room, calls, closer, acting, officer.name, queries]);
  useEffect(() => {
    if (blank) closer.end();
  }, [blank, closer]);
}

/** Drawn again when what stands over the tiles changes, not when the cursor moves. */
export const ReviewRoom = memo(function ReviewRoom() {
  const { room } = useReview();
  const surface = useRef<Surface | null>(null);
  const [mode, setMode] = useState<Mode>({ kind: "grid" });
  const [filters, setFilters] = useState(() => window.innerWidth > 1200);
  const [details, setDetails] = useState(false);
  const [side, setSide] = useState<number>(TILE_SIDES[1]);
  useAlive();
  useRoomKeys({
    mode,
    setMode,
    surface,
    resize: (by) => setSide((held) => TILE_SIDES[sideAt(held) + by] ?? held),
    toggleFilters: () => setFilters((shown) => !shown),
    toggleDetails: () => setDetails((shown) => !shown),
  });
  const close = () => setMode({ kind: "grid" });
  const open = () => room.withCurrent(() => setMode({ kind: "viewer" }));
  return (
    <div className="review" data-filters={filters} data-details={details}>
      <h1 className="hidden-words">Review</h1>
      {filters && <Filters />}
      <section className="review-main">
        <Toolbar
          filters={filters}
          toggleFilters={() => setFilters(!filters)}
          keys={() => setMode({ kind: "keys" })}
        />
        <Chips />
        <Pane surface={surface} side={side} covered={covers(mode)} open={open} />
        <Foot />
        {mode.kind === "stack" && <StackDialog {...mode} close={close} />}
        {inViewer(mode) && <Viewer setMode={setMode} details={() => setDetails(!details)} />}
        {mode.kind === "dispute" && <DisputePanel {...mode} close={close} />}
        {mode.kind === "keys" && <KeyEditor close={close} />}
        {mode.kind === "mark" && <MarkAsk {...mode} close={() => setMode({ kind: mode.over })} />}
        {mode.kind === "goTo" && (
          <Ask
            title="Go to"
            label={`Position, 1 to ${count(room.count)}, or a share such as 50 %`}
            does="Go"
            answer={(text) => {
              const position = positionAsked(text, room.count);
              if (position !== null) room.moveTo(position);
              close();
            }}
            close={close}
          />
        )}
        <CloserOverlay />
      </section>
      {details && <Details />}
    </div>
  );
});

function inViewer(mode: Mode): boolean {
  return mode.kind === "viewer" || (mode.kind === "mark" && mode.over === "viewer");
}

/** True where what stands over the tiles hides them all. */
function covers(mode: Mode): boolean {
  return inViewer(mode) || !["grid", "goTo", "mark"].includes(mode.kind);
}

function sideAt(side: number): number {
  return TILE_SIDES.findIndex((one) => one === side);
}

/** A position counted from 1, or a share of the view in per cent; null where it is neither. */
export function positionAsked(text: string, total: number): number | null {
  const share = /^([\d.]+)\s*%$/.exec(text);
  if (share !== null) return Math.round((Number(share[1]) / 100) * (total - 1));
  const number = Number(text.replaceAll(/[\s,]/g, ""));
  return text !== "" && Number.isFinite(number) ? Math.round(number) - 1 : null;
}

const NOTHING: Record<string, [string, string]> = {
  queue: [
    "Nothing waits for you here",
    "Every stack is graded, trusted, or with somebody else, or no exhibit is taken in yet.",
  ],
  disputes: ["No disputes", "Where officers have graded one media differently, it appears here."],
  samples: ["No samples", "A supervisor draws samples of single votes; they appear here."],
  mine: ["You have graded nothing here yet", "Open the queue and grade with the digits."],
  all: ["This case holds no media", "Take an exhibit in first."],
};

function Pane(props: PaneProps) {
  const { room } = useReview();
  const phase = usePart(room.state, "phase");
  const problem = usePart(room.state, "problem");
  const asked = usePart(room.state, "asked");
  const look = usePart(room.state, "look");
  const groups = usePart(room.state, "groups");
  const preparing = usePart(room.state, "preparing");
  if (phase === "failed") {
    return (
      <div className="pane">
        <Notice problem={problem} again={() => void room.open()} />
      </div>
    );
  }
  if (preparing !== null) {
    return (
      <div className="pane">
        <Preparing so={preparing} />
      </div>
    );
  }
  const narrowed = Object.keys(asked.filter).length > 0;
  if (phase === "open" && room.count === 0) {
    const [title, first] = NOTHING[asked.source]!;
    return (
      <div className="pane">
        <Empty title={narrowed ? "Nothing matches this filter" : title}>
          {narrowed ? "Take a part of the filter away." : first}
        </Empty>
      </div>
    );
  }
  if (look === "map") return <PlacesMap groups={groups} />;
  return (
    <div className="pane">
      <GroupIndex />
      <GridPane {...props} />
    </div>
  );
}
