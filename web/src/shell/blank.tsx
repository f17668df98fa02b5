import { useSyncExternalStore } from "react";
import { Cover } from "./Cover";
import { useKeys } from "./keys";

let blank = false;
const watchers = new Set<() => void>();

/** Blanks the screen at once, or shows it again; callable from anywhere. */
export function setBlank(next: boolean): void {
  blank = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Whether the screen is blank now; media must not be asked for while it is. */
export function useBlank(): { blank: boolean; setBlank: (next: boolean) => void } {
  return { blank: useSyncExternalStore(watch, () => blank), setBlank };
}

/** What is shown instead of the page while it is blank: nothing to look at. */
export function BlankCover() {
  const back = { says: "show the screen again", press: () => setBlank(false), whileTyping: true };
  useKeys("Blank screen", { b: back, Escape: back }, { alone: true });
  return (
    <Cover name="Blank screen" blank>
      <p className="quiet">
        The screen is blank and your time has stopped. <kbd>b</kbd> shows it again, <kbd>F8</kbd>{" "}
        reaches somebody to talk to.
      </p>
    </Cover>
  );
}
