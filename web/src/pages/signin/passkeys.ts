import { startAuthentication, startRegistration } from "@simplewebauthn/browser";
import { api, ask, Problem } from "../../shell";

type Creation = Parameters<typeof startRegistration>[0]["optionsJSON"];
type Request = Parameters<typeof startAuthentication>[0]["optionsJSON"];

/** WebAuthn's own JSON, which the document does not spell out. */
async function asked<T>(call: Promise<{ data?: unknown; error?: unknown }>): Promise<T> {
  return (await ask(call)) as T;
}

function told(thrown: unknown): never {
  if (thrown instanceof Problem) throw thrown;
  const hint = "Try again, or use the code of your authenticator instead.";
  throw new Problem(-1, "passkey", "The passkey was not given.", hint);
}

/** Whether this browser can hold passkeys at all: only pages served over https, or locally. */
export function canPasskey(): boolean {
  return window.isSecureContext && "PublicKeyCredential" in window;
}

/** The second step of signing in, by a passkey that is held already. */
export async function signInByPasskey(): Promise<{ data?: unknown }> {
  const optionsJSON = await asked<Request>(api.POST("/api/sign-in/passkey/options"));
  const credential = await startAuthentication({ optionsJSON }).catch(told);
  return api.POST("/api/sign-in/passkey", { body: { credential: { ...credential } } });
}

/** Adds a passkey to the account. */
export async function addPasskey(label: string): Promise<{ data?: unknown }> {
  const optionsJSON = await asked<Creation>(api.POST("/api/account/passkeys/options"));
  const credential = await startRegistration({ optionsJSON }).catch(told);
  return api.POST("/api/account/passkeys", { body: { label, credential: { ...credential } } });
}
