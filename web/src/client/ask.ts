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

/** Reads an answer and keeps it under a key; `every` (ms) reads again while the page is shown. */
export function useAnswer<T>(
  key: QueryKey,
  call: Call<T>,
  options: { every?: number; when?: boolean } = {},
): UseQueryResult<T, Problem> {
  return useQuery<T, Problem>({
    queryKey: key,
    queryFn: () => ask<T>(call()),
    refetchInterval: options.every ?? false,
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
