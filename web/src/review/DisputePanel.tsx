import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { problemOf } from "../client/problem";
import { useKeys } from "../shell/keys";
import { Notice, Waiting } from "../shell/states";
import { moment } from "../shell/words";
import { gradeKeys } from "./grading";
import { newKey } from "./outbox";
import { useReview, useTiles } from "./review";
import type { Row } from "./rowCache";
import type { Category, Dispute } from "./shapes";
import { TilePicture } from "./TilePicture";

/** A dispute: who graded it how, and the decision with its grounds. */
export function DisputePanel(props: { row: Row; pending: Category | null; close: () => void }) {
  const { calls, room, caseFile } = useReview();
  const { row, close } = props;
  const [pending, setPending] = useState(props.pending);
  const [grounds, setGrounds] = useState("");
  const [problem, setProblem] = useState<unknown>(null);
  const [key] = useState(newKey);
  useTiles("dispute", [row.id]);
  const asked = useQuery({
    queryKey: ["dispute", calls.caseId, row.id],
    queryFn: () => calls.dispute(row.id),
    retry: false,
  });
  useKeys(
    "Dispute",
    {
      ...gradeKeys(caseFile.scheme.categories, setPending),
      Escape: { says: "close", press: close, whileTyping: true },
    },
    { level: 1 },
  );
  const resolve = async () => {
    if (pending === null || grounds.trim() === "") return;
    try {
      const said = { category: pending.code, scheme: caseFile.scheme.name };
      await calls.resolve(row.id, { key, ...said, grounds: grounds.trim() });
      room.patch([{ id: row.id, state: "trusted", category: pending.code, mine: row.mine }], null);
      room.say(`Resolved: ${pending.label}`);
      room.moveTo(row.position + 1);
      close();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
  };
  return (
    <div className="sheet" role="dialog" aria-modal="true" aria-labelledby="dispute-title">
      <header className="sheet-head">
        <h2 id="dispute-title">Dispute</h2>
        <button type="button" className="plain" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <div className="dispute">
        <TilePicture id={row.id} side={176} />
        <div>
          {asked.isPending && <Waiting what="the votes" />}
          {asked.error !== null && <Notice problem={asked.error} />}
          {asked.data !== undefined && <Votes dispute={asked.data} />}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              void resolve();
            }}
          >
            <div className="digits" role="group" aria-label="Decision">
              {caseFile.scheme.categories.map((category) => (
                <button
                  key={category.code}
                  type="button"
                  className="plain"
                  aria-pressed={pending?.code === category.code}
                  onClick={() => setPending(category)}
                >
                  {category.key !== null && <kbd>{category.key}</kbd>} {category.label}
                </button>
              ))}
            </div>
            <TextInput
              label="Grounds of the decision"
              value={grounds}
              onChange={(event) => setGrounds(event.currentTarget.value)}
            />
            {problem !== null && <Notice problem={problem} />}
            <Button
              mt="xs"
              size="xs"
              type="submit"
              disabled={pending === null || grounds.trim() === ""}
            >
              {pending === null ? "Choose a category" : `Resolve as ${pending.label}`}
            </Button>
          </form>
        </div>
      </div>
    </div>
  );
}

function Votes({ dispute }: { dispute: Dispute }) {
  const { labels } = useReview();
  return (
    <ul className="votes">
      {dispute.votes.map((vote) => (
        <li key={`${vote.officer} ${vote.at_us}`}>
          <strong>{labels(vote.category)}</strong> {vote.officer}{" "}
          <span className="quiet">{moment(vote.at_us)}</span>
        </li>
      ))}
      {dispute.imported !== null && (
        <li>
          <strong>{labels(dispute.imported.category)}</strong> imported from{" "}
          {dispute.imported.source ?? "lists that differ"}
        </li>
      )}
      {dispute.resolutions.map((one) => (
        <li key={one.at_us}>
          Resolved as <strong>{labels(one.category)}</strong> by {one.officer}: {one.grounds}{" "}
          <span className="quiet">{moment(one.at_us)}</span>
        </li>
      ))}
    </ul>
  );
}
