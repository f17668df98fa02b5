import { useEffect, useRef, useSyncExternalStore } from "react";

/** One key of a page: what the sheet says of it, what it does when pressed and when let go. */
export interface Key {
  says: string;
  press: (event: KeyboardEvent) => void;
  release?: (event: KeyboardEvent) => void;
  /** Also while a field has the focus (function keys, Escape). */
  whileTyping?: boolean;
  /** Also under a scope that stands alone: help is one key away, whatever is open. */
  always?: boolean;
  /** Held keys repeat only where that is wanted, as with arrows. */
  repeats?: boolean;
  /** Shown in the sheet instead of the key's own name. */
  shown?: string;
}

export type KeyMap = Readonly<Record<string, Key>>;

interface Scope {
  name: string;
  map: () => KeyMap;
  alone: boolean;
  level: number;
}

let scopes: readonly Scope[] = [];
const watchers = new Set<() => void>();

function tell(next: readonly Scope[]): void {
  scopes = next;
  for (const watcher of watchers) watcher();
}

function typing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  const tag = target.tagName;
  return tag === "INPUT" || tag === "TEXTAREA" || tag === "SELECT" || target.isContentEditable;
}

/** The innermost scope that knows the key answers it; a scope that stands alone hides the rest,
 * but for keys that always work. */
export function keyFor(name: string, held: readonly Scope[] = scopes): Key | undefined {
  let hidden = false;
  for (const scope of [...held].reverse()) {
    const key = scope.map()[name];
    if (key !== undefined && (!hidden || key.always)) return key;
    hidden ||= scope.alone;
  }
  return undefined;
}

function handle(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const key = keyFor(event.key);
  if (key === undefined) return;
  if (typing(event.target) && !key.whileTyping) return;
  const act = event.type === "keydown" ? key.press : key.release;
  if (act === undefined) return;
  event.preventDefault();
  if (event.type === "keydown" && event.repeat && !key.repeats) return;
  act(event);
}

/** Puts the one listener on the window; returns what takes it off again. */
export function listen(target: Window = window): () => void {
  target.addEventListener("keydown", handle);
  target.addEventListener("keyup", handle);
  return () => {
    target.removeEventListener("keydown", handle);
    target.removeEventListener("keyup", handle);
  };
}

/**
 * Gives a page its keys while it is shown. The higher level wins, and of one level what was
 * mounted last: a child mounts before its parent, so a child that must win says `level: 1`.
 *
 * @param scope - Heading of these keys in the `?` sheet.
 * @param map - From the key's name (`KeyboardEvent.key`) to what it does; may change freely.
 * @param options - `alone` hides the keys of everything underneath (dialogs, the viewer, covers)
 *   and is of level 2 unless told otherwise; `active` false takes the scope away; the frame's own
 *   keys are of level -1, a page's of level 0.
 */
export function useKeys(
  scope: string,
  map: KeyMap,
  options: { alone?: boolean; active?: boolean; level?: number } = {},
): void {
  const latest = useRef(map);
  latest.current = map;
  const { alone = false, active = true, level = alone ? 2 : 0 } = options;
  useEffect(() => {
    if (!active) return;
    const held: Scope = { name: scope, map: () => latest.current, alone, level };
    tell([...scopes, held].sort((one, other) => one.level - other.level));
    return () => tell(scopes.filter((other) => other !== held));
  }, [scope, alone, active, level]);
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** The scopes now in force, innermost last: what the `?` sheet prints. */
export function useScopes(): readonly { name: string; map: () => KeyMap }[] {
  return useSyncExternalStore(watch, () => scopes);
}
