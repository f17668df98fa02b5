import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../client/problem";
import { several } from "../shell/words";
import { Ask } from "./Ask";
import { useReview } from "./review";
import type { Row } from "./rowCache";

const WORDS = {
  notes: { title: "Note", label: "What should be known of it", does: "Write" },
  tags: { title: "Tag", label: "Tag", does: "Tag" },
} as const;

/** Asks for a note or a tag and puts it on every media meant. */
export function MarkAsk(props: {
  marks: "notes" | "tags";
  rows: readonly Row[];
  close: () => void;
}) {
  const { calls, room } = useReview();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const words = WORDS[props.marks];
  const put = async (text: string) => {
    if (text === "") return props.close();
    try {
      for (const row of props.rows) {
        await (props.marks === "notes" ? calls.addNote : calls.addTag)(row.id, text);
        await queries.invalidateQueries({ queryKey: ["media", calls.caseId, row.id] });
      }
      room.say(`${words.title}: ${text}`);
      props.close();
    } catch (thrown) {
      setProblem(problemOf(thrown).message);
    }
  };
  return (
    <Ask
      title={
        props.rows.length > 1
          ? `${words.title} for ${several(props.rows.length, "stack")}`
          : words.title
      }
      label={words.label}
      does={words.does}
      problem={problem}
      answer={(text) => void put(text)}
      close={props.close}
    />
  );
}
