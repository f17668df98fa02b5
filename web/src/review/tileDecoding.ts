const TYPE = "image/jpeg";

/**
 * A tile's picture. Where the browser has an image decoder each step is let go by hand: blobs wait
 * for the collector, which hardly ever comes in a page that only scrolls.
 */
export async function decodeTile(bytes: Uint8Array<ArrayBuffer>): Promise<ImageBitmap> {
  if (typeof ImageDecoder === "undefined") {
    return createImageBitmap(new Blob([bytes], { type: TYPE }));
  }
  const decoder = new ImageDecoder({ data: bytes, type: TYPE });
  try {
    const { image } = await decoder.decode();
    try {
      return await createImageBitmap(image);
    } finally {
      image.close();
    }
  } finally {
    decoder.close();
  }
}
