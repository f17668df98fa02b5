// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { idleHeader } from "./idle";

test("a page that is left alone says so, one that is touched does not", () => {
  const now = performance.now();
  expect(idleHeader(now)).toEqual({});
  expect(idleHeader(now + 61_000)).toEqual({ "X-Idle": "1" });
  window.dispatchEvent(new KeyboardEvent("keydown", { key: "x" }));
  expect(idleHeader(performance.now() + 1_000)).toEqual({});
});
