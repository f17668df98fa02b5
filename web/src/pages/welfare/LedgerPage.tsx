import { SimpleGrid, Stack, Table, Text } from "@mantine/core";
import {
  Answer,
  api,
  count,
  dayNamed,
  Empty,
  type Ledger,
  type LedgerDay,
  Panel,
  several,
  span,
  useAnswer,
} from "../../shell";
import { DayBars } from "./DayBars";
import { WelfareRoom } from "./WelfareRoom";

const CLARITIES: Record<string, string> = { blurred: "blurred", grey: "grey", clear: "clear" };

function parts(counted: Record<string, number>, names: Record<string, string> = {}): string {
  return Object.entries(counted)
    .filter(([, value]) => value > 0)
    .map(([name, value]) => `${count(value)} ${names[name] ?? (name || "not graded")}`)
    .join(" · ");
}

function Days(props: { days: LedgerDay[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Day</Table.Th>
          <Table.Th className="number">Looked</Table.Th>
          <Table.Th className="number">Shown</Table.Th>
          <Table.Th>How clear</Table.Th>
          <Table.Th>Category</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.days.map((row) => (
          <Table.Tr key={row.day}>
            <Table.Td>{dayNamed(row.day)}</Table.Td>
            <Table.Td className="number">{span(row.ms)}</Table.Td>
            <Table.Td className="number">{count(row.shown)}</Table.Td>
            <Table.Td>{parts(row.by_clarity, CLARITIES)}</Table.Td>
            <Table.Td>{parts(row.by_category)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Had(props: { ledger: Ledger }) {
  const looked = props.ledger.days.reduce((total, row) => total + row.ms, 0);
  const shown = props.ledger.days.reduce((total, row) => total + row.shown, 0);
  return (
    <Panel title="What you have seen">
      <Text size="lg">
        {span(looked)} looked · {several(shown, "showing")}
      </Text>
      <Text c="dimmed">in the last 30 days</Text>
      <DayBars days={props.ledger.days} />
    </Panel>
  );
}

function Avoided(props: { ledger: Ledger }) {
  const { avoided } = props.ledger;
  return (
    <Panel title="What you did not have to see">
      <Text size="lg">{several(avoided.files, "file")}</Text>
      <Text c="dimmed">settled by hash sets, or shown once as a stack, in your cases</Text>
      {(avoided.by_case ?? []).length > 0 && (
        <Table mt="xs">
          <Table.Tbody>
            {(avoided.by_case ?? []).map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td>{row.name}</Table.Td>
                <Table.Td className="number">{several(row.files, "file")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Panel>
  );
}

/** The officer's own ledger: all of it, and nobody else's. */
export function LedgerPage() {
  const asked = useAnswer<Ledger>(["welfare", "ledger"], () =>
    api.GET("/api/welfare/ledger", { params: { query: { days: 30 } } }),
  );
  return (
    <WelfareRoom title="What I have seen">
      <Answer asked={asked} what="your ledger">
        {(ledger) => (
          <Stack>
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Had ledger={ledger} />
              <Avoided ledger={ledger} />
            </SimpleGrid>
            {ledger.days.length === 0 ? (
              <Empty title="You have been shown nothing yet.">
                Only you see this ledger; a counsellor sees its trend if you consent.
              </Empty>
            ) : (
              <Panel title="Day by day">
                <Days days={ledger.days} />
              </Panel>
            )}
          </Stack>
        )}
      </Answer>
    </WelfareRoom>
  );
}
