import { SegmentedControl, Select } from "@mantine/core";
import { count, several } from "../shell/words";
import { type FilterKey, partsOf, partWords, withPart } from "./filters";
import { usePart, useReview, useWatched } from "./review";
import { type Look, LOOKS } from "./room";
import type { Order, Source } from "./shapes";

const SOURCES: { value: Source; label: string }[] = [
  { value: "queue", label: "Queue" },
  { value: "disputes", label: "Disputes" },
  { value: "samples", label: "Samples" },
  { value: "mine", label: "Graded by me" },
  { value: "all", label: "All" },
];
const ORDERS: { value: Order; label: string }[] = [
  { value: "place", label: "by exhibit and path" },
  { value: "stack", label: "largest stack first" },
  { value: "taken", label: "by time taken" },
  { value: "size", label: "by size" },
  { value: "camera", label: "by camera" },
];

/** Gives the keys back to the tiles once a choice has been made. */
function focusTiles(): void {
  document.querySelector<HTMLElement>(".surface")?.focus({ preventScroll: true });
}

/** What is shown, in which order and how; how much is left; what has not been saved. */
export function Toolbar(props: { filters: boolean; toggleFilters: () => void; keys: () => void }) {
  const { room } = useReview();
  const asked = usePart(room.state, "asked");
  const look = usePart(room.state, "look");
  const fixed = look === "timeline" || look === "camera" || look === "map";
  return (
    <div className="toolbar" role="toolbar" aria-label="View">
      <button
        type="button"
        className="plain"
        aria-pressed={props.filters}
        onClick={props.toggleFilters}
      >
        Filters <kbd>f</kbd>
      </button>
      <Select
        size="xs"
        aria-label="What to show"
        w={132}
        data={SOURCES}
        value={asked.source}
        allowDeselect={false}
        onChange={(value) => void room.open({ source: value as Source }).then(focusTiles)}
      />
      <Left />
      <SegmentedControl
        size="xs"
        aria-label="Kind of view"
        className="looks"
        data={LOOKS.map((one) => ({ value: one, label: one }))}
        value={look}
        onChange={(value) => void room.open({}, value as Look).then(focusTiles)}
      />
      <Select
        size="xs"
        aria-label="Order"
        w={164}
        data={ORDERS}
        value={fixed ? (look === "camera" ? "camera" : "taken") : asked.order}
        disabled={fixed}
        allowDeselect={false}
        onChange={(value) => void room.open({ order: value as Order }).then(focusTiles)}
      />
      <button type="button" className="plain" onClick={props.keys}>
        Keys
      </button>
    </div>
  );
}

function Left() {
  const { room } = useReview();
  const phase = usePart(room.state, "phase");
  const asked = usePart(room.state, "asked");
  const left = usePart(room.state, "left");
  const shown = usePart(room.state, "opened")?.count ?? 0;
  if (phase === "opening") return <p className="left">The view is being opened …</p>;
  const words = several(shown, ...COUNTED[asked.source]);
  if (asked.source !== "queue") return <p className="left">{words}</p>;
  return (
    <p className="left" aria-live="polite">
      <strong>{count(left ?? shown)}</strong> stacks left
      {partsOf(asked.filter).length > 0 && <span className="quiet"> · {words} here</span>}
    </p>
  );
}

const COUNTED: Readonly<Record<Source, [one: string, many: string]>> = {
  queue: ["stack", "stacks"],
  all: ["stack", "stacks"],
  disputes: ["dispute", "disputes"],
  samples: ["sample", "samples"],
  mine: ["media", "media"],
};

/** The parts of the filter in force, each with the way out. */
export function Chips() {
  const { room } = useReview();
  const asked = usePart(room.state, "asked");
  const parts = partsOf(asked.filter);
  if (parts.length === 0) return null;
  const drop = (key: FilterKey) =>
    void room.open({ filter: withPart(asked.filter, key, undefined) });
  return (
    <ul className="chips" aria-label="Filter in force">
      {parts.map((key) => (
        <li key={key} className="chip">
          {partWords(asked.filter, key)}
          <button
            type="button"
            className="plain"
            aria-label={`Without ${partWords(asked.filter, key)}`}
            onClick={() => drop(key)}
          >
            ×
          </button>
        </li>
      ))}
      <li>
        <button type="button" className="plain" onClick={() => void room.open({ filter: {} })}>
          without any
        </button>
      </li>
    </ul>
  );
}

const SENDING = {
  idle: "",
  sending: "saving",
  retrying: "the server is not reached; it is tried again",
  held: "kept here; saved after the break",
} as const;

/** The foot of the room: the scheme's digits, where the cursor is, what was done, what is unsaved. */
export function Foot() {
  const { room, acting, caseFile } = useReview();
  const state = useWatched(room.state);
  const outbox = useWatched(acting.state);
  const total = state.opened?.count ?? 0;
  return (
    <footer className="foot">
      <ul className="digits" aria-label="Grades">
        {caseFile.scheme.categories.map((category) => (
          <li key={category.code} title={category.label}>
            {category.key !== null && <kbd>{category.key}</kbd>} {category.code}
          </li>
        ))}
      </ul>
      <p className="foot-said" role="status">
        {state.said}
      </p>
      {outbox.unsaved > 0 && (
        <p className="foot-unsaved" role="status">
          {several(outbox.unsaved, "grade")} not saved yet
          {SENDING[outbox.sending] !== "" && `: ${SENDING[outbox.sending]}`}
        </p>
      )}
      {state.selected.size > 0 && <p>{count(state.selected.size)} selected</p>}
      <p className="number">
        {total === 0 ? "0" : count(state.cursor + 1)} of {count(total)}
      </p>
    </footer>
  );
}
