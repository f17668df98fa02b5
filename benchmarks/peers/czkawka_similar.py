"""czkawka: its perceptual hash of every picture below a folder, one process a core."""

import multiprocessing
import sys
import time
from pathlib import Path

from czkawka import ImageSimilarity


def hashed(path: str) -> str:
    """The hash in hex."""
    return ImageSimilarity().hash_image(path)


if __name__ == "__main__":
    paths = sorted(str(path) for path in Path(sys.argv[1]).rglob("*.jpg"))
    with multiprocessing.Pool() as pool:
        pool.map(hashed, paths[:4])
        start = time.perf_counter()
        found = pool.map(hashed, paths, chunksize=8)
        seconds = time.perf_counter() - start
    assert all(found)
    print(seconds)
