"""Hash sets: lists of known content, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


class Purpose(StrEnum):
    """What a hash set is for."""

    ILLEGAL = "illegal"  # a hit arrives with a proposed category
    KNOWN_GOOD = "known-good"  # a hit leaves the queue
    NOTABLE = "notable"  # a hit is pointed out
    NEVER = "never-match"  # what is in it is matched by sight with nothing


class DigestKind(StrEnum):
    """The digests that name a content."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"

    @property
    def size(self) -> int:
        """Bytes of one digest."""
        return {"md5": 16, "sha1": 20, "sha256": 32}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a list says of one entry beside its digests, as it says it.

    ``category`` is the code as written ("1", "A"), in the scheme of the list. ``extra`` holds
    every field that has no place of its own here, under its own name, as JSON values.
    """

    category: str | None = None
    precategorized: bool | None = None
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    distributed: bool | None = None
    suspected: bool | None = None
    self_generated: bool | None = None
    series: str | None = None
    tags: str | None = None
    comments: str | None = None
    size: int | None = None
    mime: str | None = None
    names: tuple[str, ...] = ()
    extra: Mapping[str, object] = field(default_factory=dict)


class Keys(NamedTuple):
    """Digests of one kind. ``entries``: int64 (n,), the number of the entry of each within its
    list; ``values``: uint8 (n, 16, 20 or 32)."""

    entries: Numbers
    values: Rows


class Prints(NamedTuple):
    """Fingerprints. ``entries``: int64 (n,); ``bits``: uint8 (n, 32), PDQ, most significant
    bit first; ``quality``: uint8 (n,), 100 where the list says none; ``at_ms``: int64 (n,), the
    time of a video's frame, -1 for a still picture."""

    entries: Numbers
    bits: Rows
    quality: Rows
    at_ms: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryBatch:
    """A run of a list's entries, in the order of the list. ``first``: the number of the first
    one, from 0; ``known``: what is said of each, or None when the list says nothing but
    digests and fingerprints."""

    first: int
    count: int
    digests: Mapping[DigestKind, Keys]
    prints: Prints | None = None
    known: Sequence[Known] | None = None


@dataclass(slots=True)
class Oddity:
    """Something odd in a list that was read nevertheless. ``where``: the first few places, each
    a line (text formats) or an entry (JSON, SQLite), from 1."""

    kind: str
    said: str
    count: int = 0
    where: list[int] = field(default_factory=list)


MOST_PLACES = 5
"""Places kept of one kind of oddity."""


class Oddities:
    """The oddities of one list, counted by kind."""

    def __init__(self) -> None:
        self.found: dict[str, Oddity] = {}

    def note(self, kind: str, said: str, where: int) -> None:
        """Count one. ``kind``: a short key ("boolean-as-text"); ``said``: one plain sentence."""
        oddity = self.found.setdefault(kind, Oddity(kind, said))
        oddity.count += 1
        if len(oddity.where) < MOST_PLACES:
            oddity.where.append(where)


@dataclass(frozen=True, slots=True)
class HashSet:
    """A hash set as the unit keeps it. Times in microseconds since 1970-01-01 UTC."""

    id: int
    name: str
    purpose: Purpose
    scheme: str | None
    added_us: int
    entries: int
    lists: int


NO_CATEGORY = "none"
"""Stands for no code where the entries of a list are counted by code."""


def bears_categories(counts: Iterable[str]) -> bool:
    """Whether any of these codes, as a list's entries are counted by them, is one."""
    return any(code != NO_CATEGORY for code in counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListImport:
    """One list that was read into a hash set. ``counts``: entries with each kind of digest and
    with fingerprints; ``categories``: how many entries bear each code, "none" those without;
    ``about``: what the list says of itself."""

    id: int
    set_id: int
    file_name: str
    sha256: bytes
    format: str
    entries: int
    counts: Mapping[str, int]
    categories: Mapping[str, int]
    oddities: tuple[Oddity, ...]
    about: Mapping[str, str]
    added_us: int
    officer: str
