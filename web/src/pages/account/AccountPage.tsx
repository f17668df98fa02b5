import { Anchor, Button, Group, SimpleGrid, Stack, Table, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Answer, api, day, Notice, Page, Panel, useAct, useAnswer, useSession } from "../../shell";
import { EnrolTotp } from "../signin/EnrolTotp";
import { NewPassword } from "../signin/NewPassword";
import { addPasskey, canPasskey } from "../signin/passkeys";

function Totp() {
  const session = useSession();
  const [enrolling, setEnrolling] = useState(false);
  const remove = useAct<unknown>(() => api.DELETE("/api/account/totp"), [["session"]]);
  if (enrolling) return <EnrolTotp done={() => setEnrolling(false)} />;
  return (
    <Stack gap="sm">
      {remove.error !== null && <Notice problem={remove.error} />}
      <Text>
        {session.two_factor
          ? "An authenticator is set up. Setting it up anew makes the old codes useless."
          : "There is no second factor on this account."}
      </Text>
      <Group>
        <Button variant="default" onClick={() => setEnrolling(true)}>
          {session.two_factor ? "Set up anew" : "Set up an authenticator"}
        </Button>
        {session.two_factor && (
          <Anchor component="button" onClick={() => remove.mutate()}>
            Take it away
          </Anchor>
        )}
      </Group>
    </Stack>
  );
}

interface Passkey {
  id: number;
  label: string;
  added_us: number;
}

function Held(props: { rows: Passkey[]; remove: (id: number) => void }) {
  if (props.rows.length === 0) return <Text c="dimmed">No passkey is on this account.</Text>;
  return (
    <Table>
      <Table.Tbody>
        {props.rows.map((row) => (
          <Table.Tr key={row.id}>
            <Table.Td>{row.label}</Table.Td>
            <Table.Td>{day(row.added_us)}</Table.Td>
            <Table.Td className="number">
              <Anchor
                component="button"
                aria-label={`Remove ${row.label}`}
                onClick={() => props.remove(row.id)}
              >
                Remove
              </Anchor>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Passkeys() {
  const [label, setLabel] = useState("");
  const asked = useAnswer<Passkey[]>(["passkeys"], () => api.GET("/api/account/passkeys"));
  const add = useAct<unknown, string>((name) => addPasskey(name), [["passkeys"], ["session"]]);
  const remove = useAct<unknown, number>(
    (id) =>
      api.DELETE("/api/account/passkeys/{passkey_id}", { params: { path: { passkey_id: id } } }),
    [["passkeys"], ["session"]],
  );
  return (
    <Stack gap="sm">
      {(add.error ?? remove.error) !== null && <Notice problem={add.error ?? remove.error} />}
      <Answer asked={asked} what="the passkeys">
        {(rows) => <Held rows={rows} remove={(id) => remove.mutate(id)} />}
      </Answer>
      {canPasskey() ? (
        <Group align="flex-end">
          <TextInput
            label="Name of a new passkey"
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={label.trim() === ""}
            loading={add.isPending}
            onClick={() => add.mutate(label.trim(), { onSuccess: () => setLabel("") })}
          >
            Add
          </Button>
        </Group>
      ) : (
        <Text c="dimmed">Passkeys need this page to be served over https.</Text>
      )}
    </Stack>
  );
}

/** The officer's own way in. */
export function AccountPage() {
  const [changed, setChanged] = useState(false);
  return (
    <Page title="Password and second factor">
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Panel title="Password">
          {changed ? <Text>It is changed.</Text> : <NewPassword done={() => setChanged(true)} />}
        </Panel>
        <Stack>
          <Panel title="Authenticator">
            <Totp />
          </Panel>
          <Panel title="Passkeys">
            <Passkeys />
          </Panel>
        </Stack>
      </SimpleGrid>
    </Page>
  );
}
