import { Progress, Table, Text } from "@mantine/core";
import {
  type Acquisition,
  type CasePage,
  count,
  Empty,
  moment,
  percent,
  several,
  span,
} from "../../shell";

/** Whether an intake is under way. */
export function comesIn(held: CasePage): boolean {
  return held.exhibits.some((exhibit) =>
    exhibit.acquisitions.some((one) => one.finished_us === null),
  );
}

function rateAndRest(one: Acquisition): string {
  const parts: string[] = [];
  if (one.total !== null && one.total > 0) parts.push(percent(one.files / one.total));
  if (one.rate !== null) parts.push(`${count(Math.round(one.rate))} files/s`);
  if (one.left_s !== null) parts.push(`${span(one.left_s * 1000)} left`);
  return parts.join(" · ") || "running";
}

function State(props: { one: Acquisition; label: string }) {
  const { one } = props;
  if (one.finished_us !== null) {
    if (one.files === 0 && one.locked > 0) return <span className="amber">locked</span>;
    return <>taken in {moment(one.finished_us)}</>;
  }
  return (
    <div className="intake">
      <Progress
        value={one.total === null || one.total === 0 ? 0 : (100 * one.files) / one.total}
        aria-label={`Intake of ${props.label}`}
        w={120}
      />
      <span>{rateAndRest(one)}</span>
    </div>
  );
}

function Oddities(props: { one: Acquisition }) {
  const { failed, locked, lies } = props.one;
  const parts = [];
  if (failed > 0) parts.push(`${count(failed)} failed`);
  if (locked > 0) parts.push(`${count(locked)} locked`);
  if (lies > 0) parts.push(several(lies, "lying name"));
  return <Text c="dimmed">{parts.join(" · ")}</Text>;
}

function Row(props: { reference: string; one: Acquisition; first: boolean }) {
  const { reference, one } = props;
  return (
    <Table.Tr>
      <Table.Td>{props.first ? reference : ""}</Table.Td>
      <Table.Td>
        <State one={one} label={reference} />
      </Table.Td>
      <Table.Td className="number">
        {count(one.files)}
        {one.total !== null && one.finished_us === null && ` of ${count(one.total)}`}
      </Table.Td>
      <Table.Td>
        <Oddities one={one} />
      </Table.Td>
    </Table.Tr>
  );
}

export function Exhibits(props: { held: CasePage }) {
  const { exhibits } = props.held;
  if (exhibits.length === 0) {
    return (
      <Empty title="No exhibit is in this case yet.">
        An examiner takes one in from a terminal: <code>trawl intake</code>. It appears here as it
        goes.
      </Empty>
    );
  }
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={120}>Exhibit</Table.Th>
          <Table.Th>Intake</Table.Th>
          <Table.Th className="number">Files</Table.Th>
          <Table.Th>Could not be read as they are</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {exhibits.map(({ reference, acquisitions }) =>
          acquisitions.length === 0 ? (
            <Table.Tr key={reference}>
              <Table.Td>{reference}</Table.Td>
              <Table.Td colSpan={3}>nothing taken in yet</Table.Td>
            </Table.Tr>
          ) : (
            acquisitions.map((one, number) => (
              <Row key={one.id} reference={reference} one={one} first={number === 0} />
            ))
          ),
        )}
      </Table.Tbody>
    </Table>
  );
}
