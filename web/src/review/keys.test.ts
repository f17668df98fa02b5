import { beforeEach, describe, expect, it } from "vitest";
import { ACTIONS, type Action, keepRemapped, keyMap, keyOf, readRemapped, refusalOf } from "./keys";

beforeEach(() => localStorage.clear());

describe("keys of the review room", () => {
  it("gives every action a key of its own and none the shell or grading holds", () => {
    for (const action of Object.keys(ACTIONS) as Action[]) {
      expect(refusalOf(action, ACTIONS[action].key, {})).toBeNull();
    }
  });

  it("remaps an action, remembers it, and frees the old key", () => {
    keepRemapped({ undo: "z" });
    const remapped = readRemapped();
    expect(keyOf("undo", remapped)).toBe("z");
    expect(refusalOf("stack", "u", remapped)).toBeNull();
    expect(refusalOf("stack", "z", remapped)).toContain("already does");
    expect(refusalOf("stack", "5", remapped)).toContain("held");
    const pressed: string[] = [];
    const map = keyMap({ undo: { press: () => pressed.push("undo") } }, remapped);
    map["z"]!.press(new KeyboardEvent("keydown"));
    expect([pressed, map["u"], map["z"]!.repeats]).toEqual([["undo"], undefined, true]);
  });

  it("answers a letter also with the capitals lock", () => {
    const map = keyMap({ stack: { press: () => {} }, closer: { press: () => {} } }, {});
    expect(Object.keys(map).sort()).toEqual([" ", "S", "s"]);
  });

  it("ignores what it does not know in the storage", () => {
    localStorage.setItem("trawl-review-keys", '{"undo": 3, "fly": "y", "note": "k"}');
    expect(readRemapped()).toEqual({ note: "k" });
    localStorage.setItem("trawl-review-keys", "nonsense");
    expect(readRemapped()).toEqual({});
  });
});
