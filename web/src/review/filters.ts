/** What a view is narrowed to. All given parts must hold; absent parts do not narrow. */
export interface Filter {
  exhibits?: string[];
  path?: string;
  kinds?: string[];
  taken?: { from_us?: number; to_us?: number };
  cameras?: string[];
  serials?: string[];
  place?: { south: number; west: number; north: number; east: number };
  states?: string[];
  categories?: string[];
  sets?: string[];
  stack?: { least?: number; most?: number };
  tags?: string[];
  failed?: boolean;
  text?: string;
  noted?: boolean;
  clues?: boolean;
}

export type FilterKey = keyof Filter;

/** How each part is called on the page, in the order of the panel. */
export const PART_LABELS: Readonly<Record<FilterKey, string>> = {
  exhibits: "Exhibit",
  kinds: "Kind",
  states: "State",
  categories: "Category",
  taken: "Taken",
  cameras: "Camera",
  serials: "Serial",
  place: "Place",
  sets: "Set",
  stack: "Stack size",
  tags: "Tag",
  path: "Path",
  text: "Text",
  failed: "Failed",
  noted: "With notes",
  clues: "With clues",
};

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "" || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === "object") return Object.values(value).every((v) => v === undefined);
  return false;
}

/** The filter with one part set, or without it where the value says nothing. */
export function withPart<K extends FilterKey>(filter: Filter, key: K, value: Filter[K]): Filter {
  const next = { ...filter };
  if (isEmpty(value)) delete next[key];
  else next[key] = value;
  return next;
}

/** One label more or less in a part that is a list. */
export function toggled<
  K extends "exhibits" | "kinds" | "cameras" | "states" | "categories" | "sets" | "tags",
>(filter: Filter, key: K, label: string): Filter {
  const held: string[] = filter[key] ?? [];
  const next = held.includes(label) ? held.filter((one) => one !== label) : [...held, label];
  return withPart(filter, key, next);
}

/** What one part says, in words for its chip. */
export function partWords(filter: Filter, key: FilterKey): string {
  const value = filter[key];
  if (value === true) return PART_LABELS[key];
  if (Array.isArray(value)) return `${PART_LABELS[key]}: ${value.join(", ")}`;
  if (typeof value === "string") return `${PART_LABELS[key]}: “${value}”`;
  if (key === "taken") return `Taken: ${takenWords(filter.taken!)}`;
  if (key === "stack") return `Stack size: ${rangeWords(filter.stack!.least, filter.stack!.most)}`;
  if (key === "place") return `Place: ${placeWords(filter.place!)}`;
  return PART_LABELS[key];
}

export function partsOf(filter: Filter): FilterKey[] {
  return (Object.keys(PART_LABELS) as FilterKey[]).filter((key) => !isEmpty(filter[key]));
}

function rangeWords(least?: number, most?: number): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most}`;
  return least !== undefined ? `${least} or more` : `at most ${most}`;
}

/** `2019-05-01`, of a clock time without a zone in µs. */
export function dayOf(us: number): string {
  return new Date(us / 1000).toISOString().slice(0, 10);
}

/** The start of a day in µs, or undefined where it is no day. */
export function usOf(day: string): number | undefined {
  const ms = Date.parse(`${day}T00:00:00Z`);
  return Number.isNaN(ms) ? undefined : ms * 1000;
}

function takenWords(taken: { from_us?: number; to_us?: number }): string {
  const from = taken.from_us === undefined ? null : dayOf(taken.from_us);
  const to = taken.to_us === undefined ? null : dayOf(taken.to_us - 1);
  if (from !== null && to !== null) return `${from} to ${to}`;
  return from !== null ? `from ${from}` : `until ${to}`;
}

function placeWords(place: NonNullable<Filter["place"]>): string {
  const degrees = (value: number) => value.toFixed(1);
  return `${degrees(place.south)}…${degrees(place.north)} N, ${degrees(place.west)}…${degrees(place.east)} E`;
}
