/**
 * A sheet of tiles as the server sends it: `TRWT`, a count, then per tile its id, a length and
 * that many bytes of JPEG; little-endian. A length of 0 says that there is no picture.
 */
export function readSheet(data: ArrayBuffer): Map<number, Uint8Array<ArrayBuffer>> {
  const view = new DataView(data);
  if (data.byteLength < 8 || view.getUint32(0, false) !== MAGIC) throw new Error(DAMAGED);
  const tiles = new Map<number, Uint8Array<ArrayBuffer>>();
  let at = 8;
  for (let left = view.getUint32(4, true); left > 0; left--) {
    if (at + 12 > data.byteLength) throw new Error(DAMAGED);
    const id = Number(view.getBigUint64(at, true));
    const length = view.getUint32(at + 8, true);
    at += 12;
    if (at + length > data.byteLength) throw new Error(DAMAGED);
    tiles.set(id, new Uint8Array(data, at, length));
    at += length;
  }
  return tiles;
}

/** A tile as it lies in its sheet. */
export interface SheetTile {
  readonly size: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The tiles of a sheet by id, of size 0 where there is no picture. */
export function tilesOf(data: ArrayBuffer): Map<number, SheetTile> {
  const tiles = new Map<number, SheetTile>();
  for (const [id, bytes] of readSheet(data)) tiles.set(id, { size: bytes.length, bytes });
  return tiles;
}

/**
 * The pictures of a sheet by id, of size 0 where there is none. The sheet itself is let go at once.
 */
export function picturesOf(data: ArrayBuffer): Map<number, Blob> {
  const pictures = new Map<number, Blob>();
  for (const [id, bytes] of readSheet(data)) {
    pictures.set(id, new Blob([bytes], { type: "image/jpeg" }));
  }
  (data as ArrayBuffer & { transfer?: (length: number) => ArrayBuffer }).transfer?.(0);
  return pictures;
}

const MAGIC = 0x54525754;
const DAMAGED = "The server sent tiles that cannot be read.";
