import { SegmentedControl, SimpleGrid, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
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

const CLARITIES = ["blurred", "grey", "clear"];
const MINUTE_MS = 60_000;
const REACHES = [
  { value: "30", label: "30 days" },
  { value: "366", label: "A year" },
  { value: "3660", label: "All" },
];

/** `58 blurred (12 min) · 3 clear`: how many of each, and for how long where it was a minute. */
function parts(counted: Record<string, number>, lasted: Record<string, number>): string {
  const places = (name: string) => CLARITIES.indexOf(name);
  return Object.entries(counted)
    .filter(([name, value]) => value > 0 || (lasted[name] ?? 0) >= MINUTE_MS)
    .sort(([one], [other]) => places(one) - places(other) || one.localeCompare(other))
    .map(([name, value]) => {
      const ms = lasted[name] ?? 0;
      const long = ms >= MINUTE_MS ? ` (${span(ms)})` : "";
      return `${count(value)} ${name || "not graded"}${long}`;
    })
    .join(" · ");
}

function Days(props: { days: LedgerDay[] }) {
  const newest = [...props.days].reverse();
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
        {newest.map((row) => (
          <Table.Tr key={row.day}>
            <Table.Td className="unbroken">{dayNamed(row.day)}</Table.Td>
            <Table.Td className="number unbroken">{span(row.ms)}</Table.Td>
            <Table.Td className="number">{count(row.shown)}</Table.Td>
            <Table.Td>{parts(row.by_clarity, row.ms_by_clarity)}</Table.Td>
            <Table.Td>{parts(row.by_category, row.ms_by_category)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Had(props: { ledger: Ledger; reach: string; setReach: (reach: string) => void }) {
  const looked = props.ledger.days.reduce((total, row) => total + row.ms, 0);
  const shown = props.ledger.days.reduce((total, row) => total + row.shown, 0);
  return (
    <Panel title="What you have seen">
      <Text size="lg">
        {span(looked)} looked · {several(shown, "showing")}
      </Text>
      <SegmentedControl
        aria-label="Of which days"
        size="xs"
        my="xs"
        data={REACHES}
        value={props.reach}
        onChange={props.setReach}
      />
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
      {avoided.own !== null && (
        <Text>You graded {several(avoided.own, "media", "media")} without having to look.</Text>
      )}
      {avoided.by_case.length > 0 && (
        <Table mt="xs">
          <Table.Tbody>
            {avoided.by_case.map((row) => (
              <Table.Tr key={row.id}>
                <Table.Td>{row.name}</Table.Td>
                <Table.Td className="number">{several(row.files, "file")}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {avoided.left_out > 0 && (
        <Text c="dimmed">{several(avoided.left_out, "further case")} not counted here.</Text>
      )}
    </Panel>
  );
}

/** The officer's own ledger: all of it, and nobody else's. */
export function LedgerPage() {
  const [reach, setReach] = useState("30");
  const asked = useAnswer<Ledger>(["welfare", "ledger", reach], () =>
    api.GET("/api/welfare/ledger", { params: { query: { days: Number(reach) } } }),
  );
  return (
    <WelfareRoom title="What I have seen">
      <Answer asked={asked} what="your ledger">
        {(ledger) => (
          <Stack>
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Had ledger={ledger} reach={reach} setReach={setReach} />
              <Avoided ledger={ledger} />
            </SimpleGrid>
            {ledger.days.length === 0 ? (
              <Empty title="You have been shown nothing in these days.">
                Only you see this ledger; a counsellor sees its trend if you consent.
              </Empty>
            ) : (
              <Panel title="Day by day">
                <Days days={ledger.days} />
                <Text c="dimmed" mt="xs">
                  Looked: with media on screen, many at once counted once. In brackets: of each
                  media by itself, one after the other.
                </Text>
              </Panel>
            )}
          </Stack>
        )}
      </Answer>
    </WelfareRoom>
  );
}
