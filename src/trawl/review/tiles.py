"""Tiles: many thumbnails at once, rendered as clear as they may be shown and no clearer."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import PassFailed
from trawl.model.looking import Clarity
from trawl.passes.clarity import render_thumbnail
from trawl.review.index.media_index import MediaIndex
from trawl.store.blobs import pack_path
from trawl.workspace import Workspace

SIDE = 256
"""Pixels of the longer side of a tile at most."""

BLURRED_SIDE = 64
"""The same of a blurred one, which has no more than 24 in it: larger only costs the browser memory
that it gives back late, and the way there."""

_SHARE = 16


class Place(NamedTuple):
    """Where a thumbnail lies. Sorted, neighbours on the disk are read one after the other."""

    acquisition: int
    pack: int
    offset: int
    size: int


def places(index: MediaIndex, positions: npt.NDArray[np.integer]) -> list[Place | None]:
    """Where the thumbnails of some positions lie; None of those without one."""
    columns = [index[f"thumbnail_{part}"][positions].tolist() for part in Place._fields]
    found = (Place(*values) for values in zip(*columns, strict=True))
    return [place if place.pack >= 0 and place.size > 0 else None for place in found]


class Tiles:
    """Renders in threads of its own: decoding and encoding hold no lock of Python's."""

    def __init__(self, workspace: Workspace, threads: int | None = None) -> None:
        self._workspace = workspace
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 2, "tiles")

    def render(self, wanted: Sequence[Place | None], clarity: Clarity) -> list[bytes]:
        """JPEG of each place, in order; empty where there is no thumbnail, or none that can be
        read."""
        raw = self.read({place for place in wanted if place is not None})
        order = list(raw)
        shares = [order[at : at + _SHARE] for at in range(0, len(order), _SHARE)]
        done = self._pool.map(lambda share: [_rendered(raw[one], clarity) for one in share], shares)
        pictures = dict(zip(order, chain.from_iterable(done), strict=True))
        return [b"" if place is None else pictures[place] for place in wanted]

    def read(self, wanted: Iterable[Place]) -> dict[Place, bytes]:
        """The stored bytes of each place; empty where a pack is away or too short."""
        found: dict[Place, bytes] = {}
        for (acquisition, pack), some in groupby(sorted(wanted), key=lambda one: one[:2]):
            found.update(self._of_pack(acquisition, pack, list(some)))
        return found

    def _of_pack(self, acquisition: int, pack: int, wanted: list[Place]) -> dict[Place, bytes]:
        path = pack_path(self._workspace.thumbnails(acquisition), pack)
        try:
            with path.open("rb", buffering=0) as file:
                read = {one: os.pread(file.fileno(), one.size, one.offset) for one in wanted}
        except OSError:
            return dict.fromkeys(wanted, b"")
        return {one: data if len(data) == one.size else b"" for one, data in read.items()}

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown()


def _rendered(data: bytes, clarity: Clarity) -> bytes:
    if not data:
        return b""
    try:
        return render_thumbnail(data, clarity, BLURRED_SIDE if clarity is Clarity.BLURRED else SIDE)
    except PassFailed:
        return b""
