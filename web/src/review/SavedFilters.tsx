import { Button, TextInput } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../client/problem";
import { type Filter, partsOf } from "./filters";
import { usePart, useReview } from "./review";
import type { Order, SavedFilter, Source } from "./shapes";

/** What was kept by `saveFilter`. */
function valueOf(saved: SavedFilter): { filter: Filter; source?: Source; order?: Order } {
  return saved.value as { filter: Filter; source?: Source; order?: Order };
}

/** The officer's own filters by name: one click narrows, a name keeps the filter in force. */
export function SavedFilters() {
  const { calls, room } = useReview();
  const asked = usePart(room.state, "asked");
  const [name, setName] = useState("");
  const [fault, setFault] = useState<string | null>(null);
  const queries = useQueryClient();
  const key = ["filters", calls.caseId];
  const saved = useQuery({ queryKey: key, queryFn: () => calls.savedFilters() });
  const then = async (act: Promise<unknown>) => {
    await act.then(
      () => setFault(null),
      (thrown: unknown) => setFault(problemOf(thrown).message),
    );
    await queries.invalidateQueries({ queryKey: key });
  };
  const save = () => {
    const { filter, source, order } = asked;
    if (name.trim() === "") return;
    void then(calls.saveFilter(name.trim(), { filter, source, order }));
    setName("");
  };
  const narrowed = partsOf(asked.filter).length > 0;
  return (
    <fieldset className="filter-part">
      <legend>Saved filters</legend>
      {(saved.data ?? []).map((one) => (
        <div key={one.id} className="facet">
          <button type="button" className="plain" onClick={() => void room.open(valueOf(one))}>
            {one.name}
          </button>
          <button
            type="button"
            className="plain quiet"
            aria-label={`Forget the filter ${one.name}`}
            onClick={() => void then(calls.dropFilter(one.id))}
          >
            ×
          </button>
        </div>
      ))}
      {saved.data?.length === 0 && !narrowed && (
        <p className="quiet">Narrow the view, then give the filter a name.</p>
      )}
      {narrowed && (
        <form
          className="filter-pair"
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            size="xs"
            aria-label="Name for this filter"
            placeholder="name for this filter"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="compact-xs" variant="default" type="submit">
            Save
          </Button>
        </form>
      )}
      {fault !== null && <p role="alert">{fault}</p>}
    </fieldset>
  );
}
