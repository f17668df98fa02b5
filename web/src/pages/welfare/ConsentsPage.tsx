import { Anchor, Button, Group, Select, Stack, Table, Text } from "@mantine/core";
import { useState } from "react";
import {
  Answer,
  api,
  type Consent,
  moment,
  Notice,
  Panel,
  type Person,
  useAct,
  useAnswer,
  useSession,
} from "../../shell";
import { WelfareRoom } from "./WelfareRoom";

function Given(props: { rows: Consent[] }) {
  const withdraw = useAct<unknown, number>(
    (id) =>
      api.DELETE("/api/welfare/consents/{consent_id}", { params: { path: { consent_id: id } } }),
    [["welfare", "consents"]],
  );
  if (props.rows.length === 0) return <Text>No counsellor can see anything of yours.</Text>;
  return (
    <>
      <Table>
        <Table.Tbody>
          {props.rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>{row.counsellor ?? "Every counsellor"}</Table.Td>
              <Table.Td>
                since {moment(row.given_us)}
                {row.withdrawn_us !== null && `, withdrawn ${moment(row.withdrawn_us)}`}
              </Table.Td>
              <Table.Td className="number">
                {row.withdrawn_us === null && (
                  <Anchor component="button" onClick={() => withdraw.mutate(row.id)}>
                    Withdraw
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {withdraw.error !== null && <Notice problem={withdraw.error} />}
    </>
  );
}

const ALL = "all";

/** Lets one counsellor see it, or all of them; who may see it already is left out. */
function Giving(props: { rows: Consent[] }) {
  const { officer } = useSession();
  const [chosen, setChosen] = useState(ALL);
  const asked = useAnswer<Person[]>(["welfare", "counsellors"], () =>
    api.GET("/api/welfare/counsellors"),
  );
  const give = useAct<unknown, string>(
    (to) =>
      api.POST("/api/welfare/consents", {
        body: { counsellor_id: to === ALL ? null : Number(to) },
      }),
    [["welfare", "consents"]],
  );
  const given = new Set(
    props.rows.filter((row) => row.withdrawn_us === null).map((row) => row.counsellor_id),
  );
  const others = (asked.data ?? []).filter((row) => row.id !== officer.id && !given.has(row.id));
  const data = [
    { value: ALL, label: "Every counsellor, those who come later too" },
    ...others.map((row) => ({ value: String(row.id), label: row.name })),
  ];
  const to = data.some((one) => one.value === chosen) ? chosen : ALL;
  if (given.has(null)) return null;
  return (
    <>
      {give.error !== null && <Notice problem={give.error} />}
      <Group align="flex-end">
        <Select
          label="Let it be seen by"
          w={360}
          allowDeselect={false}
          data={data}
          value={to}
          onChange={(next) => setChosen(next ?? ALL)}
        />
        <Button loading={give.isPending} onClick={() => give.mutate(to)}>
          Consent
        </Button>
      </Group>
    </>
  );
}

/** Who may see the trend of one's own ledger: nobody, until the officer says so. */
export function ConsentsPage() {
  const asked = useAnswer<Consent[]>(["welfare", "consents"], () =>
    api.GET("/api/welfare/consents"),
  );
  return (
    <WelfareRoom title="Consents">
      <Panel title="Who sees the trend of your ledger">
        <Stack maw={720}>
          <Text c="dimmed">
            A counsellor can see how long you looked and how many media you were shown, day by
            day, only while you consent; never which, nor of what category. Nobody else can, and
            you can withdraw it at any moment.
          </Text>
          <Answer asked={asked} what="your consents">
            {(rows) => (
              <>
                <Given rows={rows} />
                <Giving rows={rows} />
              </>
            )}
          </Answer>
        </Stack>
      </Panel>
    </WelfareRoom>
  );
}
