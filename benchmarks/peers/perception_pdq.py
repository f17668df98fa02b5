"""Thorn's perception: PDQ of every picture below a folder, in its own parallel mode."""

import sys
import time
from pathlib import Path

from perception.hashers.image.pdq import PDQHash

if __name__ == "__main__":
    paths = sorted(str(path) for path in Path(sys.argv[1]).rglob("*.jpg"))
    hasher = PDQHash()
    start = time.perf_counter()
    found = hasher.compute_parallel(paths)
    seconds = time.perf_counter() - start
    assert sum(one["hash"] is not None for one in found) == len(paths)
    print(seconds)
