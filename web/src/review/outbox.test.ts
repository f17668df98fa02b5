import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem, unreached } from "../client/problem";
import { type Act, type Grade, newKey, Outbox } from "./outbox";

const grade = (media: number, category = "A"): Grade => ({
  kind: "grade",
  key: newKey(),
  media: [media],
  wholeStack: false,
  category,
  position: media,
});

let sent: Act[];
let fate: (act: Act) => Problem | null;
let refused: [Act, Problem][];
let acknowledged: Act[];
const box = () =>
  new Outbox(
    "trawl-unsaved-1-1",
    {
      grade: async (act) => {
        sent.push(act);
        const problem = fate(act);
        if (problem) throw problem;
        return { act: 1, votes: 1, media: [...act.media], states: [], left: 1, again: false };
      },
      undo: async (act) => {
        sent.push(act);
        const problem = fate(act);
        if (problem) throw problem;
        return { undone: [], states: [], left: 1, again: false };
      },
    },
    {
      graded: (act) => acknowledged.push(act),
      undone: () => {},
      refused: (act, problem) => refused.push([act, problem]),
      changed: () => {},
    },
  );

beforeEach(() => {
  vi.useFakeTimers();
  sessionStorage.clear();
  [sent, refused, acknowledged, fate] = [[], [], [], () => null];
});
afterEach(() => vi.useRealTimers());
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("outbox", () => {
  it("sends in the order done, one after another", async () => {
    const out = box();
    const acts = [grade(1), grade(2), grade(3)];
    for (const act of acts) out.put(act);
    expect(out.state).toMatchObject({ sending: "sending", unsaved: 3 });
    await pass(0);
    expect(acknowledged).toEqual(acts);
    expect(out.state).toMatchObject({ sending: "idle", unsaved: 0 });
    expect(sessionStorage.length).toBe(0);
  });

  it("sends the same key again until the server is reached", async () => {
    let down = 3;
    fate = () => (down-- > 0 ? unreached() : null);
    const out = box();
    out.put(grade(1));
    await pass(100);
    expect(out.state.sending).toBe("retrying");
    await pass(10_000);
    expect(new Set(sent.map((act) => act.key)).size).toBe(1);
    expect([sent.length, acknowledged.length]).toEqual([4, 1]);
  });

  it("holds grades over a break and sends them after it", async () => {
    fate = () => new Problem(403, "break-due", "A break is due.", null);
    const out = box();
    out.put(grade(1));
    out.put(grade(2));
    await pass(60_000);
    expect(sent.length).toBe(1);
    expect(out.state).toMatchObject({ sending: "held", unsaved: 2 });
    fate = () => null;
    out.resume();
    await pass(0);
    expect(acknowledged.length).toBe(2);
  });

  it("keeps what is unsaved over a reload, with the same keys", async () => {
    fate = () => new Problem(403, "break-due", "A break is due.", null);
    const out = box();
    const acts = [grade(1), grade(2)];
    for (const act of acts) out.put(act);
    await pass(0);
    out.close();
    fate = () => null;
    const next = box();
    expect(next.state.unsaved).toBe(2);
    next.resume();
    await pass(0);
    expect(acknowledged.map((act) => act.key)).toEqual(acts.map((act) => act.key));
  });

  it("gives back what the server will never take, and goes on", async () => {
    fate = (act) =>
      "media" in act && act.media[0] === 1 ? new Problem(404, "not-found", "None.", null) : null;
    const out = box();
    out.put(grade(1));
    out.put(grade(2));
    await pass(0);
    expect(refused.map(([act]) => (act as Grade).media)).toEqual([[1]]);
    expect(acknowledged.length).toBe(1);
  });

  it("takes back unsent grades by itself, never one that may have arrived", async () => {
    fate = () => unreached();
    const out = box();
    out.put(grade(1));
    out.put(grade(2));
    await pass(10);
    expect(out.takeBack()?.media).toEqual([2]);
    expect(out.takeBack()).toBeNull();
    expect(out.state.unsaved).toBe(1);
  });

  it("starts empty where the storage holds nonsense", () => {
    sessionStorage.setItem("trawl-unsaved-1-1", "{");
    expect(box().state.unsaved).toBe(0);
  });
});
