import { describe, expect, it } from "vitest";
import type { TalkRow } from "../../client/shapes";
import { ownTalk, talkKey, talkState, whoIsThere } from "./stands";

const TALK: TalkRow = {
  id: 1,
  officer: "G. Okafor",
  asked_us: 1,
  offered_to: "R. Adeyemi",
  answered_by: null,
  answered_us: null,
  fell_back_us: null,
  closed_us: null,
  fallback: null,
  mine: true,
};
const CONTACT = "the help line, 4000";

describe("a talk in words", () => {
  it("says who is waited for, and why somebody else is to be reached", () => {
    expect(talkState(TALK)).toBe("waiting for R. Adeyemi");
    const late = { ...TALK, fell_back_us: 9, fallback: CONTACT };
    expect(talkState(late)).toBe("nobody answered in time; reach the help line, 4000");
    expect(talkState({ ...late, offered_to: null })).toBe(
      "nobody was on duty; reach the help line, 4000",
    );
    expect(talkState({ ...late, fallback: null })).toBe("nobody answered in time");
    expect(talkState({ ...TALK, answered_us: 5, answered_by: "R. Adeyemi" })).toBe(
      "answered by R. Adeyemi",
    );
    expect(talkState({ ...late, closed_us: 10 })).toBe("ended");
  });

  it("tells news on the key itself", () => {
    const own = (stands: "waiting" | "answered" | "fell-back") =>
      talkKey({ id: 1, stands, contact: null });
    expect([talkKey(null), own("waiting"), own("answered"), own("fell-back")]).toEqual([
      "talk",
      "talk waits",
      "talk answered",
      "talk not answered",
    ]);
  });

  it("names whom to reach when nobody has answered", () => {
    expect(ownTalk(null)).toBeUndefined();
    expect(ownTalk({ id: 1, stands: "fell-back", contact: CONTACT })).toMatch(/Reach the help line/);
    expect(ownTalk({ id: 1, stands: "fell-back", contact: null })).not.toMatch(/Reach/);
  });

  it("promises no counsellor where there is none", () => {
    const on_duty = { id: 4, name: "R. Adeyemi", how: "" };
    expect(whoIsThere({ on_duty, reachable: true })).toBe("R. Adeyemi is on duty.");
    expect(whoIsThere({ on_duty: { ...on_duty, how: "room 4" }, reachable: true })).toBe(
      "R. Adeyemi is on duty: room 4.",
    );
    expect(whoIsThere({ on_duty: null, reachable: true })).toMatch(/still reaches/);
    expect(whoIsThere({ on_duty: null, reachable: false })).toMatch(/no counsellor for you yet/);
  });
});
