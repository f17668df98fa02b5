import { MantineProvider } from "@mantine/core";
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WelfareLine as Line } from "../../client/shapes";
import { setBlank } from "../blank";
import { WelfareLine } from "../frame/WelfareLine";
import { screen } from "./heartbeat";
import { useWelfare, WelfareProvider } from "./welfare";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

const MINUTE = 60_000;
const LINE: Line = {
  now_us: 1_000_000_000_000_000,
  looked_today_ms: 72 * MINUTE,
  stretch_ms: 0,
  due_in_ms: 48 * MINUTE,
  break: null,
  remind: false,
  hours: null,
  timezone: "UTC",
  daily_left_ms: null,
  on_duty: { id: 4, name: "R. Adeyemi", how: "ext. 40" },
  reachable: true,
  own_talk: null,
  closer_seconds: 10,
  not_shown: [],
  talks_waiting: null,
};

let root: Root;
let host: HTMLElement;
let told: Record<string, unknown>[];

function serves(line: Partial<Line>): void {
  vi.stubGlobal("fetch", async (request: Request) => {
    told.push((await request.json()) as Record<string, unknown>);
    return new Response(JSON.stringify({ ...LINE, ...line }), {
      headers: { "Content-Type": "application/json" },
    });
  });
}

async function shown(children: ReactNode): Promise<string> {
  await act(async () => {
    root.render(
      <MantineProvider>
        <WelfareProvider>{children}</WelfareProvider>
      </MantineProvider>,
    );
  });
  await act(async () => {
    await new Promise((done) => setTimeout(done, 20));
  });
  return host.querySelector('[data-testid="welfare-line"]')?.textContent ?? "";
}

beforeEach(() => {
  told = [];
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
  }));
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
});

afterEach(async () => {
  await act(async () => {
    root.unmount();
    setBlank(false);
    screen.take("grid");
  });
  document.body.replaceChildren();
  vi.unstubAllGlobals();
});

it("says how long, how long still, and who is there", async () => {
  serves({});
  expect(await shown(<WelfareLine talk={() => undefined} />)).toBe(
    "looked 1 h 12·break in 48 min·on duty: R. Adeyemi·talk (F8)",
  );
  expect(host.querySelector("[data-soon]")).toBeNull();
});

it("turns amber ten minutes before a break", async () => {
  serves({ due_in_ms: 10 * MINUTE });
  await shown(<WelfareLine talk={() => undefined} />);
  expect(host.querySelector("[data-soon]")).not.toBeNull();
});

it("tells the server at once when the screen is blanked, and that nothing is shown", async () => {
  serves({});
  screen.put("grid", 3, "blurred", [7]);
  await shown(<WelfareLine talk={() => undefined} />);
  expect(told.at(-1)).toMatchObject({ visible: true, showing: true, case_id: 3 });
  const before = told.length;
  await act(async () => {
    setBlank(true);
    await new Promise((done) => setTimeout(done, 20));
  });
  expect(told.length).toBe(before + 1);
  expect(told.at(-1)).toMatchObject({ visible: true, showing: false });
});

function Standing() {
  return <p data-testid="welfare-line">{useWelfare().lost ? "lost" : "measured"}</p>;
}

async function later(ms: number): Promise<void> {
  await act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });
}

it("stops the time of a page whose heartbeats nobody answers, until somebody does", async () => {
  serves({});
  screen.put("grid", 3, "blurred", [7]);
  expect(await shown(<Standing />)).toBe("measured");
  await act(async () => root.render(null));
  vi.useFakeTimers();
  try {
    vi.stubGlobal("fetch", () => new Promise(() => undefined));
    const text = () => host.querySelector('[data-testid="welfare-line"]')?.textContent;
    act(() =>
      root.render(
        <WelfareProvider>
          <Standing />
        </WelfareProvider>,
      ),
    );
    await later(14_000);
    expect([text(), screen.showing]).toEqual(["measured", true]);
    await later(2_000);
    expect([text(), screen.showing]).toEqual(["lost", false]);
    serves({});
    await later(5_000);
    expect([text(), screen.showing]).toEqual(["measured", true]);
  } finally {
    vi.useRealTimers();
  }
});
