import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act, createElement } from "react";
import { createRoot, type Root } from "react-dom/client";
import { type KeyMap, listen, useKeys } from "./keys";

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function Page(props: { map: KeyMap; alone?: boolean }) {
  useKeys("page", props.map, { alone: props.alone ?? false });
  return null;
}

let root: Root;
let host: HTMLElement;
let silence: () => void;

beforeEach(() => {
  host = document.createElement("div");
  document.body.append(host);
  root = createRoot(host);
  silence = listen();
});

afterEach(() => {
  act(() => root.unmount());
  silence();
  document.body.replaceChildren();
});

function press(key: string, target: EventTarget = document.body, more: KeyboardEventInit = {}) {
  target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, ...more }));
}

describe("keys of a page", () => {
  it("answers the innermost scope and leaves others their keys", () => {
    const outer = vi.fn();
    const inner = vi.fn();
    const other = vi.fn();
    act(() =>
      root.render([
        createElement(Page, {
          key: 1,
          map: { a: { says: "outer", press: outer }, b: { says: "other", press: other } },
        }),
        createElement(Page, { key: 2, map: { a: { says: "inner", press: inner } } }),
      ]),
    );
    press("a");
    press("b");
    expect([outer.mock.calls.length, inner.mock.calls.length]).toEqual([0, 1]);
    expect(other).toHaveBeenCalledOnce();
  });

  it("hides what is underneath a scope that stands alone", () => {
    const under = vi.fn();
    act(() =>
      root.render([
        createElement(Page, { key: 1, map: { a: { says: "under", press: under } } }),
        createElement(Page, { key: 2, map: {}, alone: true }),
      ]),
    );
    press("a");
    expect(under).not.toHaveBeenCalled();
  });

  it("leaves a key that always works to whatever stands alone above it", () => {
    const talk = vi.fn();
    act(() =>
      root.render([
        createElement(Page, { key: 1, map: { F8: { says: "talk", press: talk, always: true } } }),
        createElement(Page, { key: 2, map: {}, alone: true }),
      ]),
    );
    press("F8");
    expect(talk).toHaveBeenCalledOnce();
  });

  it("never takes a letter from a field, nor a browser's own chord", () => {
    const grade = vi.fn();
    act(() => root.render(createElement(Page, { map: { "1": { says: "A", press: grade } } })));
    const field = document.createElement("input");
    document.body.append(field);
    press("1", field);
    press("1", document.body, { ctrlKey: true });
    expect(grade).not.toHaveBeenCalled();
  });

  it("does not repeat a held key unless that is wanted", () => {
    const once = vi.fn();
    const often = vi.fn();
    act(() =>
      root.render(
        createElement(Page, {
          map: {
            "1": { says: "A", press: once },
            ArrowRight: { says: "next", press: often, repeats: true },
          },
        }),
      ),
    );
    for (const repeat of [false, true, true]) {
      press("1", document.body, { repeat });
      press("ArrowRight", document.body, { repeat });
    }
    expect([once.mock.calls.length, often.mock.calls.length]).toEqual([1, 3]);
  });
});
