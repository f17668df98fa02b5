import { Anchor, Button, Group, Stack, Table, Text } from "@mantine/core";
import { Answer, api, type Consent, moment, Notice, Panel, useAct, useAnswer } from "../../shell";
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

/** Who may see the trend of one's own ledger: nobody, until the officer says so. */
export function ConsentsPage() {
  const asked = useAnswer<Consent[]>(["welfare", "consents"], () =>
    api.GET("/api/welfare/consents"),
  );
  const give = useAct<unknown>(
    () => api.POST("/api/welfare/consents", { body: { counsellor_id: null } }),
    [["welfare", "consents"]],
  );
  return (
    <WelfareRoom title="Consents">
      <Panel title="Who sees the trend of your ledger">
        <Stack maw={720}>
          <Text c="dimmed">
            A counsellor can see how long you looked, day by day, only while you consent. Nobody
            else can, and you can withdraw it at any moment.
          </Text>
          <Answer asked={asked} what="your consents">
            {(rows) => (
              <>
                <Given rows={rows} />
                {give.error !== null && <Notice problem={give.error} />}
                {!rows.some((row) => row.withdrawn_us === null) && (
                  <Group>
                    <Button loading={give.isPending} onClick={() => give.mutate()}>
                      Let the counsellors see it
                    </Button>
                  </Group>
                )}
              </>
            )}
          </Answer>
        </Stack>
      </Panel>
    </WelfareRoom>
  );
}
