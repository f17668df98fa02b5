"""Run by itself: open an image again and again with a few bytes changed, list and read it.

``python mutate_image.py IMAGE ROUNDS SEED``. Exits with 0 when nothing but a SourceError was
raised; a native crash or a hang shows in how the process ends.
"""

from __future__ import annotations

import contextlib
import random
import sys
from itertools import islice
from pathlib import Path

from trawl.errors import SourceError
from trawl.sources.base import Place, SourceLimits
from trawl.sources.disk_image import DiskImageSource

MOST_ENTRIES = 2000
MOST_BYTES = 1 << 20


def look(path: Path) -> None:
    place = Place(paths=(path,), scratch=path.parent, limits=SourceLimits(), secret="x")
    try:
        source = DiskImageSource.open(place)
    except SourceError:
        return
    entries = []
    with contextlib.suppress(SourceError):
        entries.extend(islice(source.entries(), MOST_ENTRIES))
    for entry in entries:
        with contextlib.suppress(SourceError), source.read(entry) as stream:
            stream.read(MOST_BYTES)
    source.close()


def interesting(data: bytes, rng: random.Random) -> int:
    """An offset near bytes that are not zero: structures are there, and free space is not."""
    for _ in range(200):
        at = rng.randrange(len(data))
        if any(data[at : at + 16]):
            return at
    return rng.randrange(min(len(data), 4096))


def main(path: Path, rounds: int, seed: int) -> None:
    rng = random.Random(seed)
    data = path.read_bytes()
    for turn in range(rounds):
        changes = []
        for _ in range(rng.choice((1, 2, 8, 64))):
            at = interesting(data, rng) if rng.random() < 0.7 else rng.randrange(70_000) % len(data)
            new = rng.choice((b"\x00", b"\xff", b"\xff\xff\xff\xff", rng.randbytes(4)))
            changes.append((at, new[: len(data) - at]))
        with path.open("r+b") as file:
            for at, new in changes:
                file.seek(at)
                file.write(new)
        sys.stdout.write(f"{turn}\n")
        sys.stdout.flush()
        look(path)
        with path.open("r+b") as file:
            for at, new in changes:
                file.seek(at)
                file.write(data[at : at + len(new)])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
