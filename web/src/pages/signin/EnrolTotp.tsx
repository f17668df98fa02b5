import { Button, Checkbox, Group, Stack, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { api, Notice, useAct, Waiting } from "../../shell";
import { CodeForm } from "./CodeForm";
import { QrCode } from "./QrCode";

function RecoveryCodes(props: { codes: string[]; done: () => void }) {
  const [kept, setKept] = useState(false);
  return (
    <Stack gap="md">
      <Text>
        If the authenticator is lost, each of these codes opens the door once. They are shown only
        now: print them or write them down, and keep them away from this machine.
      </Text>
      <ul className="codes">
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Checkbox
        label="I have put them in a safe place"
        checked={kept}
        onChange={(event) => setKept(event.currentTarget.checked)}
      />
      <Group>
        <Button disabled={!kept} onClick={props.done}>
          Go on
        </Button>
      </Group>
    </Stack>
  );
}

/** Sets up the second factor: the picture is drawn on this page, the codes are shown once. */
export function EnrolTotp(props: { done: () => void }) {
  const begin = useAct<{ secret: string; uri: string }>(() => api.POST("/api/account/totp/begin"));
  const confirm = useAct<{ recovery_codes: string[] }, string>((code) =>
    api.POST("/api/account/totp", { body: { code } }),
  );
  const { mutate } = begin;
  useEffect(() => mutate(), [mutate]);
  if (confirm.data !== undefined) {
    return <RecoveryCodes codes={confirm.data.recovery_codes} done={props.done} />;
  }
  if (begin.error !== null) return <Notice problem={begin.error} again={() => mutate()} />;
  if (begin.data === undefined) return <Waiting what="a new secret" />;
  const { secret, uri } = begin.data;
  return (
    <Stack gap="md">
      <Text>Photograph this with an authenticator on your telephone, then type what it shows.</Text>
      <QrCode text={uri} label="Picture for the authenticator" />
      <Text size="sm" c="dimmed">
        Or type the secret by hand: <code>{secret.replace(/(.{4})/g, "$1 ").trim()}</code>
      </Text>
      <CodeForm
        label="Six digits"
        button="Confirm"
        busy={confirm.isPending}
        problem={confirm.error}
        send={(code) => confirm.mutate(code)}
      />
    </Stack>
  );
}
