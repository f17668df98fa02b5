"""What hash sets say of the media of a case, kept in a file: reading all hits takes seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.review.grading.hints import Hints
from trawl.review.grading.rules import Rules
from trawl.review.index.columns_file import Array, read_columns, write_columns
from trawl.review.index.media_index import MediaIndex
from trawl.store.database import Reader
from trawl.store.set_hits import set_hits

VERSION = 1
FILE = "sets.columns"

_HINTS = ("good", "illegal", "proposed", "imported", "proposal", "source")
_HIT = "hit:"


@dataclass(frozen=True, slots=True)
class Sets:
    """``hit``: by the name of a set the positions it has hit by any means, sorted; ``hints``:
    what they come to for grading. ``upto``: the newest audit row when they were read."""

    hit: Mapping[str, npt.NDArray[np.int32]]
    hints: Hints
    upto: int


def read(view: Reader, index: MediaIndex, rules: Rules, upto: int) -> Sets:
    """What hash sets say as the database has it."""
    hit = {}
    for one in set_hits(view):
        at, there = index.positions_of(one.media)
        hit[one.name] = at[there].astype(np.int32)
    return Sets(hit, Hints.of(view, rules, index.ids), upto)


def save(folder: Path, sets: Sets, token: str) -> None:
    """Write them; ``token`` names the index and the scheme they are told in."""
    names = list(sets.hit)
    arrays: dict[str, Array] = {name: getattr(sets.hints, name) for name in _HINTS}
    arrays |= {f"{_HIT}{at}": sets.hit[name] for at, name in enumerate(names)}
    meta: dict[str, Any] = {
        "token": token,
        "sets": names,
        "sources": sets.hints.sources,
        "upto": sets.upto,
    }
    write_columns(folder / FILE, VERSION, arrays, meta)


def load(folder: Path, token: str) -> Sets | None:
    """They as last saved, when they were told of just that and hold."""
    found = read_columns(folder / FILE, VERSION)
    if found is None or found.meta["token"] != token:
        return None
    hit = {name: found.arrays[f"{_HIT}{at}"] for at, name in enumerate(found.meta["sets"])}
    arrays = {name: found.arrays[name] for name in _HINTS}
    hints = Hints(**arrays, sources=list(found.meta["sources"]))
    return Sets(hit, hints, int(found.meta["upto"]))
