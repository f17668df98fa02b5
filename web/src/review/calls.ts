import { csrfHeader, problemIn } from "../client/api";
import { unreached } from "../client/problem";
import type { Filter } from "./filters";
import { readSheet } from "./sheet";
import type * as S from "./shapes";

async function send(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
  keepalive = false,
) {
  const headers: Record<string, string> = method === "GET" ? {} : { ...csrfHeader() };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const asked: RequestInit = { method, headers, credentials: "same-origin", keepalive };
  if (body !== undefined) asked.body = JSON.stringify(body);
  if (signal !== undefined) asked.signal = signal;
  const response = await fetch(path, asked).catch((thrown: unknown) => {
    if (signal?.aborted) throw thrown;
    throw unreached();
  });
  if (!response.ok) throw await problemIn(response);
  return response;
}

async function json<T>(method: string, path: string, body?: unknown, signal?: AbortSignal) {
  const response = await send(method, path, body, signal);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export interface Bytes {
  readonly blob: Blob;
  readonly headers: Headers;
}

async function bytes(path: string, signal?: AbortSignal): Promise<Bytes> {
  const response = await send("GET", path, undefined, signal);
  return { blob: await response.blob(), headers: response.headers };
}

async function sheet(path: string, signal: AbortSignal) {
  const response = await send("GET", path, undefined, signal);
  return readSheet(await response.arrayBuffer());
}

/** What the review page asks of one case. Every call throws the Problem it meets. */
export function callsOf(caseId: number) {
  const root = `/api/cases/${caseId}`;
  const media = (id: number) => `${root}/media/${id}`;
  return {
    caseId,
    caseFile: () => json<S.CaseFile>("GET", root),
    openView: (asked: S.ViewAsked, signal?: AbortSignal) =>
      json<S.ViewOpened>("POST", `${root}/views`, asked, signal),
    bucket: (view: string, n: number, signal: AbortSignal) =>
      json<S.Bucket>("GET", `${root}/views/${view}/buckets/${n}`, undefined, signal),
    groups: (view: string, by: S.GroupBy) =>
      json<S.Group[]>("GET", `${root}/views/${view}/groups?by=${by}`),
    find: (view: string, id: number) =>
      json<{ position: number | null }>("GET", `${root}/views/${view}/find?media=${id}`),
    facets: () => json<S.Facets>("GET", `${root}/facets`),
    tiles: (ids: readonly number[], clarity: S.Clarity, signal: AbortSignal) =>
      sheet(`${root}/tiles?ids=${ids.join(",")}&clarity=${clarity}`, signal),
    details: (id: number) => json<S.MediaDetails>("GET", media(id)),
    look: (id: number, clarity: S.Clarity, longest: number, signal: AbortSignal) =>
      bytes(`${media(id)}/look?clarity=${clarity}&longest=${longest}`, signal),
    scenes: (id: number) => json<S.Scene[]>("GET", `${media(id)}/scenes`),
    sceneSheet: (id: number, clarity: S.Clarity, signal: AbortSignal) =>
      sheet(`${media(id)}/scenes/sheet?clarity=${clarity}`, signal),
    frame: (id: number, atMs: number, clarity: S.Clarity, longest: number, signal: AbortSignal) =>
      bytes(`${media(id)}/frame?at_ms=${atMs}&clarity=${clarity}&longest=${longest}`, signal),
    segment: (
      id: number,
      from: number,
      to: number,
      clarity: S.Clarity,
      sound: boolean,
      signal: AbortSignal,
    ) =>
      bytes(
        `${media(id)}/segment?from_ms=${from}&to_ms=${to}&clarity=${clarity}&sound=${sound ? 1 : 0}`,
        signal,
      ),
    stack: (top: number) => json<S.StackOpened>("GET", `${root}/stacks/${top}`),
    grade: (body: unknown) => json<S.GradeAnswer>("POST", `${root}/grades`, body),
    undo: (body: unknown) => json<S.UndoAnswer>("POST", `${root}/undo`, body),
    lease: (tops: number[]) =>
      json<{ held: number[]; refused: { media: number; officer: string }[]; until_us: number }>(
        "POST",
        `${root}/leases`,
        { media: tops },
      ),
    /** Also while the page is being left. */
    endLeases: () => send("DELETE", `${root}/leases`, undefined, undefined, true),
    dispute: (id: number) => json<S.Dispute>("GET", `${root}/disputes/${id}`),
    resolve: (id: number, body: { key: string; category: string; grounds: string }) =>
      json<{ states?: S.StateOf[] }>("POST", `${root}/disputes/${id}`, body),
    marks: (id: number, kind: S.MarkKind) => json<S.Mark[]>("GET", `${media(id)}/${kind}`),
    addMark: (id: number, kind: S.MarkKind, body: unknown) =>
      json<{ id: number }>("POST", `${media(id)}/${kind}`, body),
    dropMark: (id: number, kind: S.MarkKind, mark: number) =>
      json<void>("DELETE", `${media(id)}/${kind}/${mark}`),
    savedFilters: () => json<S.SavedFilter[]>("GET", `${root}/filters`),
    saveFilter: (name: string, value: { filter: Filter; source: S.Source; order: S.Order }) =>
      json<{ id: number }>("POST", `${root}/filters`, { name, value }),
    dropFilter: (id: number) => json<void>("DELETE", `${root}/filters/${id}`),
    eventsPath: `${root}/events`,
  };
}

export type Calls = ReturnType<typeof callsOf>;
