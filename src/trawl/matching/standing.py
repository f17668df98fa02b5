"""Hits whose list and entry are still in their set when they come to be written.

A matching takes minutes, and a set, a list or an entry may be removed meanwhile, with its hits.
What was found before must not bring them back: nothing would take them away again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import compress
from pathlib import Path

import numpy as np

from trawl.matching.held_lists import set_folder
from trawl.model.hash_set import ListImport
from trawl.store.database import Session
from trawl.store.hash_sets import lists_of
from trawl.store.hits import Hit


def removed_of(hash_sets: Path, lists: Sequence[ListImport]) -> dict[int, int]:
    """How many entries of each of these lists were taken out, where any were. Raises
    IndexDamaged."""
    found: dict[int, int] = {}
    for set_id in {each.set_id for each in lists}:
        found |= set_folder(hash_sets, set_id).removed.by_list()
    ours = {each.id for each in lists}
    return {list_id: count for list_id, count in found.items() if list_id in ours}


def still_standing(session: Session, hash_sets: Path, hits: Sequence[Hit]) -> list[Hit]:
    """Those of the hits that nothing has removed, in their order. Within a session: while it
    lasts nobody else removes anything. Raises IndexDamaged."""
    set_of = {each.id: each.set_id for each in lists_of(session)}
    by_set: dict[int, list[int]] = defaultdict(list)
    for number, hit in enumerate(hits):
        if hit.list_id in set_of:
            by_set[set_of[hit.list_id]].append(number)
    stands = np.zeros(len(hits), np.bool_)
    for set_id, numbers in by_set.items():
        lists = np.array([hits[number].list_id for number in numbers], np.int64)
        entries = np.array([hits[number].entry for number in numbers], np.int64)
        stands[numbers] = ~set_folder(hash_sets, set_id).removed.has(lists, entries)
    return list(compress(hits, stands.tolist()))
