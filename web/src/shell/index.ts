/** What pages may use of the shell; `web/README.md` tells how. */
export { api, ask, csrfHeader, problemIn } from "../client/api";
export { useAct, useAnswer } from "../client/ask";
export { Problem, problemOf } from "../client/problem";
export type * from "../client/shapes";
export { setBlank, useBlank } from "./blank";
export { Frame } from "./frame/Frame";
export { type Key, type KeyMap, useKeys } from "./keys";
export { ButtonTo, LinkTo } from "./links";
export { Page } from "./Page";
export { Panel } from "./Panel";
export { useSession, useSignOut } from "./session";
export { Answer, Empty, Notice, Waiting } from "./states";
export { Conversation } from "./talk/Conversation";
export { reached, talkState, whoIsThere } from "./talk/stands";
export { screen } from "./welfare/heartbeat";
export type { Clarity } from "./welfare/screen";
export { useWelfare, type Welfare } from "./welfare/welfare";
export * from "./words";
