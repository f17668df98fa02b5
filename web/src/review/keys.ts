import type { Key, KeyMap } from "../shell/keys";

/** Everything a key may do in the review room, with what the sheet says of it. */
export const ACTIONS = {
  left: { key: "ArrowLeft", says: "previous tile", repeats: true },
  right: { key: "ArrowRight", says: "next tile", repeats: true },
  up: { key: "ArrowUp", says: "tile above", repeats: true },
  down: { key: "ArrowDown", says: "tile below", repeats: true },
  pageUp: { key: "PageUp", says: "a screen up", repeats: true },
  pageDown: { key: "PageDown", says: "a screen down", repeats: true },
  first: { key: "Home", says: "first tile" },
  last: { key: "End", says: "last tile" },
  next: { key: ".", says: "next tile that waits for you", repeats: true },
  goTo: { key: "g", says: "go to a position" },
  closer: { key: " ", says: "look closer while held: small and grey" },
  clear: { key: "c", says: "clear and in colour, while looking closer" },
  select: { key: "x", says: "select; with arrows and Shift a range" },
  stack: { key: "s", says: "open the stack, most distant members first" },
  exact: { key: "e", says: "grade the exact copies only, not the stack" },
  undo: { key: "u", says: "undo the last grade, as often as you like", repeats: true },
  withdraw: { key: "Backspace", says: "take your own grade back" },
  open: { key: "Enter", says: "open the viewer; confirm a stack" },
  details: { key: "i", says: "details" },
  clue: { key: "m", says: "mark a region or a frame as a clue" },
  note: { key: "n", says: "write a note" },
  tag: { key: "t", says: "tag" },
  filters: { key: "f", says: "filters" },
  view: { key: "v", says: "next kind of view" },
  reload: { key: "r", says: "read the queue again" },
  resolve: { key: "d", says: "resolve the dispute" },
  zoomIn: { key: "+", says: "larger", repeats: true },
  zoomOut: { key: "-", says: "smaller", repeats: true },
  rotate: { key: "o", says: "turn by a quarter" },
  levels: { key: "l", says: "brightness, contrast, gamma" },
  play: { key: "p", says: "play from this scene, stop" },
  slower: { key: ",", says: "slower" },
  faster: { key: ";", says: "faster" },
  sound: { key: "a", says: "sound for this segment" },
  from: { key: "[", says: "segment begins here" },
  to: { key: "]", says: "segment ends here" },
  close: { key: "Escape", says: "close; clear the selection" },
} as const satisfies Record<string, { key: string; says: string; repeats?: boolean }>;

export type Action = keyof typeof ACTIONS;
export type Remapped = Partial<Record<Action, string>>;

const STORED = "trawl-review-keys";
/** Keys the shell holds on every page, and those that grade. */
const RESERVED = new Set(["?", "/", "b", "F8", "Tab", ..."0123456789"]);

export function keyOf(action: Action, remapped: Remapped): string {
  return remapped[action] ?? ACTIONS[action].key;
}

/** How a key is written for people. */
export function keyWords(key: string): string {
  const words: Record<string, string> = {
    " ": "space",
    ArrowLeft: "←",
    ArrowRight: "→",
    ArrowUp: "↑",
    ArrowDown: "↓",
    PageUp: "PgUp",
    PageDown: "PgDn",
    Escape: "Esc",
  };
  return words[key] ?? key;
}

/** Why a key cannot be given to an action, or null where it can. */
export function refusalOf(action: Action, key: string, remapped: Remapped): string | null {
  if (RESERVED.has(key)) return `${keyWords(key)} is held for every page or for grading.`;
  const names = Object.keys(ACTIONS) as Action[];
  const other = names.find((name) => name !== action && keyOf(name, remapped) === key);
  return other === undefined ? null : `${keyWords(key)} already does: ${ACTIONS[other].says}.`;
}

export function readRemapped(storage: Pick<Storage, "getItem"> = localStorage): Remapped {
  try {
    const held: unknown = JSON.parse(storage.getItem(STORED) ?? "{}");
    if (typeof held !== "object" || held === null) return {};
    const known = Object.entries(held).filter(
      ([name, key]) => name in ACTIONS && typeof key === "string" && key.length > 0,
    );
    return Object.fromEntries(known) as Remapped;
  } catch {
    return {};
  }
}

export function keepRemapped(
  remapped: Remapped,
  storage: Pick<Storage, "setItem"> = localStorage,
): void {
  storage.setItem(STORED, JSON.stringify(remapped));
}

export interface Doing {
  press: (event: KeyboardEvent) => void;
  release?: (event: KeyboardEvent) => void;
  says?: string;
  whileTyping?: boolean;
}

/** The page's key map for what can be done now, under the officer's own keys. */
export function keyMap(doing: Partial<Record<Action, Doing>>, remapped: Remapped): KeyMap {
  const map: Record<string, Key> = {};
  for (const [name, what] of Object.entries(doing) as [Action, Doing][]) {
    const action: { says: string; repeats?: boolean } = ACTIONS[name];
    const key = keyOf(name, remapped);
    const says = what.says ?? action.says;
    map[key] = { ...what, says, repeats: action.repeats ?? false, shown: keyWords(key) };
    if (key.length === 1 && key.toLowerCase() !== key.toUpperCase()) {
      map[key.toUpperCase()] ??= { ...map[key], says: "" }; // the sheet shows a letter once
    }
  }
  return map;
}
