import { beforeEach, describe, expect, it, vi } from "vitest";
import { layOut } from "./layout";
import type { Row } from "./rowCache";
import { type CellContent, TileCell } from "./tileCell";

const row = (id: number): Row => ({
  position: id,
  id,
  stack: 1,
  files: 1,
  kind: "image",
  state: "open",
  category: null,
  mine: false,
  proposed: null,
  by: null,
  takenUs: null,
  leased: null,
  durationMs: null,
  exhibit: "JB/1",
  path: "a",
});

const picture = (id: number) =>
  ({ id, width: 10, height: 10, close: () => {} }) as unknown as NonNullable<
    CellContent["picture"]
  >;

let drawn: unknown[];
let wiped: number;
let cell: TileCell;

beforeEach(() => {
  [drawn, wiped] = [[], 0];
  const context = {
    drawImage: (image: { id: number }) => drawn.push(image.id),
    clearRect: () => (wiped += 1),
  };
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(context as never);
  cell = new TileCell();
  cell.place(
    layOut([{ label: "", count: 9 }], 3, { width: 100, height: 100, gap: 8, heading: 0 }),
    0,
  );
});

function show(id: number | null, held: CellContent["picture"]): void {
  const told = id === null ? undefined : row(id);
  const position = id ?? 99;
  cell.show(
    { position, row: told, words: undefined, picture: held, cursor: false, selected: false },
    0,
  );
}

describe("a tile", () => {
  it("is wiped the moment it stands for another media, before that one's picture has come", () => {
    show(1, picture(1));
    const before = wiped;
    show(2, undefined);
    expect([drawn, wiped - before]).toEqual([[1], 1]);
    show(2, picture(2));
    expect(drawn).toEqual([1, 2]);
  });

  it("is wiped when its row is not known, has no picture, or it is put aside", () => {
    for (const away of [() => show(null, undefined), () => show(2, null), () => cell.hide()]) {
      show(1, picture(1));
      const before = wiped;
      away();
      expect(wiped - before).toBe(1);
    }
  });

  it("is painted once for one picture", () => {
    for (let i = 0; i < 5; i++) show(1, picture(1));
    expect(drawn).toEqual([1]);
  });

  it("says that there is no picture, and stops saying it", () => {
    show(1, null);
    expect(cell.element.textContent).toContain("no picture");
    show(2, undefined);
    expect(cell.element.textContent).not.toContain("no picture");
  });
});
