"""From what lists name and what looks alike to the hits that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path

import numpy as np

from trawl.matching.by_digest import DigestBanks, Named, named_before
from trawl.matching.by_sight import seen_before, sought_pictures
from trawl.matching.case_index import CaseIndex
from trawl.matching.digests.records import Records
from trawl.matching.held_lists import list_folder, picture_bank, records_path
from trawl.matching.steps import Stop, Tell
from trawl.model.hash_set import ListImport
from trawl.model.matching import Means
from trawl.store.case_media import media_facts
from trawl.store.database import Reader
from trawl.store.hits import Hit

ENTRIES_ASKED = 64
"""Of how many entries that name one media the categories are looked up: one file was seen named
by 116 entries, all alike."""


class Categories:
    """What lists say of the category of their entries."""

    def __init__(self, hash_sets: Path, lists: Iterable[ListImport]) -> None:
        self._paths = {
            each.id: records_path(list_folder(hash_sets, each)) for each in lists if each.categories
        }
        self._opened: dict[int, Records] = {}

    def close(self) -> None:
        """Let go of the files."""
        for records in self._opened.values():
            records.close()

    def of(self, list_id: int, asked: Sequence[Sequence[int]]) -> list[str | None]:
        """For each group of entries the distinct codes they bear, separated by one space. White
        space within a code becomes a no-break space, which schemes read as any other: "not CAM"
        is one code that no scheme knows, and not "CAM" among others."""
        if list_id not in self._paths:
            return [None] * len(asked)
        records = self._opened.get(list_id)
        if records is None:
            records = self._opened[list_id] = Records.open(self._paths[list_id])
        flat = [entry for group in asked for entry in group[:ENTRIES_ASKED]]
        told = iter(records.get(np.array(flat, np.int64)))
        codes = []
        for group in asked:
            found = {next(told).category or "" for _ in group[:ENTRIES_ASKED]}
            joined = sorted("\N{NO-BREAK SPACE}".join(code.split()) for code in found)
            codes.append(" ".join(filter(None, joined)) or None)
        return codes


def digest_hits(
    view: Reader,
    hash_sets: Path,
    lists: Sequence[ListImport],
    index: CaseIndex,
    first: int,
    categories: Categories,
    tell: Tell,
    stop: Stop,
) -> Iterator[Hit]:
    """Media of the case, from a position on, that these lists name by their digests."""
    ids = np.sort(index.ids[first:])
    if not len(ids):
        return
    with closing(DigestBanks(hash_sets, lists)) as banks:
        if not banks:
            return
        named = list(named_before(media_facts(view, ids), banks, len(ids), tell, stop))
    named.sort(key=lambda one: (one.list_id, one.media_id))
    for list_id, group in groupby(named, key=lambda one: one.list_id):
        yield from _of_one_list(list_id, list(group), categories)


def _of_one_list(list_id: int, named: list[Named], categories: Categories) -> Iterator[Hit]:
    codes = categories.of(list_id, [one.entries for one in named])
    for one, code in zip(named, codes, strict=True):
        yield Hit(
            one.media_id,
            list_id,
            Means.DIGEST,
            one.entries[0],
            len(one.entries),
            code,
            digest=str(one.digest),
        )


def sight_hits(
    hash_sets: Path,
    listed: ListImport,
    index: CaseIndex,
    first: int,
    categories: Categories,
    tell: Tell,
    stop: Stop,
) -> Iterator[Hit]:
    """Pictures of the case, from a position on, that look like an entry of this list."""
    bank = picture_bank(hash_sets, listed)
    if bank is None:
        return
    found = seen_before(sought_pictures(index, first), bank, "by sight", tell, stop)
    codes = categories.of(listed.id, [(one.entry,) for one in found])
    for one, code in zip(found, codes, strict=True):
        yield Hit(
            one.media_id,
            listed.id,
            Means.SIGHT,
            one.entry,
            one.entries,
            code,
            distance=one.distance,
            turn=str(one.turn),
        )
