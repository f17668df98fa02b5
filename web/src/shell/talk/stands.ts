import type { OnDuty, TalkRow, WelfareLine } from "../../client/shapes";

/** Where a talk stands, in words. */
export function talkState(talk: TalkRow): string {
  if (talk.closed_us !== null) return "ended";
  if (talk.answered_us !== null) return `answered by ${talk.answered_by ?? "a counsellor"}`;
  if (talk.fell_back_us === null) {
    return talk.offered_to === null ? "waiting" : `waiting for ${talk.offered_to}`;
  }
  const why = talk.offered_to === null ? "nobody was on duty" : "nobody answered in time";
  return talk.fallback === null ? why : `${why}; reach ${talk.fallback}`;
}

/** The key on the welfare line: it says when there is news of the officer's own talk. */
export function talkKey(own: WelfareLine["own_talk"]): string {
  if (own === null) return "talk";
  if (own.stands === "answered") return "talk answered";
  return own.stands === "waiting" ? "talk waits" : "talk not answered";
}

/** The same in a sentence, with whom to reach instead; none where there is no talk. */
export function ownTalk(own: WelfareLine["own_talk"]): string | undefined {
  if (own === null) return undefined;
  if (own.stands === "answered") return "A counsellor has answered your talk.";
  if (own.stands === "waiting") return "Your talk is asked for; nobody has answered yet.";
  return own.contact === null
    ? "Nobody has answered your talk in time."
    : `Nobody has answered your talk in time. Reach ${own.contact}`;
}

/** The end of a sentence about somebody: how to reach them, where the roster says it. */
export function reached(there: OnDuty): string {
  return there.how === "" ? "." : `: ${there.how}.`;
}

/** Who can be talked to now, in a sentence. */
export function whoIsThere(line: Pick<WelfareLine, "on_duty" | "reachable">): string {
  if (line.on_duty !== null) return `${line.on_duty.name} is on duty${reached(line.on_duty)}`;
  return line.reachable
    ? "Nobody is on duty at this moment; a message still reaches the counsellors."
    : "The unit has no counsellor for you yet: nobody would read a message.";
}
