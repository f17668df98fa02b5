import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { beginSession } from "../../shell/session";
import { Answer, api, type Invitation, LinkTo, Notice, useAct, useAnswer } from "../../shell";
import { Door } from "./Door";
import { EnrolTotp } from "./EnrolTotp";
import { PASSWORD_HINT } from "./NewPassword";

interface Given {
  token: string;
  name?: string;
  password: string;
}

function AccountForm(props: { invitation: Invitation; token: string; went: (next: string | undefined) => void }) {
  const first = props.invitation.kind === "first";
  const [name, setName] = useState(props.invitation.name ?? "");
  const [password, setPassword] = useState("");
  const [again, setAgain] = useState("");
  const join = useAct<{ csrf?: string; next?: string }, Given>((body) => api.POST("/api/invitation", { body }));
  const differs = again !== "" && again !== password;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (again !== password) return;
    const given: Given = { token: props.token, password };
    if (first) given.name = name.trim();
    join.mutate(given, {
      onSuccess: (answer) => {
        if (answer.csrf !== undefined) beginSession(answer.csrf);
        props.went(answer.next);
      },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {join.error !== null && <Notice problem={join.error} />}
        {first ? (
          <TextInput
            label="Your name"
            description={
              props.invitation.name === null
                ? "As it stands in the audit: initial and surname, for example."
                : `${props.invitation.name} is who set this workspace up, with its cases; another name makes a new officer, who is in none.`
            }
            autoComplete="username"
            name="username"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            autoFocus
            required
          />
        ) : (
          <TextInput label="Your name" value={props.invitation.name ?? ""} readOnly />
        )}
        <PasswordInput
          label="Password"
          name="password"
          description={PASSWORD_HINT}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
        <PasswordInput
          label="Password again"
          name="again"
          autoComplete="new-password"
          value={again}
          error={differs ? "The two are not the same." : null}
          onChange={(event) => setAgain(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={join.isPending} disabled={differs}>
          Go on
        </Button>
      </Stack>
    </form>
  );
}

/** The one-time link of the first administrator, or an invitation; the token stands after `#`. */
export function JoinPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const [joined, setJoined] = useState(false);
  const held = useQueryClient();
  const go = useNavigate();
  const asked = useAnswer<Invitation>(
    ["invitation", token],
    () => api.GET("/api/invitation", { params: { query: { token } } }),
    { when: token !== "" && !joined },
  );
  const enter = async () => {
    await held.resetQueries({ queryKey: ["session"] });
    await go({ to: "/" });
  };
  if (token === "") {
    return (
      <Door title="Nothing to join with">
        <Text>
          This address has no invitation in it. Open the whole link that was given to you, or{" "}
          <LinkTo to="/sign-in">sign in</LinkTo>.
        </Text>
      </Door>
    );
  }
  if (joined) {
    return (
      <Door title="Second factor" says="Something you have, beside the password you know.">
        <EnrolTotp done={() => void enter()} />
      </Door>
    );
  }
  const first = asked.data?.kind === "first";
  return (
    <Door
      title={first ? "The first administrator" : "Your account"}
      says={
        first
          ? "This link works once. It makes the officer who lets all others in."
          : "Choose a password. A second factor comes next."
      }
    >
      <Answer asked={asked} what="the invitation">
        {(invitation) => (
          <AccountForm
            invitation={invitation}
            token={token}
            went={(next) => {
              window.history.replaceState(null, "", "/join");
              if (next === "totp" || next === "passkey") void enter(); // there is one: it is asked for
              else setJoined(true);
            }}
          />
        )}
      </Answer>
    </Door>
  );
}
