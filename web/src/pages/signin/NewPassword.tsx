import { Button, PasswordInput, Stack } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { api, Notice, useAct } from "../../shell";

export const PASSWORD_HINT = "At least twelve characters; four ordinary words are good.";

/** The old password and a new one. */
export function NewPassword(props: { done: () => void }) {
  const [old, setOld] = useState("");
  const [next, setNext] = useState("");
  const change = useAct<unknown, { old: string; new: string }>((body) =>
    api.POST("/api/account/password", { body }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ old, new: next }, { onSuccess: props.done });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {change.error !== null && <Notice problem={change.error} />}
        <PasswordInput
          label="Password until now"
          autoComplete="current-password"
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          required
        />
        <PasswordInput
          label="New password"
          description={PASSWORD_HINT}
          autoComplete="new-password"
          value={next}
          onChange={(event) => setNext(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={change.isPending}>
          Change the password
        </Button>
      </Stack>
    </form>
  );
}
