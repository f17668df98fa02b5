"""The media of a case against the digests of lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged
from trawl.matching.digests.segments import DigestSegments
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.held_lists import BIT, bears_path, list_folder, set_folder
from trawl.matching.steps import Step, Stop, Tell, heed
from trawl.model.hash_set import DigestKind, ListImport
from trawl.store.case_media import MediaFacts

AT_ONCE = 262_144
"""Media that are looked up together."""

MOST_ENTRIES = 1000
"""Entries of one list that are told of one digest: one file was seen named by 116, and a
hostile list may name one a million times."""

STRONGEST = (DigestKind.SHA256, DigestKind.SHA1, DigestKind.MD5)


class Named(NamedTuple):
    """One list's entries that name one media, and the strongest digest they do it by."""

    media_id: int
    list_id: int
    digest: DigestKind
    entries: tuple[int, ...]


class DigestBanks:
    """The digests of some lists, opened once."""

    def __init__(self, hash_sets: Path, lists: Sequence[ListImport]) -> None:
        self._banks: list[tuple[DigestKind, DigestSegments]] = []
        by_set = sorted(lists, key=lambda each: each.set_id)
        for set_id, some in groupby(by_set, key=lambda each: each.set_id):
            self._open(set_folder(hash_sets, set_id), list(some))
        self._bears = {each.id: _bears(hash_sets, each) for each in lists}

    def __bool__(self) -> bool:
        return bool(self._banks)

    def _open(self, folder: SetFolder, lists: Sequence[ListImport]) -> None:
        for kind in STRONGEST:
            having = [each.id for each in lists if each.counts.get(kind)]
            if having:
                self._banks.append((kind, folder.digests(kind, having)))

    def close(self) -> None:
        """Let go of the files."""
        for _, segments in self._banks:
            segments.close()

    def name(self, facts: Sequence[MediaFacts]) -> Iterator[Named]:
        """What the lists name of these media.

        MD5 and SHA-1 can be forged: an entry that bears a stronger digest as well, which does
        not agree, names another content than this one, and is no hit.
        """
        found: dict[tuple[int, int], dict[int, list[DigestKind]]] = defaultdict(dict)
        for kind, segments in self._banks:
            digests = b"".join(getattr(one, kind.value) for one in facts)
            values = np.frombuffer(digests, np.uint8).reshape(len(facts), kind.size)
            hits = segments.look_up(values, MOST_ENTRIES)
            for query, list_id, entry in zip(*(column.tolist() for column in hits), strict=True):
                found[facts[query].id, list_id].setdefault(entry, []).append(kind)
        for (media_id, list_id), by_entry in found.items():
            honest = {
                entry: kinds
                for entry, kinds in sorted(by_entry.items())
                if not self._forged(list_id, entry, kinds)
            }
            if honest:
                agree = {kind for kinds in honest.values() for kind in kinds}
                strongest = next(kind for kind in STRONGEST if kind in agree)
                yield Named(media_id, list_id, strongest, tuple(honest))

    def _forged(self, list_id: int, entry: int, agree: Sequence[DigestKind]) -> bool:
        bears = self._bears[list_id]
        if bears is None:
            return False
        strongest = min(STRONGEST.index(kind) for kind in agree)
        return any(bears[entry] & BIT[kind] for kind in STRONGEST[:strongest])


def _bears(hash_sets: Path, listed: ListImport) -> npt.NDArray[np.uint8] | None:
    """Which kinds of digest each entry bears; None where there is but one kind. Raises
    IndexDamaged."""
    if sum(listed.counts.get(kind.value, 0) > 0 for kind in STRONGEST) < 2:
        return None
    path = bears_path(list_folder(hash_sets, listed))
    if not path.exists() or path.stat().st_size != listed.entries:
        raise IndexDamaged(
            f"{path} is gone or damaged: forged digests of {listed.file_name} cannot be told.",
            hint="Restore the folder hash-sets from a backup, or remove the list and read it in "
            "again.",
        )
    return np.memmap(path, np.uint8, "r")


def named_before(
    batches: Iterable[list[MediaFacts]], banks: DigestBanks, total: int, tell: Tell, stop: Stop
) -> Iterator[Named]:
    """What the lists name of all these media. Batches are put together: a sweep over a large
    list costs the same for many as for few."""
    waiting: list[MediaFacts] = []
    done = 0
    for batch in batches:
        heed(stop)
        waiting += batch
        if len(waiting) >= AT_ONCE:
            yield from banks.name(waiting)
            done += len(waiting)
            waiting = []
            tell(Step("digests", done, total, "media"))
    if waiting:
        yield from banks.name(waiting)
    tell(Step("digests", total, total, "media"))
