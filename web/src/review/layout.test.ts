import { describe, expect, it } from "vitest";
import {
  columnsFor,
  headingsAt,
  layOut,
  placeOf,
  positionAt,
  rowOf,
  rowStartAt,
  rowStep,
  spanAt,
} from "./layout";

const TILE = { width: 100, height: 100, gap: 10, heading: 0 };
const HEADED = { width: 100, height: 100, gap: 10, heading: 30 };
const plain = (count: number, columns = 8) => layOut([{ label: "", count }], columns, TILE);

describe("layout", () => {
  it("fits columns into a width, at least one", () => {
    expect(columnsFor(890, TILE)).toBe(8);
    expect(columnsFor(889, TILE)).toBe(7);
    expect(columnsFor(20, TILE)).toBe(1);
  });

  it("is arithmetic at 2.2 million", () => {
    const layout = plain(2_200_000);
    expect(layout.height).toBe(275_000 * 110 + 10);
    expect(placeOf(layout, 2_199_999)).toEqual({ x: 10 + 7 * 110, y: 10 + 274_999 * 110 });
    expect(spanAt(layout, layout.height - 800, 800).to).toBe(2_200_000);
  });

  it("finds every tile it has placed", () => {
    const layout = layOut(
      [
        { label: "a", count: 13 },
        { label: "none", count: 0 },
        { label: "b", count: 9 },
      ],
      4,
      HEADED,
    );
    for (let p = 0; p < 22; p++) {
      const { x, y } = placeOf(layout, p);
      expect(positionAt(layout, x, y)).toBe(p);
      expect(positionAt(layout, x + 99, y + 99)).toBe(p);
      expect(positionAt(layout, x + 105, y)).toBe(-1);
    }
  });

  it("spans exactly what touches the window", () => {
    const layout = layOut(
      [
        { label: "a", count: 13 },
        { label: "b", count: 90 },
      ],
      4,
      HEADED,
    );
    for (let offset = 0; offset < layout.height; offset += 7) {
      const { from, to } = spanAt(layout, offset, 300);
      for (let p = 0; p < layout.total; p++) {
        const { y } = placeOf(layout, p);
        if (y + 100 > offset && y < offset + 300) expect(p >= from && p < to).toBe(true);
      }
      expect(to - from).toBeLessThanOrEqual(5 * 4);
    }
  });

  it("begins rows and headings at sections", () => {
    const layout = layOut(
      [
        { label: "a", count: 3 },
        { label: "b", count: 3 },
      ],
      4,
      HEADED,
    );
    expect(placeOf(layout, 3).x).toBe(10);
    expect(placeOf(layout, 3).y).toBe(140 + 30 + 10);
    expect(headingsAt(layout, 0, 100)).toEqual({ from: 0, to: 1 });
    expect(headingsAt(layout, 0, 200)).toEqual({ from: 0, to: 2 });
    expect(rowStartAt(layout, 141)).toBe(3);
    expect(rowOf(layout, 5)).toEqual({ start: 3, end: 6, line: 3 });
  });

  it("steps rows across sections and stays at the ends", () => {
    const layout = layOut(
      [
        { label: "a", count: 6 },
        { label: "", count: 0 },
        { label: "b", count: 2 },
      ],
      4,
      HEADED,
    );
    expect(rowStep(layout, 3, 1)).toBe(5);
    expect(rowStep(layout, 4, 1)).toBe(6);
    expect(rowStep(layout, 7, -1)).toBe(5);
    expect(rowStep(layout, 7, 1)).toBe(7);
    expect(rowStep(layout, 1, -1)).toBe(1);
  });

  it("has no tiles where there are none", () => {
    const layout = layOut([], 4, TILE);
    expect(spanAt(layout, 0, 500)).toEqual({ from: 0, to: 0 });
    expect(positionAt(layout, 20, 20)).toBe(-1);
  });
});
