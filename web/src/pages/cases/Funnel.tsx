import { Group, Stack, Text } from "@mantine/core";
import { count, type Exhibit, type Funnel as Figures, LinkTo, several } from "../../shell";
import "./funnel.css";

interface Step {
  figure: number;
  says: string;
}

/** Each figure is a part of the one before it. */
function stepsOf(figures: Figures): Step[] {
  return [
    { figure: figures.files, says: "files" },
    { figure: figures.viewable, says: "pictures and videos" },
    { figure: figures.not_known, says: "not known" },
    { figure: figures.stacks, says: "stacks" },
    { figure: figures.left, says: "left for you" },
  ];
}

function Steps(props: { steps: Step[] }) {
  return (
    <ol className="funnel">
      {props.steps.map((step) => (
        <li key={step.says}>
          <strong>{count(step.figure)}</strong>
          <span>{step.says}</span>
        </li>
      ))}
    </ol>
  );
}

function Judged(props: { figures: Figures; caseId: string }) {
  const { figures, caseId } = props;
  return (
    <Text>
      {several(figures.graded, "media", "media")} graded by you · {count(figures.trusted)} trusted ·{" "}
      <LinkTo
        to="/cases/$caseId/review"
        params={{ caseId }}
        search={{ source: "disputes" } as never}
      >
        {several(figures.disputed, "dispute")}
      </LinkTo>{" "}
      · {several(figures.proposals, "proposal")} of hash sets
    </Text>
  );
}

type OddKind = "failed" | "locked" | "lies";

function Odd(props: { caseId: string; exhibits: Exhibit[] }) {
  const { caseId, exhibits } = props;
  const all = exhibits.flatMap((exhibit) => exhibit.acquisitions);
  const sum = (of: OddKind) => all.reduce((total, one) => total + one[of], 0);
  const kinds: { state: OddKind; says: string; figure: number }[] = [
    { state: "failed", says: "failed", figure: sum("failed") },
    { state: "locked", says: "locked", figure: sum("locked") },
    { state: "lies", says: "lying names", figure: sum("lies") },
  ];
  return (
    <Group gap="lg">
      {kinds.map(({ state, says, figure }) => (
        <LinkTo key={state} to="/cases/$caseId/files" params={{ caseId }} search={{ state }}>
          {count(figure)} {says}
        </LinkTo>
      ))}
    </Group>
  );
}

/** From everything that was seized to what is left to look at. */
export function Funnel(props: { figures: Figures; caseId: string; exhibits: Exhibit[] }) {
  const { figures } = props;
  if (figures.files === 0) return <Text c="dimmed">Nothing has been taken in yet.</Text>;
  return (
    <Stack gap="sm">
      {!figures.seen && (
        <Text className="amber">
          This case was never matched: <code>trawl match</code> leaves fewer to look at.
        </Text>
      )}
      {figures.seen && figures.unmatched > 0 && (
        <Text className="amber">
          {several(figures.unmatched, "file")} came after the last matching.
        </Text>
      )}
      <Steps steps={stepsOf(figures)} />
      <Text>
        {several(figures.exposures_avoided, "file")} nobody has to look at:{" "}
        {count(figures.known_good)} known harmless, {count(figures.known_illegal)} graded elsewhere,
        the rest seen once as a stack.
      </Text>
      {figures.contradicted > 0 && (
        <Text className="amber">
          {several(figures.contradicted, "media", "media")} that known-good and illegal sets both
          name: left to look at.
        </Text>
      )}
      <Judged figures={figures} caseId={props.caseId} />
      <Odd caseId={props.caseId} exhibits={props.exhibits} />
    </Stack>
  );
}
