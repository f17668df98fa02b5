import { caseFileOf } from "./client/caseFile";
import { queries } from "./client/queries";
import { sessionAsked } from "./shell/session";

/**
 * Asks for what the first page will want while its code is still on the way: who is signed in
 * and, where the address is that of a review, its case. Each is asked for once: the page finds
 * the answers held.
 */
export async function askAhead(path: string): Promise<void> {
  const session = await queries.fetchQuery(sessionAsked).catch(() => null);
  const [, id] = /^\/cases\/(\d+)\/review$/.exec(path) ?? [];
  if (session?.must === null && id !== undefined) {
    await queries.prefetchQuery(caseFileOf(Number(id)));
  }
}
