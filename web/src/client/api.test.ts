import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { api, ask, holdCsrf, onProblem } from "./api";
import { Problem, problemOf } from "./problem";

let asked: Request[];

function answers(status: number, body: unknown): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    asked.push(request);
    return new Response(JSON.stringify(body), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  });
}

beforeEach(() => {
  asked = [];
  holdCsrf("first");
});

afterEach(() => vi.unstubAllGlobals());

async function caught(call: Promise<unknown>): Promise<Problem> {
  return call.then(
    () => expect.fail("it should have failed"),
    (thrown: unknown) => problemOf(thrown),
  );
}

it("throws the server's own words, and tells whoever listens", async () => {
  const told: Problem[] = [];
  const stop = onProblem((problem) => told.push(problem));
  const error = { kind: "break-due", message: "A break is due.", hint: "Rest.", until_us: 7 };
  answers(403, { error });
  const problem = await caught(ask(api.GET("/api/cases")));
  stop();
  expect([problem.code, problem.message, problem.hint]).toEqual([
    "break-due",
    "A break is due.",
    "Rest.",
  ]);
  expect(problem.details.until_us).toBe(7);
  expect(told).toEqual([problem]);
});

it("says so when the server cannot be reached", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
  expect((await caught(ask(api.GET("/api/cases")))).status).toBe(0);
});

it("bears the CSRF value on what changes something, and takes over a new one", async () => {
  answers(200, { next: "done", csrf: "second" });
  await ask(api.POST("/api/sign-in", { body: { name: "a", password: "b" } }));
  await ask(api.DELETE("/api/session"));
  await ask(api.GET("/api/session"));
  expect(asked.map((request) => request.headers.get("X-CSRF"))).toEqual(["first", "second", null]);
});
