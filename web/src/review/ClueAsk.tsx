import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useState } from "react";
import { problemOf } from "../client/problem";
import { Ask } from "./Ask";
import { useReview } from "./review";
import type { Row } from "./rowCache";
import type { Region } from "./stageView";
import { runningTime } from "./tileWords";

interface Props {
  row: Row;
  region: Region | null;
  /** The time of the frame in a video, ms; null in a picture. */
  atMs: number | null;
  field: RefObject<HTMLInputElement | null>;
  writing: (text: string) => void;
  close: (kept: boolean) => void;
}

/** Names a marked region or frame: what later searches go by. */
export function ClueAsk({ row, region, atMs, field, writing, close }: Props) {
  const { calls, room } = useReview();
  const queries = useQueryClient();
  const [problem, setProblem] = useState<string | null>(null);
  const keep = async (label: string) => {
    if (label === "") return setProblem("A clue needs a label.");
    try {
      const body = {
        label,
        ...(region ?? {}),
        ...(atMs === null ? {} : { at_ms: Math.round(atMs) }),
      };
      await calls.addClue(row.id, body);
      await queries.invalidateQueries({ queryKey: ["media", calls.caseId, row.id] });
      room.say(`Clue: ${label}`);
      close(true);
    } catch (thrown) {
      setProblem(problemOf(thrown).message);
    }
  };
  const what = region === null ? "The whole frame" : "The marked region";
  return (
    <Ask
      title="Clue"
      docked
      field={field}
      label="What it shows, such as a logo, a socket, a school badge"
      does="Mark"
      problem={problem}
      writing={writing}
      answer={(text) => void keep(text)}
      close={() => close(false)}
    >
      <p className="quiet">
        {what}
        {atMs === null ? "" : ` at ${runningTime(atMs)}`}: drag over what matters, or move it with
        the arrows and size it with Shift; then write its label.
      </p>
    </Ask>
  );
}
