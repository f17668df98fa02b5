"""The fingerprints of peers for every picture below a folder, as NumPy arrays in one file.

    python copies.py FOLDER INTO.npz SEGMENTED.txt

For each method an array of bits, uint8 (pictures, bits), pictures by name; of the crop-resistant
hash the bits of all segments, and beside them the picture that each segment is of, for the
pictures named in SEGMENTED.txt.
"""

import base64
import multiprocessing
import sys
from pathlib import Path

import imagehash
import numpy as np
from czkawka import ImageSimilarity
from perception.hashers import PHash
from perception.hashers.image.pdq import PDQHash
from PIL import Image

SEGMENTED = frozenset(Path(sys.argv[3]).read_text().splitlines())


def by_czkawka(path: str) -> np.ndarray:
    """Its hash, which it gives as base64 without padding."""
    bits = base64.b64decode(ImageSimilarity().hash_image(path) + "=")
    return np.unpackbits(np.frombuffer(bits, np.uint8))


def hashed(path: str) -> dict[str, np.ndarray]:
    """Every method's bits of one picture."""
    with Image.open(path) as opened:
        picture = opened.convert("RGB")
    found = {
        "perception PHash": np.asarray(PHash().compute(path, hash_format="vector")),
        "perception PDQ": np.asarray(PDQHash().compute(path, hash_format="vector")),
        "czkawka": by_czkawka(path),
        "imagehash phash": imagehash.phash(picture).hash.ravel(),
        "imagehash dhash": imagehash.dhash(picture).hash.ravel(),
        "imagehash whash": imagehash.whash(picture).hash.ravel(),
    }
    found["segments"] = np.zeros((0, 64))
    if Path(path).name in SEGMENTED:
        segments = imagehash.crop_resistant_hash(picture).segment_hashes
        found["segments"] = np.array([one.hash.ravel() for one in segments])
    return {name: bits.astype(np.uint8) for name, bits in found.items()}


if __name__ == "__main__":
    paths = sorted(str(path) for path in Path(sys.argv[1]).rglob("*.jpg"))
    with multiprocessing.Pool() as pool:
        rows = pool.map(hashed, paths, chunksize=8)
    arrays = {name: np.stack([row[name] for row in rows]) for name in rows[0] if name != "segments"}
    arrays["segments"] = np.concatenate([row["segments"] for row in rows])
    arrays["picture of each segment"] = np.repeat(
        np.arange(len(rows)), [len(row["segments"]) for row in rows]
    )
    np.savez(sys.argv[2], **arrays)
