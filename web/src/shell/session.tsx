import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect } from "react";
import { useAnswer } from "../client/ask";
import { api, ask, holdCsrf, onProblem } from "../client/api";
import type { Role, Session } from "../client/shapes";
import { Notice, Waiting } from "./states";

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
    queries.clear();
    await go({ to: "/sign-in" });
  };
}

/** Shows its children to a signed-in officer, and leads everyone else to the sign-in page. */
export function Signed(props: { children: ReactNode }) {
  const asked = useAnswer<Session>(["session"], () => api.GET("/api/session"));
  const go = useNavigate();
  const session = asked.data;
  if (session !== undefined) holdCsrf(session.csrf);
  const out = asked.error?.status === 401;
  useEffect(() => {
    const to = window.location.pathname;
    if (out) void go({ to: "/sign-in", search: to === "/" ? {} : { to } });
  }, [out, go]);
  useEffect(
    () =>
      onProblem((problem) => {
        if (problem.status === 401 && session !== undefined) void asked.refetch();
      }),
    [session, asked],
  );
  if (asked.error !== null && !out) return <Notice problem={asked.error} />;
  if (session === undefined || out) return <Waiting what="your session" />;
  return <Held.Provider value={session}>{props.children}</Held.Provider>;
}
