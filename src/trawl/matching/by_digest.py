"""The media of a case against the digests of lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np

from trawl.matching.digests.segments import DigestSegments
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.held_lists import set_folder
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
        self._whole = {
            (each.id, kind)
            for each in lists
            for kind in STRONGEST
            if each.entries and each.counts.get(kind) == each.entries
        }

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

        MD5 and SHA-1 can be forged: where every entry of a list bears a stronger digest as well
        and none of those agrees, a weaker one that does agree names another content, and is
        no hit.
        """
        found: dict[tuple[int, int], dict[DigestKind, list[int]]] = defaultdict(dict)
        for kind, segments in self._banks:
            digests = b"".join(getattr(one, kind.value) for one in facts)
            values = np.frombuffer(digests, np.uint8).reshape(len(facts), kind.size)
            hits = segments.look_up(values, MOST_ENTRIES)
            for query, list_id, entry in zip(*(column.tolist() for column in hits), strict=True):
                found[facts[query].id, list_id].setdefault(kind, []).append(entry)
        for (media_id, list_id), by_kind in found.items():
            strongest = next(kind for kind in STRONGEST if kind in by_kind)
            if not self._forged(list_id, strongest):
                entries = tuple(sorted({entry for some in by_kind.values() for entry in some}))
                yield Named(media_id, list_id, strongest, entries)

    def _forged(self, list_id: int, strongest: DigestKind) -> bool:
        stronger = STRONGEST[: STRONGEST.index(strongest)]
        return any((list_id, kind) in self._whole for kind in stronger)


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
