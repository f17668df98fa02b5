import type { Layout } from "./layout";
import type { Row } from "./rowCache";
import type { Picture } from "./tileCache";
import type { TileWords } from "./tileWords";

/** What a cell is told of the place it stands for. */
export interface CellContent {
  readonly position: number;
  readonly row: Row | undefined;
  readonly words: TileWords | undefined;
  /** Undefined until the picture of this very media has come; null where there is none. */
  readonly picture: (Picture & CanvasImageSource) | null | undefined;
  readonly cursor: boolean;
  readonly selected: boolean;
}

function part(className: string, parent: HTMLElement): HTMLSpanElement {
  const span = document.createElement("span");
  span.className = className;
  span.setAttribute("aria-hidden", "true"); // said in full by the words read aloud
  parent.append(span);
  return span;
}

/** Writes into the text node that is there: new ones would be thousands a second to clear away. */
function say(element: HTMLElement, text: string): void {
  const held = element.firstChild;
  if (!(held instanceof Text)) element.textContent = text;
  else if (held.data !== text) held.data = text;
}

/**
 * One tile of the grid, used again for other rows as the grid scrolls. The picture is wiped the
 * moment the tile stands for another media, before anything else happens.
 */
export class TileCell {
  readonly element = document.createElement("div");
  private readonly canvas = document.createElement("canvas");
  private readonly none: HTMLElement;
  private readonly corner: HTMLElement;
  private readonly badge: HTMLElement;
  private readonly kind: HTMLElement;
  private readonly foot: HTMLElement;
  private readonly text: HTMLElement;
  private readonly aloud = document.createElement("span");
  private placed: Layout | null = null;
  private painted: number | null = null;
  private said: TileWords | undefined;

  constructor() {
    this.element.className = "tile";
    this.element.setAttribute("role", "gridcell");
    const face = part("tile-face", this.element);
    this.canvas.setAttribute("aria-hidden", "true");
    face.append(this.canvas);
    this.none = part("tile-none", face);
    this.corner = part("tile-corner", this.element);
    this.badge = part("tile-badge", this.element);
    this.kind = part("tile-kind", this.element);
    this.foot = part("tile-foot", this.element);
    this.text = part("tile-text", this.element);
    this.aloud.className = "hidden-words";
    this.element.append(this.aloud);
  }

  /** Puts the tile into its column; nothing is written where it already stands there. */
  place(layout: Layout, column: number): void {
    if (this.placed === layout) return;
    this.placed = layout;
    const { width, height, gap } = layout.tile;
    const { style } = this.element;
    style.width = `${width}px`;
    style.height = `${height}px`;
    style.left = `${gap + column * (width + gap)}px`;
    const pixels = Math.round(Math.min(width, height) * window.devicePixelRatio);
    if (this.canvas.width === pixels) return;
    this.canvas.width = this.canvas.height = pixels;
    this.painted = null;
  }

  show(content: CellContent, column: number): void {
    this.paint(content);
    const { element } = this;
    const id = `tile-${content.position}`;
    if (element.id !== id) {
      element.id = id;
      element.setAttribute("aria-colindex", String(column + 1));
    }
    element.classList.toggle("cursor", content.cursor);
    if (element.ariaSelected !== String(content.selected)) {
      element.ariaSelected = String(content.selected);
    }
    if (content.words !== this.said || content.words === undefined) this.tell(content);
  }

  hide(): void {
    this.wipe();
    this.element.id = "";
    this.element.hidden = true;
  }

  reveal(): void {
    if (this.element.hidden) this.element.hidden = false;
  }

  private paint(content: CellContent): void {
    const id = content.row?.id ?? null;
    if (this.painted !== null && this.painted !== id) this.wipe();
    const { picture } = content;
    say(this.none, picture === null ? "no picture" : "");
    if (!picture || this.painted === id) return;
    const context = this.canvas.getContext("2d");
    if (context === null) return;
    const side = this.canvas.width;
    const scale = Math.min(side / picture.width, side / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    context.clearRect(0, 0, side, side);
    context.drawImage(picture, (side - width) / 2, (side - height) / 2, width, height);
    this.painted = id;
  }

  private wipe(): void {
    if (this.painted === null) return;
    this.canvas.getContext("2d")?.clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.painted = null;
  }

  private tell({ row, words }: CellContent): void {
    this.said = words;
    this.element.dataset.standing = words?.standing ?? "unread";
    say(this.aloud, words?.label ?? "not read yet");
    say(this.corner, words?.corner ?? "");
    say(this.badge, words?.badge ?? "");
    say(this.kind, words?.kind ?? "");
    say(this.foot, words?.foot ?? "");
    say(this.text, row === undefined ? "" : `${row.exhibit}  ${row.path}`);
  }
}
