import createClient, { type Middleware } from "openapi-fetch";
import { idleHeader } from "./idle";
import { Problem, problemOf, unreached } from "./problem";
import type { paths } from "./schema";

let csrf = "";
const listeners = new Set<(problem: Problem) => void>();

/** Kept from the session's answer; every request that changes something carries it. */
export function holdCsrf(token: string): void {
  csrf = token;
}

/** Headers for the few requests that do not go through the client (streams, bytes). */
export function csrfHeader(): Record<string, string> {
  return { "X-CSRF": csrf };
}

/** Told of every refusal: how the frame learns of a break, or that the session has ended. */
export function onProblem(listener: (problem: Problem) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

interface ErrorBody {
  error?: { kind?: string; message?: string; hint?: string | null };
}

/** The server's own words for a refusal; words of ours where it sent none. */
export async function problemIn(response: Response): Promise<Problem> {
  const body = (await response.json().catch(() => ({}))) as ErrorBody;
  const { kind = "unknown", message, hint = null, ...more } = body.error ?? {};
  const sentence = message ?? `The server answered with ${response.status} and said nothing more.`;
  const problem = new Problem(response.status, kind, sentence, hint, more);
  for (const listener of listeners) listener(problem);
  return problem;
}

/** Routes after which the browser bears another session, and so another CSRF value. */
const DOOR = /^\/api\/(sign-in|invitation|account)/;

async function keepNewCsrf(response: Response): Promise<void> {
  const body = (await response.json().catch(() => null)) as { csrf?: unknown } | null;
  if (typeof body?.csrf === "string") holdCsrf(body.csrf);
}

const guard: Middleware = {
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-CSRF", csrf);
    for (const [name, value] of Object.entries(idleHeader())) request.headers.set(name, value);
    return request;
  },
  async onResponse({ response, schemaPath }) {
    if (!response.ok) throw await problemIn(response.clone());
    if (DOOR.test(schemaPath) && response.status === 200) await keepNewCsrf(response.clone());
    return response;
  },
  onError({ error }) {
    return error instanceof Problem ? error : unreached();
  },
};

/** The client: paths, parameters and bodies are those of the server's OpenAPI document. */
export const api = createClient<paths>({
  baseUrl: window.location.origin,
  credentials: "same-origin",
  fetch: (request) => globalThis.fetch(request),
});
api.use(guard);

/** What a call answered; throws the Problem that it met. */
export async function ask<T>(call: Promise<{ data?: T; error?: unknown }>): Promise<T> {
  const answer = await call.catch((thrown: unknown) => {
    throw problemOf(thrown);
  });
  return answer.data as T;
}
