import { Button, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { Notice } from "../../shell";

/** Six digits of the authenticator, or a recovery code where one may be given. */
export function CodeForm(props: {
  label: string;
  description?: string;
  button: string;
  busy: boolean;
  problem: unknown;
  send: (code: string) => void;
  beside?: ReactNode;
}) {
  const [code, setCode] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.send(code.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {props.problem != null && <Notice problem={props.problem} />}
        <TextInput
          label={props.label}
          description={props.description}
          autoComplete="one-time-code"
          name="code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          autoFocus
          required
        />
        <Group justify="space-between">
          <Button type="submit" loading={props.busy} disabled={code.trim() === ""}>
            {props.button}
          </Button>
          {props.beside}
        </Group>
      </Stack>
    </form>
  );
}
