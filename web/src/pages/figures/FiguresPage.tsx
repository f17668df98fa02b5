import { Select, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  type Agreement,
  Answer,
  api,
  type CaseRow,
  count,
  Empty,
  LinkTo,
  Page,
  Panel,
  percent,
  several,
  useAnswer,
  useSession,
} from "../../shell";
import { Confusion } from "./Confusion";
import { GradingPolicyForm } from "./GradingPolicy";
import { Samples } from "./Samples";
import { UnitTotals } from "./UnitTotals";

/** How a kappa is usually read (Landis and Koch, 1977). */
function kappaInWords(kappa: number): string {
  if (kappa < 0) return "worse than chance";
  if (kappa <= 0.2) return "slight";
  if (kappa <= 0.4) return "fair";
  if (kappa <= 0.6) return "moderate";
  return kappa <= 0.8 ? "substantial" : "almost perfect";
}

function kappa(value: number | null, why: string | null): string {
  return value === null
    ? (why ?? "not enough votes")
    : `${value.toFixed(2)}, ${kappaInWords(value)}`;
}

function Pairs(props: { found: Agreement }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Pair</Table.Th>
          <Table.Th className="number">Media both graded</Table.Th>
          <Table.Th>Cohen’s kappa</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.found.cohen.map((pair) => (
          <Table.Tr key={`${pair.a} ${pair.b}`}>
            <Table.Td>
              {pair.a} and {pair.b}
            </Table.Td>
            <Table.Td className="number">{count(pair.n)}</Table.Td>
            <Table.Td>{kappa(pair.kappa, pair.why)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Found(props: { found: Agreement }) {
  const { found } = props;
  if (found.several === 0) {
    return (
      <Empty title="Nothing was graded by two officers yet.">
        Agreement needs votes of several officers on the same media; samples make some.
      </Empty>
    );
  }
  return (
    <Stack>
      <Text size="lg">
        {several(found.officers.length, "officer")} graded{" "}
        {several(found.several, "media", "media")} together
        {found.percent !== null && ` and agreed on ${percent(found.percent)}`}.
      </Text>
      <Text>Fleiss’ kappa: {kappa(found.fleiss, found.why)}</Text>
      <Pairs found={found} />
      <Confusion told={found.confusion} />
    </Stack>
  );
}

function OfCase() {
  const { has } = useSession();
  const [chosen, setChosen] = useState<string | null>(null);
  const cases = useAnswer<CaseRow[]>(["cases"], () => api.GET("/api/cases"));
  const mine = (cases.data ?? []).filter((row) => row.member);
  const caseId = chosen ?? (mine[0] === undefined ? null : String(mine[0].id));
  const asked = useAnswer<Agreement>(
    ["case", caseId, "agreement"],
    () =>
      api.GET("/api/cases/{case_id}/agreement", {
        params: { path: { case_id: Number(caseId) } },
      }),
    { when: caseId !== null },
  );
  const disputes = mine.find((row) => String(row.id) === caseId)?.disputes;
  if (caseId === null) return <Text c="dimmed">You are in no case.</Text>;
  return (
    <Stack>
      <Select
        label="Case"
        maw={320}
        data={mine.map((row) => ({ value: String(row.id), label: row.name }))}
        value={caseId}
        onChange={setChosen}
      />
      {disputes != null && (
        <Text>
          <LinkTo
            to="/cases/$caseId/review"
            params={{ caseId }}
            search={{ source: "disputes" } as never}
          >
            {several(disputes, "dispute")}
          </LinkTo>{" "}
          to resolve.
        </Text>
      )}
      {has("supervisor") && <Samples caseId={Number(caseId)} />}
      <Answer asked={asked} what="the agreement">
        {(found) => <Found found={found} />}
      </Answer>
    </Stack>
  );
}

/** Totals of the unit, never of one officer; and how far graders agree. */
export function FiguresPage() {
  const { has } = useSession();
  return (
    <Page title="Figures">
      <Stack>
        {has("supervisor", "welfare-lead") && (
          <Panel title="The unit">
            <UnitTotals />
          </Panel>
        )}
        {has("supervisor", "victim-identification") && (
          <Panel title="Agreement">
            <OfCase />
          </Panel>
        )}
        {has("supervisor") && (
          <Panel title="Policy on grading">
            <GradingPolicyForm />
          </Panel>
        )}
      </Stack>
    </Page>
  );
}
