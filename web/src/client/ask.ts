import {
  type QueryKey,
  useMutation,
  type UseMutationResult,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { ask } from "./api";
import type { Problem } from "./problem";

type Call<T> = () => Promise<{ data?: T; error?: unknown }>;

/** Reads an answer and keeps it under a key. `every` (ms, also as a function of what is held)
 * reads again while the page is shown; each reading is an act in the audit, so seldom. */
export function useAnswer<T>(
  key: QueryKey,
  call: Call<T>,
  options: { every?: number | ((held: T | undefined) => number | false); when?: boolean } = {},
): UseQueryResult<T, Problem> {
  const { every = false } = options;
  return useQuery<T, Problem>({
    queryKey: key,
    queryFn: () => ask<T>(call()),
    refetchInterval: typeof every === "function" ? ({ state }) => every(state.data) : every,
    enabled: options.when ?? true,
  });
}

/** An act; afterwards the answers under the named keys are read again. */
export function useAct<T, V = void>(
  call: (given: V) => Promise<{ data?: T; error?: unknown }>,
  changes: QueryKey[] = [],
): UseMutationResult<T, Problem, V> {
  const held = useQueryClient();
  return useMutation<T, Problem, V>({
    mutationFn: (given) => ask<T>(call(given)),
    onSuccess: async () => {
      await Promise.all(changes.map((queryKey) => held.invalidateQueries({ queryKey })));
    },
  });
}
