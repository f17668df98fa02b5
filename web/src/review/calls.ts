import { api, ask } from "../client/api";
import type { Filter } from "./filters";
import { picturesOf, tilesOf } from "./sheet";
import type * as S from "./shapes";

export interface Bytes {
  readonly blob: Blob;
  readonly headers: Headers;
}

async function bytes(call: Promise<{ data?: unknown; response: Response }>): Promise<Bytes> {
  let headers = new Headers();
  const blob = await ask(
    call.then(({ data, response }) => {
      headers = response.headers;
      return { data: data as Blob };
    }),
  );
  return { blob, headers };
}

async function sheet(call: Promise<{ data?: unknown }>) {
  return picturesOf((await ask(call)) as ArrayBuffer);
}

/** What the review page asks of one case. Every call throws the Problem it meets. */
export function callsOf(caseId: number) {
  return { caseId, ...views(caseId), ...pictures(caseId), ...grades(caseId), ...marks(caseId) };
}

export type Calls = ReturnType<typeof callsOf>;

function views(id: number) {
  const path = { case_id: id };
  return {
    openView: (body: S.ViewAsked, signal?: AbortSignal) =>
      ask(
        api.POST("/api/cases/{case_id}/views", {
          params: { path },
          body: body as S.ViewBody, // parts that are absent do not narrow
          signal: signal ?? null,
        }),
      ),
    bucket: (view: string, number: number, signal: AbortSignal) =>
      ask(
        api.GET("/api/cases/{case_id}/views/{view}/buckets/{number}", {
          params: { path: { case_id: id, view, number } },
          signal,
        }),
      ),
    groups: (view: string, by: S.GroupBy) =>
      ask(
        api.GET("/api/cases/{case_id}/views/{view}/groups", {
          params: { path: { case_id: id, view }, query: { by } },
        }),
      ),
    find: (view: string, media: number) =>
      ask(
        api.GET("/api/cases/{case_id}/views/{view}/find", {
          params: { path: { case_id: id, view }, query: { media } },
        }),
      ),
    facets: () => ask(api.GET("/api/cases/{case_id}/facets", { params: { path } })),
    stack: (media: number) =>
      ask(
        api.GET("/api/cases/{case_id}/stacks/{media_id}", {
          params: { path: { case_id: id, media_id: media } },
        }),
      ),
    eventsPath: `/api/cases/${id}/events`,
  };
}

function pictures(id: number) {
  const of = (media: number) => ({ case_id: id, media_id: media });
  return {
    tiles: async (ids: readonly number[], clarity: S.Clarity, signal: AbortSignal) =>
      tilesOf(
        (await ask(
          api.GET("/api/cases/{case_id}/tiles", {
            params: { path: { case_id: id }, query: { ids: ids.join(","), clarity } },
            parseAs: "arrayBuffer",
            signal,
          }),
        )) as ArrayBuffer,
      ),
    details: (media: number) =>
      ask(api.GET("/api/cases/{case_id}/media/{media_id}", { params: { path: of(media) } })),
    look: (media: number, clarity: S.Clarity, longest: number, signal: AbortSignal) =>
      bytes(
        api.GET("/api/cases/{case_id}/media/{media_id}/look", {
          params: { path: of(media), query: { clarity, longest } },
          parseAs: "blob",
          signal,
        }),
      ),
    scenes: (media: number) =>
      ask(api.GET("/api/cases/{case_id}/media/{media_id}/scenes", { params: { path: of(media) } })),
    sceneSheet: (media: number, clarity: S.Clarity, signal: AbortSignal) =>
      sheet(
        api.GET("/api/cases/{case_id}/media/{media_id}/scenes/sheet", {
          params: { path: of(media), query: { clarity } },
          parseAs: "arrayBuffer",
          signal,
        }),
      ),
    frame: (media: number, at: number, clarity: S.Clarity, longest: number, signal: AbortSignal) =>
      bytes(
        api.GET("/api/cases/{case_id}/media/{media_id}/frame", {
          params: { path: of(media), query: { at_ms: Math.round(at), clarity, longest } },
          parseAs: "blob",
          signal,
        }),
      ),
    segment: (media: number, asked: S.SegmentAsked, signal: AbortSignal) =>
      bytes(
        api.GET("/api/cases/{case_id}/media/{media_id}/segment", {
          params: { path: of(media), query: asked },
          parseAs: "blob",
          signal,
        }),
      ),
  };
}

