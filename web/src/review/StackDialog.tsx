import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { useKeys } from "../shell/keys";
import { Notice, Waiting } from "../shell/states";
import { count, several } from "../shell/words";
import { gradeAndGoOn, gradeKeys } from "./grading";
import { keyMap, keyOf, keyWords } from "./keys";
import { byDistance, gradedOtherwise, mediaOf } from "./outliers";
import { type Page, useReview, useTiles } from "./review";
import type { Row } from "./rowCache";
import type { Category, StackMember, StackOpened } from "./shapes";
import { TilePicture } from "./TilePicture";

/** Stacks whose members are read when several are graded at once. */
const MOST_OPENED = 24;
const MOST_SHOWN = 60;

async function readStacks(page: Page, rows: readonly Row[]): Promise<StackOpened[]> {
  const stacks = rows.filter((row) => row.stack > 1).slice(0, MOST_OPENED);
  return Promise.all(stacks.map((row) => page.calls.stack(row.id)));
}

interface Props {
  rows: readonly Row[];
  /** The category whose digit opened it; null where `s` did. */
  pending: Category | null;
  close: () => void;
}

/**
 * One or more stacks before they are graded as a whole: their most distant members first, side by
 * side; Enter confirms.
 */
export function StackDialog(props: Props) {
  const page = useReview();
  const { rows, close } = props;
  const [pending, setPending] = useState(props.pending);
  const [at, setAt] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => frame.current?.focus(), []);
  const key = rows.map((row) => row.id).join(",");
  const asked = useQuery({
    queryKey: ["stacks", page.calls.caseId, key],
    queryFn: () => readStacks(page, rows),
    gcTime: 0, // what is graded as one is what was just read
  });
  const { outliers, rest } = byDistance(asked.data ?? []);
  const media = mediaOf(rows, asked.data ?? []);
  const tops = new Set((asked.data ?? []).map((stack) => stack.top));
  const shown = [...outliers, ...rest.slice(0, MOST_SHOWN)];
  useTiles(
    "stack",
    shown.map((member) => member.id),
  );
  const confirm = (wholeStack: boolean) => {
    if (pending === null || (wholeStack && asked.data === undefined)) return;
    gradeAndGoOn(page, rows, pending.code, wholeStack ? { wholeStack, told: media } : {});
    close();
  };
  const step = (by: number) => {
    page.closer.end();
    setAt(Math.min(Math.max(0, at + by), Math.max(0, shown.length - 1)));
  };
  const look = () => {
    const member = shown[at];
    if (member !== undefined) page.closer.begin(member.id, "grey", page.closerSeconds);
  };
  useKeys(
    "Stack",
    {
      ...gradeKeys(page.caseFile.scheme.categories, setPending),
      ...keyMap(
        {
          open: { press: () => confirm(true), says: "confirm the grade for the whole stack" },
          exact: { press: () => confirm(false) },
          left: { press: () => step(-1), says: "previous member" },
          right: { press: () => step(1), says: "next member" },
          closer: { press: look, release: () => page.closer.end() },
          clear: { press: () => page.closer.turn("clear") },
          stack: { press: close, says: "close the stack" },
          close: { press: close, says: "close the stack" },
        },
        page.remapped,
      ),
    },
    { level: 1 },
  );
  return (
    <div
      className="sheet"
      role="dialog"
      aria-modal="true"
      aria-labelledby="stack-title"
      tabIndex={-1}
      ref={frame}
    >
      <header className="sheet-head">
        <h2 id="stack-title">
          {rows.length > 1 ? several(rows.length, "stack") : "Stack"} of{" "}
          {several(media, "media", "media")}
        </h2>
        <button type="button" className="plain" onClick={close}>
          Close <kbd>Esc</kbd>
        </button>
      </header>
      <Asking pending={pending} ready={asked.data !== undefined} media={media} />
      <Superseding pending={pending} opened={asked.data ?? []} />
      {asked.error !== null && <Notice problem={asked.error} again={() => void asked.refetch()} />}
      {asked.isPending && <Waiting what={`${several(media, "member")}`} />}
      {asked.data?.length === 0 && (
        <p className="quiet">It stands alone: nothing in this case is near-identical to it.</p>
      )}
      {asked.data !== undefined && asked.data.length > 0 && (
        <>
          <p className="quiet">
            Least like the top {outliers.length === 1 ? "is this" : "are these"}; the top was in the
            grid.
          </p>
          <ul className="members outliers">
            {outliers.map((member, i) => (
              <Member key={member.id} member={member} side={232} here={at === i} top={false} />
            ))}
          </ul>
          <ul className="members">
            {rest.slice(0, MOST_SHOWN).map((member, i) => (
              <Member
                key={member.id}
                member={member}
                side={104}
                top={tops.has(member.id)}
                here={at === outliers.length + i}
              />
            ))}
          </ul>
          {rest.length > MOST_SHOWN && (
            <p className="quiet">{count(rest.length - MOST_SHOWN)} more, each nearer to the top.</p>
          )}
        </>
      )}
    </div>
  );
}

function Asking(props: { pending: Category | null; ready: boolean; media: number }) {
  const { remapped } = useReview();
  if (props.pending === null) {
    return <p className="asking quiet">A digit says which grade; Enter then confirms.</p>;
  }
  if (!props.ready)
    return <p className="asking">{props.pending.label}: the members are being read.</p>;
  return (
    <p className="asking" role="status">
      <kbd>{keyWords(keyOf("open", remapped))}</kbd> grades all {count(props.media)} as{" "}
      <strong>{props.pending.label}</strong>, <kbd>{keyWords(keyOf("exact", remapped))}</kbd> only
      the top
    </p>
  );
}

/** A grade of the whole stack goes over what the officer has said of single members before. */
function Superseding(props: { pending: Category | null; opened: readonly StackOpened[] }) {
  if (props.pending === null) return null;
  const members = gradedOtherwise(props.opened, props.pending.code);
  if (members === 0) return null;
  return (
    <p className="asking" role="status">
      You have graded {several(members, "member")} otherwise before; the whole stack supersedes
      that.
    </p>
  );
}

function bitsWords(distance: number | null): string {
  return distance === null ? "" : `${several(distance, "bit")} off`;
}

function Member(props: { member: StackMember; side: number; here: boolean; top: boolean }) {
  const { member, side, here } = props;
  const size = member.width === null ? "" : `${member.width} × ${member.height}`;
  const distance = props.top ? "the top" : bitsWords(member.distance);
  return (
    <li className={here ? "member cursor" : "member"} aria-current={here}>
      <TilePicture id={member.id} side={side} />
      <span className="member-words">
        {[distance, size, several(member.files, "file")].filter((word) => word !== "").join(" · ")}
      </span>
    </li>
  );
}
