import { Table } from "@mantine/core";
import { LinkTo, moment, type TalkRow } from "../../shell";

/** Where a talk stands, in words. */
export function talkState(talk: TalkRow): string {
  if (talk.closed_us !== null) return "ended";
  if (talk.answered_us !== null) return `answered by ${talk.answered_by ?? "a counsellor"}`;
  if (talk.fell_back_us !== null) {
    return talk.fallback === null
      ? "nobody answered in time"
      : `nobody answered in time; reach ${talk.fallback}`;
  }
  return talk.offered_to === null ? "waiting" : `waiting for ${talk.offered_to}`;
}

export function TalkList(props: { talks: TalkRow[] }) {
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Asked</Table.Th>
          <Table.Th>By</Table.Th>
          <Table.Th>State</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.talks.map((talk) => (
          <Table.Tr key={talk.id}>
            <Table.Td>
              <LinkTo to="/welfare/talks/$talkId" params={{ talkId: String(talk.id) }}>
                {moment(talk.asked_us)}
              </LinkTo>
            </Table.Td>
            <Table.Td>{talk.officer}</Table.Td>
            <Table.Td>{talkState(talk)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
