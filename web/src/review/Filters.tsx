import { Button, Checkbox, NumberInput, ScrollArea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Notice, Waiting } from "../shell/states";
import { count } from "../shell/words";
import { dayOf, type Filter, toggled, usOf, withPart } from "./filters";
import { usePart, useReview } from "./review";
import { SavedFilters } from "./SavedFilters";
import type { Facet } from "./shapes";

type ListKey = "exhibits" | "kinds" | "cameras" | "states" | "categories" | "sets" | "tags";

const LISTS: readonly [ListKey, string][] = [
  ["exhibits", "Exhibit"],
  ["kinds", "Kind"],
  ["states", "State"],
  ["categories", "Category"],
  ["cameras", "Camera"],
  ["sets", "Set hit"],
  ["tags", "Tag"],
];
const FEW = 6;

interface PartProps {
  filter: Filter;
  set: (next: Filter) => void;
}

/** The panel that narrows the view; every part given must hold. */
export function Filters() {
  const { calls, room } = useReview();
  const asked = usePart(room.state, "asked");
  const facets = useQuery({
    queryKey: ["facets", calls.caseId],
    queryFn: () => calls.facets(),
    staleTime: 60_000,
  });
  const set = (filter: Filter) => void room.open({ filter });
  const part = { filter: asked.filter, set };
  return (
    <ScrollArea
      className="filters"
      type="auto"
      offsetScrollbars
      aria-label="Filters"
      onClick={leaveTicked}
    >
      <SavedFilters />
      <Words part="path" label="Path contains" {...part} />
      <Words part="text" label="Text in path or EXIF" {...part} />
      {facets.isPending && <Waiting what="what the case holds" />}
      {facets.error !== null && <Notice problem={facets.error} />}
      {facets.data !== undefined &&
        LISTS.map(([key, label]) => (
          <FacetList key={key} part={key} label={label} facets={facets.data[key] ?? []} {...part} />
        ))}
      <Taken years={facets.data?.years ?? []} {...part} />
      <StackSize {...part} />
      <Words part="serials" label="Camera serial" {...part} />
      <Section label="Only">
        {(["failed", "noted", "clues"] as const).map((key) => (
          <Checkbox
            key={key}
            size="xs"
            label={{ failed: "failed files", noted: "with notes", clues: "with clues" }[key]}
            checked={part.filter[key] === true}
            onChange={(event) => set(withPart(part.filter, key, event.currentTarget.checked))}
          />
        ))}
      </Section>
    </ScrollArea>
  );
}

/** A box ticked with the mouse does not keep the keys from the tiles. */
function leaveTicked(event: React.MouseEvent): void {
  const { target } = event;
  if (event.detail > 0 && target instanceof HTMLInputElement && target.type === "checkbox") {
    target.blur();
  }
}

function Section(props: { label: string; children: ReactNode }) {
  return (
    <fieldset className="filter-part">
      <legend>{props.label}</legend>
      {props.children}
    </fieldset>
  );
}

function FacetList(props: PartProps & { part: ListKey; label: string; facets: readonly Facet[] }) {
  const { part, label, facets, filter, set } = props;
  const [all, setAll] = useState(false);
  if (facets.length === 0) return null;
  const held = filter[part] ?? [];
  const shown = all ? facets : facets.filter((one, i) => i < FEW || held.includes(one.label));
  return (
    <Section label={label}>
      {shown.map((facet) => (
        <label key={facet.label} className="facet">
          <input
            type="checkbox"
            checked={held.includes(facet.label)}
            onChange={() => set(toggled(filter, part, facet.label))}
          />
          <span className="facet-label" title={facet.label}>
            {facet.label}
          </span>
          <span className="quiet">{count(facet.count)}</span>
        </label>
      ))}
      {facets.length > FEW && (
        <button type="button" className="plain" onClick={() => setAll(!all)}>
          {all ? "fewer" : `all ${count(facets.length)}`}
        </button>
      )}
    </Section>
  );
}

function Words(props: PartProps & { part: "path" | "text" | "serials"; label: string }) {
  const { part, filter, set } = props;
  const held = filter[part];
  const [text, setText] = useState(Array.isArray(held) ? held.join(" ") : (held ?? ""));
  const apply = () => {
    if (part === "serials") set(withPart(filter, part, text.split(/\s+/).filter(Boolean)));
    else set(withPart(filter, part, text.trim()));
  };
  return (
    <form
      className="filter-part"
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <TextInput
        size="xs"
        label={props.label}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </form>
  );
}

const DAY_US = 86_400_000_000;

function Taken({ filter, set, years }: PartProps & { years: readonly Facet[] }) {
  const taken = filter.taken ?? {};
  const change = (next: { from_us?: number; to_us?: number }) => {
    const kept = Object.entries({ ...taken, ...next }).filter(([, us]) => us !== undefined);
    set(withPart(filter, "taken", Object.fromEntries(kept)));
  };
  return (
    <Section label="Taken">
      <div className="filter-days">
        <label>
          from
          <input
            type="date"
            aria-label="Taken on or after"
            value={taken.from_us === undefined ? "" : dayOf(taken.from_us)}
            onChange={(event) => change({ from_us: usOf(event.target.value) } as never)}
          />
        </label>
        <label>
          until
          <input
            type="date"
            aria-label="Taken on or before"
            value={taken.to_us === undefined ? "" : dayOf(taken.to_us - DAY_US)}
            onChange={(event) => {
              const us = usOf(event.target.value);
              change({ to_us: us === undefined ? undefined : us + DAY_US } as never);
            }}
          />
        </label>
      </div>
      <div className="years">
        {years.map(({ label, count: files }) => (
          <button
            key={label}
            type="button"
            className="plain"
            title={`${count(files)} taken in ${label}`}
            onClick={() => change(yearOf(Number(label)))}
          >
            {label}
          </button>
        ))}
      </div>
    </Section>
  );
}

/** The whole of a year, in µs; nothing where it is none. */
function yearOf(year: number): { from_us?: number; to_us?: number } {
  if (!Number.isInteger(year)) return {};
  return { from_us: Date.UTC(year, 0) * 1_000, to_us: Date.UTC(year + 1, 0) * 1_000 };
}

function StackSize({ filter, set }: PartProps) {
  const [least, setLeast] = useState<number | string>(filter.stack?.least ?? "");
  const [most, setMost] = useState<number | string>(filter.stack?.most ?? "");
  const apply = () => {
    const stack: { least?: number; most?: number } = {};
    if (typeof least === "number") stack.least = least;
    if (typeof most === "number") stack.most = most;
    set(withPart(filter, "stack", stack));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply();
      }}
    >
      <Section label="Stack size">
        <div className="filter-pair">
          <NumberInput
            size="xs"
            aria-label="Stack size at least"
            placeholder="least"
            min={1}
            value={least}
            onChange={setLeast}
            hideControls
          />
          <NumberInput
            size="xs"
            aria-label="Stack size at most"
            placeholder="most"
            min={1}
            value={most}
            onChange={setMost}
            hideControls
          />
          <Button size="compact-xs" variant="default" type="submit">
            Set
          </Button>
        </div>
      </Section>
    </form>
  );
}
