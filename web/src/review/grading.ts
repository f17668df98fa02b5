import type { Key, KeyMap } from "../shell/keys";
import type { Extent } from "./acting";
import type { Page } from "./review";
import type { Row } from "./rowCache";
import type { Category } from "./shapes";

/** The digit keys of the case's scheme. */
export function gradeKeys(
  categories: readonly Category[],
  press: (category: Category) => void,
): KeyMap {
  const keys: Record<string, Key> = {};
  for (const category of categories) {
    if (category.key === null) continue;
    keys[category.key] = { says: `grade ${category.label}`, press: () => press(category) };
  }
  return keys;
}

/** Grades these rows and goes on to the next tile that waits. */
export function gradeAndGoOn(
  page: Page,
  rows: readonly Row[],
  category: string | null,
  asked: Extent = {},
): void {
  if (rows.length === 0) return;
  page.closer.end();
  page.acting.grade(rows, category, asked);
  page.room.clearSelected();
  if (category !== null) page.room.moveTo(page.room.nextWaiting(rows.at(-1)!.position));
}

/** Rows whose grade wants the confirming key: stacks of more than one media. */
export function wantsConfirming(rows: readonly Row[]): boolean {
  return rows.some((row) => row.stack > 1);
}
