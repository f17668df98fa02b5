import { Anchor, Group, SegmentedControl, Table } from "@mantine/core";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { OddFiles } from "./oddFiles";
import { Answer, api, bytes, Empty, LinkTo, type FilePage, Page, useAnswer } from "../../shell";

const KINDS = [
  { value: "failed", label: "Failed" },
  { value: "locked", label: "Locked" },
  { value: "lies", label: "Lying names" },
];

/** What is wrong with it, in words. */
function why(row: FilePage["rows"][number]): string {
  return row.reason ?? (row.mime === null ? row.state : `it is ${row.mime}, by its content`);
}

function Rows(props: { page: FilePage }) {
  if (props.page.rows.length === 0) {
    return <Empty title="There are none.">Every file of this kind was read as it is.</Empty>;
  }
  return (
    <Table layout="fixed">
      <Table.Thead>
        <Table.Tr>
          <Table.Th w={96}>Exhibit</Table.Th>
          <Table.Th>Path</Table.Th>
          <Table.Th>Why</Table.Th>
          <Table.Th w={96} className="number">
            Size
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.page.rows.map((row) => (
          <Table.Tr key={row.number}>
            <Table.Td>{row.exhibit}</Table.Td>
            <Table.Td className="breaks">{row.path}</Table.Td>
            <Table.Td className="breaks">{why(row)}</Table.Td>
            <Table.Td className="number">{row.size === null ? "" : bytes(row.size)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** The files that could not be read as they are: a record with a reason, never a gap. */
export function FilesPage() {
  const { caseId } = useParams({ from: "/frame/cases/$caseId/files" });
  const { state } = useSearch({ from: "/frame/cases/$caseId/files" });
  const [after, setAfter] = useState<{ of: string; at: number }[]>([]);
  const go = useNavigate();
  const at = after.at(-1)?.of === state ? after.at(-1)?.at : undefined;
  const asked = useAnswer<FilePage>(["case", caseId, "files", state, at], () =>
    api.GET("/api/cases/{case_id}/files", {
      params: { path: { case_id: Number(caseId) }, query: { state, after: at } },
    }),
  );
  return (
    <Page
      title="Files that could not be read as they are"
      actions={
        <LinkTo to="/cases/$caseId" params={{ caseId }}>
          To the case
        </LinkTo>
      }
    >
      <SegmentedControl
        aria-label="Kind"
        data={KINDS}
        value={state}
        onChange={(chosen) =>
          void go({
            to: "/cases/$caseId/files",
            params: { caseId },
            search: { state: chosen as OddFiles },
          })
        }
        mb="md"
      />
      <Answer asked={asked} what="the log">
        {(page) => (
          <>
            <Rows page={page} />
            <Group mt="md">
              {at !== undefined && (
                <Anchor component="button" onClick={() => setAfter(after.slice(0, -1))}>
                  Back
                </Anchor>
              )}
              {page.next !== null && (
                <Anchor
                  component="button"
                  onClick={() => setAfter([...after, { of: state, at: page.next ?? 0 }])}
                >
                  Further
                </Anchor>
              )}
            </Group>
          </>
        )}
      </Answer>
    </Page>
  );
}
