import { queryOptions, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { api, ask, holdCsrf, onProblem } from "../client/api";
import { Problem } from "../client/problem";
import type { Role, Session } from "../client/shapes";
import { Notice, Waiting } from "./states";

let bears = document.querySelector<HTMLMetaElement>('meta[name="bears-session"]')?.content !== "no";

/** Reads the session, unless the server has said that this browser bears none: then there is
 * nothing to ask, and no refusal in the browser's console. */
export const sessionAsked = queryOptions<Session, Problem>({
  queryKey: ["session"],
  queryFn: async () => {
    if (!bears) throw new Problem(401, "not-signed-in", "You are not signed in.", null);
    return ask<Session>(api.GET("/api/session"));
  },
});

export function useSessionAsked(): UseQueryResult<Session, Problem> {
  return useQuery(sessionAsked);
}

/** Told by the sign-in and the invitation once they have begun a session. */
export function beginSession(csrf: string): void {
  bears = true;
  holdCsrf(csrf);
}

const Held = createContext<Session | null>(null);

/** Who is signed in. Only below the frame: there is always someone. */
export function useSession(): Session & { has: (...roles: Role[]) => boolean } {
  const session = useContext(Held);
  if (session === null) throw new Error("No officer is signed in here.");
  return { ...session, has: (...roles) => roles.some((r) => session.officer.roles.includes(r)) };
}

/** Ends the session on the server and forgets every answer held on this page. */
export function useSignOut(): () => Promise<void> {
  const queries = useQueryClient();
  const go = useNavigate();
  return async () => {
    await ask(api.DELETE("/api/session"));
    bears = false;
    await go({ to: "/sign-in" }); // first: what is cleared under a page is asked for again
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
    await queries.resetQueries({ queryKey: ["session"] }); // a page that shows it must see it go
  };
}

/** Shows its children to a signed-in officer, and leads everyone else to the sign-in page. */
export function Signed(props: { children: ReactNode }) {
  const asked = useSessionAsked();
  const go = useNavigate();
  const session = asked.data;
  if (session !== undefined) holdCsrf(session.csrf);
  const out = asked.error?.status === 401 || (session !== undefined && session.must !== null);
  useEffect(() => {
    const to = window.location.pathname;
    if (out) void go({ to: "/sign-in", search: to === "/" ? {} : { to } });
  }, [out, go]);
  useEffect(
    () =>
      onProblem((problem) => {
        const stale = problem.status === 403 && problem.message.includes("CSRF");
        if ((problem.status === 401 || stale) && session !== undefined) void asked.refetch();
      }),
    [session, asked],
  );
  if (asked.error !== null && !out) return <Notice problem={asked.error} />;
  if (session === undefined || out) return <Waiting what="your session" />;
  return <Held.Provider value={session}>{props.children}</Held.Provider>;
}
