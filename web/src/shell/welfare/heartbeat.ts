import { api, ask } from "../../client/api";
import type { WelfareLine } from "../../client/shapes";
import { problemOf } from "../../client/problem";
import { Screen } from "./screen";

/** What this page has on screen; the review grid and the viewer put their media here. */
export const screen = new Screen();

const EVERY_MS = 5_000;

function pageName(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** Names this page to the server, so that two pages at once count once. */
export const PAGE = pageName();

/** Tells the server what was on screen; what could not be told is told the next time. */
export async function beat(visible: boolean, leaving = false): Promise<WelfareLine> {
  const shown = screen.drain();
  const caseId = screen.caseId;
  const body = { page: PAGE, visible, showing: visible && screen.showing, case_id: caseId, shown };
  try {
    return await ask<WelfareLine>(api.POST("/api/welfare/heartbeat", { body, keepalive: leaving }));
  } catch (problem) {
    if (problemOf(problem).status === 0) screen.restore(shown);
    throw problem;
  }
}

/** Beats every five seconds while the page is visible and at once when that changes; `sent` is
 * told of each, whatever comes of it. */
export function keepBeating(
  told: (line: WelfareLine) => void,
  missed: (problem: unknown) => void,
  sent: () => void,
): () => void {
  const send = (leaving = false) => {
    const visible = document.visibilityState === "visible";
    sent();
    void beat(visible, leaving).then(told, missed);
  };
  const turned = () => {
    const visible = document.visibilityState === "visible";
    screen.hold("hidden", !visible);
    send(!visible);
  };
  const timer = window.setInterval(() => {
    if (document.visibilityState === "visible") send();
  }, EVERY_MS);
  document.addEventListener("visibilitychange", turned);
  window.addEventListener("pagehide", turned);
  send();
  return () => {
    window.clearInterval(timer);
    document.removeEventListener("visibilitychange", turned);
    window.removeEventListener("pagehide", turned);
  };
}
