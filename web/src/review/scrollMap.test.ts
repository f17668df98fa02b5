import { describe, expect, it } from "vitest";
import {
  BOX_LIMIT,
  jumped,
  newMap,
  nudged,
  offsetOf,
  resized,
  scrolled,
  settled,
  wantsSettling,
} from "./scrollMap";

const CONTENT = 30_250_010;
const map = () => newMap(CONTENT, 800, 1);

describe("scroll map", () => {
  it("caps the box by device pixels and never below the viewport", () => {
    expect(map().box).toBe(BOX_LIMIT);
    expect(newMap(CONTENT, 800, 2).box).toBe(BOX_LIMIT / 2);
    expect(newMap(300, 800, 1).box).toBe(800);
  });

  it("moves pixel by pixel with the wheel anywhere", () => {
    let here = jumped(map(), 20_000_000);
    for (let i = 0; i < 500; i++) {
      const before = offsetOf(here);
      here = scrolled(here, here.scroll + 53);
      expect(offsetOf(here) - before).toBe(53);
    }
  });

  it("reaches both ends and the middle by the scroll bar", () => {
    const bottom = scrolled(map(), BOX_LIMIT - 800);
    expect(offsetOf(bottom)).toBe(CONTENT - 800);
    expect(offsetOf(scrolled(bottom, 0))).toBe(0);
    expect(offsetOf(scrolled(map(), (BOX_LIMIT - 800) / 2))).toBe((CONTENT - 800) / 2);
  });

  it("keeps the offset when it settles", () => {
    let here = jumped(map(), 20_000_000);
    for (let i = 0; i < 100; i++) here = scrolled(here, here.scroll + 700);
    const after = settled(here);
    expect(offsetOf(after)).toBe(offsetOf(here));
    expect(after.scroll).not.toBe(here.scroll);
  });

  it("reaches the very ends by the wheel alone", () => {
    let here = jumped(map(), 9_000);
    for (let i = 0; i < 200 && offsetOf(here) > 0; i++) {
      here = scrolled(here, Math.max(0, here.scroll - 100));
      if (wantsSettling(here)) here = settled(here);
    }
    expect([offsetOf(here), here.scroll]).toEqual([0, 0]);
    here = jumped(map(), CONTENT - 9_000);
    for (let i = 0; i < 200; i++) {
      here = scrolled(here, Math.min(here.box - 800, here.scroll + 100));
      if (wantsSettling(here)) here = settled(here);
    }
    expect(offsetOf(here)).toBe(CONTENT - 800);
  });

  it("nudges without moving the box further than the content", () => {
    const here = jumped(map(), 1_000_000);
    const next = nudged(here, 1_000_110);
    expect(next.scroll - here.scroll).toBe(110);
    expect(offsetOf(next)).toBe(1_000_110);
    expect(offsetOf(nudged(here, 25_000_000))).toBe(25_000_000);
  });

  it("keeps the offset when the window changes", () => {
    const here = jumped(map(), 12_345_678);
    expect(offsetOf(resized(here, CONTENT * 2, 600, 2))).toBe(12_345_678);
  });

  it("is plain where everything fits", () => {
    const small = newMap(2_000, 800, 1);
    expect(offsetOf(scrolled(small, 900))).toBe(900);
    expect(wantsSettling(scrolled(small, 10))).toBe(false);
  });
});
