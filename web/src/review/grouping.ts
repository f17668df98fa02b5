import type { Section } from "./layout";
import type { Group } from "./shapes";

/**
 * The sections of a view: its groups in their order, and what lies between or after them under a
 * heading of its own, so that every position has its place.
 */
export function sectionsOf(groups: readonly Group[], count: number): Section[] {
  const placed = groups.filter((group) => group.first !== null && group.count > 0);
  if (placed.length === 0) return count === 0 ? [] : [{ label: "", count }];
  const sections: Section[] = [];
  let at = 0;
  for (const group of [...placed].sort((one, other) => one.first! - other.first!)) {
    if (group.first! > at) sections.push({ label: UNGROUPED, count: group.first! - at });
    const upTo = Math.min(count, group.first! + group.count);
    const from = Math.max(at, group.first!);
    if (upTo <= from) continue;
    sections.push({ label: group.label, count: upTo - from });
    at = upTo;
  }
  if (at < count) sections.push({ label: UNGROUPED, count: count - at });
  return sections;
}

const UNGROUPED = "Not known";