function grades(id: number) {
  const path = { case_id: id };
  return {
    grade: (body: S.GradeAsked) =>
      ask(api.POST("/api/cases/{case_id}/grades", { params: { path }, body })),
    undo: (body: { key: string; levels: number }) =>
      ask(api.POST("/api/cases/{case_id}/undo", { params: { path }, body })),
    lease: (media: number[]) =>
      ask(api.POST("/api/cases/{case_id}/leases", { params: { path }, body: { media } })),
    /** Also while the page is being left. */
    endLeases: () =>
      ask(api.DELETE("/api/cases/{case_id}/leases", { params: { path }, keepalive: true })),
    dispute: (media: number) =>
      ask(
        api.GET("/api/cases/{case_id}/disputes/{media_id}", {
          params: { path: { case_id: id, media_id: media } },
        }),
      ),
    resolve: (media: number, body: S.ResolutionAsked) =>
      ask(
        api.POST("/api/cases/{case_id}/disputes/{media_id}", {
          params: { path: { case_id: id, media_id: media } },
          body,
        }),
      ),
  };
}

function marks(id: number) {
  const on = (media: number) => ({ params: { path: { case_id: id, media_id: media } } });
  const one = (media: number, mark: number) => ({
    params: { path: { case_id: id, media_id: media, mark } },
  });
  return {
    notes: (media: number) =>
      ask(api.GET("/api/cases/{case_id}/media/{media_id}/notes", on(media))),
    tags: (media: number) =>
      ask(api.GET("/api/cases/{case_id}/media/{media_id}/tags", on(media))),
    clues: (media: number) =>
      ask(api.GET("/api/cases/{case_id}/media/{media_id}/clues", on(media))),
    addNote: (media: number, text: string) =>
      ask(
        api.POST("/api/cases/{case_id}/media/{media_id}/notes", { ...on(media), body: { text } }),
      ),
    addTag: (media: number, tag: string) =>
      ask(api.POST("/api/cases/{case_id}/media/{media_id}/tags", { ...on(media), body: { tag } })),
    addClue: (media: number, body: S.ClueAsked) =>
      ask(api.POST("/api/cases/{case_id}/media/{media_id}/clues", { ...on(media), body })),
    dropNote: (media: number, mark: number) =>
      ask(api.DELETE("/api/cases/{case_id}/media/{media_id}/notes/{mark}", one(media, mark))),
    dropTag: (media: number, mark: number) =>
      ask(api.DELETE("/api/cases/{case_id}/media/{media_id}/tags/{mark}", one(media, mark))),
    dropClue: (media: number, mark: number) =>
      ask(api.DELETE("/api/cases/{case_id}/media/{media_id}/clues/{mark}", one(media, mark))),
    savedFilters: () =>
      ask(api.GET("/api/cases/{case_id}/filters", { params: { path: { case_id: id } } })),
    saveFilter: (name: string, value: { filter: Filter; source: S.Source; order: S.Order }) =>
      ask(
        api.POST("/api/cases/{case_id}/filters", {
          params: { path: { case_id: id } },
          body: { name, value: value as never }, // plain JSON; the document cannot say more
        }),
      ),
    dropFilter: (mark: number) =>
      ask(
        api.DELETE("/api/cases/{case_id}/filters/{mark}", {
          params: { path: { case_id: id, mark } },
        }),
      ),
  };
}
