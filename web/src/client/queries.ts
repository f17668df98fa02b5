import { QueryClient } from "@tanstack/react-query";
import { ASK_MS, problemOf } from "./problem";

/**
 * Refusals and missing things are answers, not accidents: only an unreached server is asked again,
 * and one that is still preparing a case, for as long as that takes.
 */
export function again(failures: number, thrown: unknown): boolean {
  const problem = problemOf(thrown);
  return problem.preparing !== null || (problem.status === 0 && failures < 3);
}

function wait(failures: number, thrown: unknown): number {
  return problemOf(thrown).preparing === null ? Math.min(1_000 * 2 ** failures, 30_000) : ASK_MS;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: again, retryDelay: wait, staleTime: 15_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});
