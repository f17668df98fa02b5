import { QueryClient } from "@tanstack/react-query";
import { problemOf } from "./problem";

/** Refusals and missing things are answers, not accidents: only an unreached server is retried. */
function again(failures: number, thrown: unknown): boolean {
  return problemOf(thrown).status === 0 && failures < 3;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: again, staleTime: 15_000, refetchOnWindowFocus: false },
    mutations: { retry: false },
  },
});
