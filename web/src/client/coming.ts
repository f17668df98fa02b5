import { api } from "./api";
import type { components } from "./schema";

type Named = components["schemas"];

/** Routes that the server's document does not have yet; this file goes when it does. */
export const coming = api as unknown as {
  GET<T>(path: string, given?: unknown): Promise<{ data?: T; error?: unknown }>;
};

export interface Avoided {
  files: number;
  stacks: number;
  by_case?: { id: number; name: string; files: number; stacks: number }[];
}

export interface Ledger {
  days: Named["LedgerDayShape"][];
  avoided: Avoided;
}

export interface Reception {
  officer: { id: number; name: string };
  welfare: Named["LineShape"];
  cases: { id: number; name: string; left: number; disputes: number; samples: number }[];
  avoided: Avoided;
  talk: Named["TalkEntryShape"][];
}
