import { Table } from "@mantine/core";
import { LinkTo, moment, type TalkRow, talkState } from "../../shell";

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
