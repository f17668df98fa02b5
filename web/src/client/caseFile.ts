import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./api";

/** A case as its review needs it: its scheme, and what this officer may do. */
export function caseFileOf(caseId: number) {
  return queryOptions({
    queryKey: ["case", caseId, "review"],
    queryFn: () =>
      ask(api.GET("/api/cases/{case_id}", { params: { path: { case_id: caseId } } })),
    staleTime: Infinity,
  });
}
