import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Problem } from "../client/problem";
import { Acting } from "./acting";
import type { Calls } from "./calls";
import { MOST_SELECTED, Room } from "./room";
import { isDone } from "./tileWords";

const COUNT = 2_500;
let opened: unknown[];
let posts: unknown[];
let broken: boolean;
let prepared: boolean;
let size: number;

function calls(): Calls {
  const made = {
    caseId: 1,
    openView: async (asked: unknown) => {
      opened.push(asked);
      if (!prepared) {
        const how = { done: 300, total: 1_000, left_s: 7 };
        throw new Problem(503, "preparing", "The case is being prepared.", null, how);
      }
      return { view: `v${opened.length}`, count: COUNT, media: COUNT, bucket: 1000 };
    },
    groups: async () => [{ label: "2020-01", first: 100, count: 50 }],
    find: async (_: string, id: number) => ({ position: id - 1 }),
    bucket: async (_: string, n: number) => {
      const ids = Array.from(
        { length: Math.min(1000, COUNT - n * 1000) },
        (_, i) => n * 1000 + i + 1,
      );
      const of = <T>(value: T) => ids.map(() => value);
      return {
        first: n * 1000,
        ids,
        stack: of(size),
        files: of(1),
        kind: of("image"),
        state: ids.map((id) => (id % 3 === 0 ? 3 : 0)),
        category: of(null),
        mine: of(false),
        proposed: of(null),
        by: of(null),
        taken_us: of(null),
        leased: of(null),
        duration_ms: of(null),
        exhibit: of(0),
        path: of("a"),
        exhibits: ["JB/1"],
      };
    },
    grade: async (body: { media: number[]; category: string | null }) => {
      posts.push(body);
      if (broken) throw new Problem(404, "not-found", "There is no such media.", null);
      const { media, category } = body;
      const states = media.map((id) => ({ id, state: "voted", category, mine: category !== null }));
      return { act: 1, votes: 1, media, states, left: 7 };
    },
    undo: async (body: unknown) => {
      posts.push(body);
      const states = [{ id: 1, state: "open", category: null, mine: false }];
      return { undone: [{ act: 1, category: "A", media: [2001] }], states, left: 8 };
    },
  };
  return made as unknown as Calls;
}

let room: Room;
let acting: Acting;
beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  [opened, posts, broken, prepared, size] = [[], [], false, true, 1];
  const asked = { source: "queue", unit: "stack", filter: {}, order: "place" } as const;
  const made = calls();
  room = new Room(made, asked, "grid", (row) => isDone(row, acting.unsavedOf(row.id)));
  acting = new Acting(() => room, made, 7, "uk");
  await room.open();
  await settle();
});
afterEach(() => {
  acting.close();
  room.close();
  vi.useRealTimers();
});
const settle = () => vi.advanceTimersByTimeAsync(100);

describe("the room", () => {
  it("opens at the first tile and says how many are left", () => {
    expect(room.state.now).toMatchObject({ phase: "open", cursor: 0, left: COUNT });
    expect(room.current?.id).toBe(1);
  });

  it("waits for a case that is being prepared, and opens it by itself", async () => {
    prepared = false;
    void room.open();
    await settle();
    expect(room.state.now.preparing).toEqual({ done: 300, total: 1_000, leftS: 7 });
    expect(room.state.now.phase).toBe("opening");
    prepared = true;
    await vi.advanceTimersByTimeAsync(1_100);
    expect(room.state.now).toMatchObject({ phase: "open", preparing: null });
  });

  it("asks no more for a case that is left while it is being prepared", async () => {
    prepared = false;
    void room.open();
    await settle();
    room.close();
    const asked = opened.length;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(opened.length).toBe(asked);
  });

  it("keeps the tile under the cursor over another view, and gives groups their sections", async () => {
    room.moveTo(41);
    await room.open({}, "timeline");
    expect(room.state.now.cursor).toBe(41);
    expect(room.state.now.sections.map((s) => s.count)).toEqual([100, 50, COUNT - 150]);
    expect(opened[1]).toMatchObject({ order: "taken" });
    await room.open({ source: "disputes" }, "grid");
    expect(opened[2]).toMatchObject({ order: "place", unit: "media" });
  });

  it("selects ranges from where they began, no more than can be graded at once", () => {
    room.moveTo(5);
    room.moveTo(8, true);
    expect([...room.state.now.selected]).toEqual([5, 6, 7, 8]);
    room.moveTo(4, true);
    expect([...room.state.now.selected]).toEqual([4, 5]);
    room.moveTo(COUNT - 1, true);
    expect(room.state.now.selected.size).toBe(MOST_SELECTED);
  });

  it("acts on all that is meant or on nothing, and says so, while a row is still being read", async () => {
    const acted: number[] = [];
    const act = () => room.withMeant((rows) => acted.push(...rows.map((row) => row.id)));
    act();
    room.toggleSelected(0);
    room.toggleSelected(COUNT - 1); // of a bucket that nobody has asked for
    act();
    expect(acted).toEqual([1]);
    expect(room.state.now.said).toContain("nothing was done");
    await settle();
    expect(room.state.now.said).toBeNull();
    act();
    expect(acted).toEqual([1, 1, COUNT]);
  });

  it("goes on to the next tile that waits", () => {
    expect(room.nextWaiting(0)).toBe(1);
    expect(room.nextWaiting(1)).toBe(3); // the third is trusted
    expect(room.nextWaiting(COUNT - 1)).toBe(COUNT - 1);
  });
});

describe("grading", () => {
  it("says by which scheme, and of a whole stack how many media it was told to hold", async () => {
    acting.grade([room.current!], "A", { wholeStack: true, told: 37 });
    await settle();
    expect(posts).toMatchObject([{ scheme: "uk", whole_stack: true, told: 37 }]);
  });

  it("shows a grade as unsaved at once and as the officer's own when it is taken", async () => {
    acting.grade([room.current!], "A");
    expect(acting.unsavedOf(1)).toEqual({ category: "A" });
    await settle();
    expect(acting.unsavedOf(1)).toBeUndefined();
    expect(room.current).toMatchObject({ mine: true, category: "A" });
    expect([room.state.now.left, posts.length]).toEqual([7, 1]);
  });

  it("undoes level by level, back where each was done", async () => {
    acting.grade([room.row(0)!], "A");
    acting.grade([room.row(3)!], "B");
    room.moveTo(9);
    await settle();
    acting.undo();
    expect(room.state.now.cursor).toBe(3);
    acting.undo();
    expect(room.state.now.cursor).toBe(0);
    await settle();
    expect(posts.slice(2)).toMatchObject([{ levels: 1 }, { levels: 1 }]);
    acting.undo(); // of an earlier visit: its tile is looked for
    await settle();
    expect(room.state.now.cursor).toBe(2000);
  });

  it("gives a tile back whose grade is refused, and says why", async () => {
    broken = true;
    acting.grade([room.current!], "A");
    await settle();
    expect(acting.unsavedOf(1)).toBeUndefined();
    expect(room.current?.mine).toBe(false);
    expect(room.state.now.said).toContain("There is no such media.");
  });

  it("reads a tile again whose grade is refused", async () => {
    [broken, size] = [true, 3];
    acting.grade([room.current!], "A", { wholeStack: true, told: 1 });
    await settle();
    expect(room.current?.stack).toBe(3);
    expect(room.state.now.said).toContain("The grade was not taken");
  });
});
