import { Anchor, Button, Group, Table, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import {
  Answer,
  api,
  type AuditPage as Rows,
  type AuditRow,
  Empty,
  moment,
  Page,
  useAnswer,
} from "../../shell";

interface Sought {
  act?: string;
  officer?: string;
  case?: string;
}

function Filter(props: { seek: (sought: Sought) => void }) {
  const [act, setAct] = useState("");
  const [officer, setOfficer] = useState("");
  const [held, setHeld] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = { act: act.trim(), officer: officer.trim(), case: held.trim() };
    props.seek(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== "")));
  };
  return (
    <form onSubmit={submit}>
      <Group mb="md" align="flex-end">
        <TextInput label="Act" value={act} onChange={(e) => setAct(e.currentTarget.value)} />
        <TextInput
          label="Officer"
          value={officer}
          onChange={(e) => setOfficer(e.currentTarget.value)}
        />
        <TextInput label="Case" value={held} onChange={(e) => setHeld(e.currentTarget.value)} />
        <Button type="submit" variant="default">
          Show
        </Button>
      </Group>
    </form>
  );
}

/** A row's detail as words: the chain itself holds it as it was written. */
function told(detail: unknown): string {
  if (detail === null || typeof detail !== "object") return String(detail ?? "");
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(" · ");
}

function Row(props: { row: AuditRow }) {
  const { row } = props;
  return (
    <Table.Tr>
      <Table.Td className="number">{row.sequence}</Table.Td>
      <Table.Td className="whole">{moment(row.at_us)}</Table.Td>
      <Table.Td className="whole">{row.officer}</Table.Td>
      <Table.Td className="whole">{row.act}</Table.Td>
      <Table.Td>{row.case ?? ""}</Table.Td>
      <Table.Td className="breaks">{row.subject}</Table.Td>
      <Table.Td className="breaks quiet">{told(row.detail)}</Table.Td>
    </Table.Tr>
  );
}

/** Columns that would break within words if they were left to themselves. */
const WIDTHS: Record<string, number> = { Subject: 144 };

function List(props: { rows: AuditRow[] }) {
  if (props.rows.length === 0) return <Empty title="No act fits.">Ask for less.</Empty>;
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          {["No.", "When", "Officer", "Act", "Case", "Subject", "Detail"].map((name) => (
            <Table.Th key={name} className={name === "No." ? "number" : ""} miw={WIDTHS[name] ?? 0}>
              {name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {props.rows.map((row) => (
          <Row key={row.sequence} row={row} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

/** Every act in its order. The chain itself is verified by `trawl verify`. */
export function AuditPage() {
  const [sought, setSought] = useState<Sought>({});
  const [passed, setPassed] = useState<number[]>([]);
  const after = passed.at(-1);
  const asked = useAnswer<Rows>(["audit", sought, after], () =>
    api.GET("/api/audit", { params: { query: { ...sought, after, limit: 200 } } }),
  );
  const seek = (next: Sought) => {
    setSought(next);
    setPassed([]);
  };
  return (
    <Page title="Audit">
      <Filter seek={seek} />
      <Answer asked={asked} what="the audit">
        {(page) => (
          <>
            <List rows={page.rows} />
            <Group mt="md">
              {passed.length > 0 && (
                <Anchor component="button" onClick={() => setPassed(passed.slice(0, -1))}>
                  Back
                </Anchor>
              )}
              {page.next !== null && (
                <Anchor component="button" onClick={() => setPassed([...passed, page.next ?? 0])}>
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
