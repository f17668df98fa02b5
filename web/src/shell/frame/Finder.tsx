import { Autocomplete } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useAnswer } from "../../client/ask";
import { api } from "../../client/api";
import type { CaseRow } from "../../client/shapes";
import { useKeys } from "../keys";
import { useSession } from "../session";
import { placesFor } from "./places";

/** `/`: leads to a case or a room by its name. */
export function Finder() {
  const { officer } = useSession();
  const [text, setText] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const go = useNavigate();
  const cases = useAnswer<CaseRow[]>(["cases"], () => api.GET("/api/cases"));
  const find = { says: "find a case or a room", press: () => field.current?.focus() };
  useKeys("Finding", { "/": find }, { level: -1 });
  const targets = new Map<string, string>();
  for (const row of cases.data ?? []) {
    if (row.member) targets.set(`Case ${row.name}`, `/cases/${row.id}`);
  }
  for (const place of placesFor(officer.roles)) targets.set(place.name, place.to);
  const choose = (name: string) => {
    const to = targets.get(name);
    if (to === undefined) return;
    field.current?.blur();
    setText("");
    void go({ to });
  };
  return (
    <Autocomplete
      ref={field}
      aria-label="Find a case or a room"
      placeholder="Find  /"
      className="finder"
      data={[...targets.keys()]}
      value={text}
      onChange={setText}
      onOptionSubmit={choose}
      onKeyDown={(event) => event.key === "Escape" && field.current?.blur()}
      limit={12}
    />
  );
}
