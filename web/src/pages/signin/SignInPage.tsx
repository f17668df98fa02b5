import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { holdCsrf } from "../../client/api";
import { beginSession, useSessionAsked, useSignOut } from "../../shell/session";
import { api, Notice, type Session, type Step, useAct } from "../../shell";
import { CodeForm } from "./CodeForm";
import { Door } from "./Door";
import { EnrolTotp } from "./EnrolTotp";
import { NewPassword } from "./NewPassword";
import { canPasskey, signInByPasskey } from "./passkeys";

type Next = Step["next"];

function NameForm(props: { went: (step: Step) => void }) {
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const enter = useAct<Step, { name: string; password: string }>((body) =>
    api.POST("/api/sign-in", { body }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    enter.mutate({ name: name.trim(), password }, { onSuccess: props.went });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        {enter.error !== null && <Notice problem={enter.error} />}
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
          required
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          required
        />
        <Button type="submit" loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  );
}

function SecondFactor(props: { passkeyFirst: boolean; done: () => void }) {
  const totp = useAct<unknown, string>((code) => api.POST("/api/sign-in/totp", { body: { code } }));
  const passkey = useAct<unknown>(() => signInByPasskey());
  return (
    <CodeForm
      label="Code"
      description="Six digits of your authenticator, or one of your recovery codes."
      button="Go on"
      busy={totp.isPending}
      problem={totp.error ?? passkey.error}
      send={(code) => totp.mutate(code, { onSuccess: props.done })}
      beside={
        canPasskey() && (
          <Anchor
            component="button"
            type="button"
            fw={props.passkeyFirst ? 600 : 400}
            onClick={() => passkey.mutate(undefined, { onSuccess: props.done })}
          >
            Use a passkey
          </Anchor>
        )
      }
    />
  );
}

/** Which step is due: told by the last answer, or by a session that is not complete. */
function dueStep(step: Step | null, session: Session | undefined): Next | "password" | "name" {
  if (session?.must === "password") return "password";
  if (step !== null && step.next !== "done") return step.next;
  if (session?.must === "totp") return session.two_factor ? "totp" : "enrol-totp";
  return "name";
}

const TITLES = {
  name: ["Sign in", undefined],
  totp: ["Second step", undefined],
  passkey: ["Second step", undefined],
  "enrol-totp": ["Second factor", "Your roles need a second factor."],
  password: ["New password", "Your password must be changed before you go on."],
  done: ["Signed in", undefined],
} as const;

/** Name and password, then what else is due. */
export function SignInPage() {
  const [step, setStep] = useState<Step | null>(null);
  const held = useQueryClient();
  const go = useNavigate();
  const { to } = useSearch({ from: "/sign-in" });
  const asked = useSessionAsked();
  if (asked.data !== undefined) holdCsrf(asked.data.csrf);
  const session = asked.error === null ? asked.data : undefined;
  const done = async () => {
    await held.resetQueries();
    await go({ to: to ?? "/" });
  };
  const went = (next: Step) => {
    beginSession(next.csrf);
    if (next.next === "done") void done();
    else setStep(next);
  };
  const leave = useSignOut();
  const startAgain = async () => {
    setStep(null);
    await leave();
  };
  const due = dueStep(step, session);
  const [title, says] = TITLES[due];
  return (
    <Door title={title} {...(says === undefined ? {} : { says })}>
      {due === "name" && <NameForm went={went} />}
      {(due === "totp" || due === "passkey") && (
        <SecondFactor passkeyFirst={due === "passkey"} done={() => void done()} />
      )}
      {due === "enrol-totp" && <EnrolTotp done={() => void done()} />}
      {due === "password" && <NewPassword done={() => void done()} />}
      {due !== "name" && (
        <Anchor component="button" w="fit-content" onClick={() => void startAgain()}>
          Sign in as somebody else
        </Anchor>
      )}
    </Door>
  );
}
