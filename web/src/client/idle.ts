/** How long nothing was touched before a page counts as left alone, ms. */
const QUIET_MS = 60_000;
const TOUCHES = ["keydown", "pointerdown", "pointermove", "wheel"];

let touched = performance.now();
for (const kind of TOUCHES) {
  window.addEventListener(kind, () => (touched = performance.now()), {
    capture: true,
    passive: true,
  });
}

/** Says that nobody sits here: what a page asks by itself keeps no session alive. */
export function idleHeader(now = performance.now()): Record<string, string> {
  return now - touched > QUIET_MS ? { "X-Idle": "1" } : {};
}
