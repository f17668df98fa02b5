"""Making segments for tests, and what a look-up must find, by a dictionary."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from trawl.matching.digests.segment_writer import Built, SegmentWriter
from trawl.matching.digests.segments import DigestSegments
from trawl.model.hash_set import DigestKind, Rows

Hit = tuple[int, int, int]


def values_of(digests: Iterable[bytes], size: int = 16) -> Rows:
    return np.frombuffer(b"".join(digests), np.uint8).reshape(-1, size)


def digests(count: int, seed: int = 0, size: int = 16) -> list[bytes]:
    rows = np.random.default_rng(seed).integers(0, 256, (count, size), np.uint8)
    return [row.tobytes() for row in rows]


def build(
    path: Path,
    listed: Sequence[bytes],
    list_id: int = 1,
    *,
    kind: DigestKind = DigestKind.MD5,
    keep_duplicates: bool = True,
    run: int = 1 << 20,
    batch: int = 100,
) -> Built:
    """A segment of a list whose entry 0 bears the first digest, and so on."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = SegmentWriter(path, kind, list_id, keep_duplicates=keep_duplicates, run=run)
    with writer:
        for start in range(0, len(listed), batch):
            part = listed[start : start + batch]
            writer.add(np.arange(start, start + len(part)), values_of(part, kind.size))
        return writer.finish()


def found(segments: DigestSegments, sought: Sequence[bytes], most: int | None = None) -> list[Hit]:
    """Query, list and entry of every hit, sorted."""
    size = segments.kind.size if segments.kind else 16
    hits = segments.look_up(values_of(sought, size), most)
    return sorted(zip(*(column.tolist() for column in hits), strict=True))


def expected(lists: Mapping[int, Sequence[bytes]], sought: Sequence[bytes]) -> list[Hit]:
    """What is to be found, by a dictionary of lists."""
    where: dict[bytes, list[tuple[int, int]]] = defaultdict(list)
    for list_id, listed in lists.items():
        for entry, digest in enumerate(listed):
            where[digest].append((list_id, entry))
    return sorted(
        (query, *at) for query, digest in enumerate(sought) for at in where.get(digest, [])
    )


def names(folder: Path) -> list[str]:
    """What is in a folder."""
    return sorted(path.name for path in folder.iterdir())
