import { Button, Group, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  Answer,
  api,
  type CaseRow,
  count,
  day,
  Empty,
  LinkTo,
  Page,
  useAnswer,
  useKeys,
  useSession,
} from "../../shell";
import { WINGS } from "../names";
import { NewCase } from "./NewCase";

const SLASH = "–";

function Row(props: { row: CaseRow }) {
  const { row } = props;
  return (
    <Table.Tr>
      <Table.Td>
        {row.member ? (
          <LinkTo to="/cases/$caseId" params={{ caseId: String(row.id) }}>
            {row.name}
          </LinkTo>
        ) : (
          row.name
        )}
      </Table.Td>
      <Table.Td>{WINGS[row.wing]}</Table.Td>
      <Table.Td>{row.restricted ? "restricted" : ""}</Table.Td>
      <Table.Td className="number">{row.left == null ? SLASH : count(row.left)}</Table.Td>
      <Table.Td className="number">{row.disputes == null ? SLASH : count(row.disputes)}</Table.Td>
      <Table.Td className="number">{day(row.added_us)}</Table.Td>
    </Table.Tr>
  );
}

function List(props: { rows: CaseRow[] }) {
  if (props.rows.length === 0) {
    return (
      <Empty title="You are in no case yet.">
        Open one, or ask the owner of a case to make you a member.
      </Empty>
    );
  }
  return (
    <Table highlightOnHover>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>Case</Table.Th>
          <Table.Th>Wing</Table.Th>
          <Table.Th>Access</Table.Th>
          <Table.Th className="number">Stacks left</Table.Th>
          <Table.Th className="number">Disputes</Table.Th>
          <Table.Th className="number">Opened</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.rows.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function CasesPage() {
  const [making, setMaking] = useState(false);
  const { has } = useSession();
  const may = has("administrator", "supervisor");
  const asked = useAnswer<CaseRow[]>(["cases"], () => api.GET("/api/cases"));
  const open = { says: "open a new case", press: () => setMaking(true) };
  useKeys("Cases", may ? { n: open } : {});
  return (
    <Page
      title="Cases"
      actions={may && <Button onClick={() => setMaking(true)}>New case (n)</Button>}
    >
      <Answer asked={asked} what="the cases">
        {(rows) => (
          <>
            <List rows={rows} />
            {rows.some((row) => !row.member) && (
              <Group mt="md">
                <Text c="dimmed">
                  Cases without a link are your wing’s; you are not a member of them.
                </Text>
              </Group>
            )}
          </>
        )}
      </Answer>
      <NewCase opened={making} close={() => setMaking(false)} />
    </Page>
  );
}
