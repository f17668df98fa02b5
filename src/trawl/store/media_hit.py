"""Which media hash sets have hit: what is asked of a whole case, so read list by list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Reader, Session

Numbers = npt.NDArray[np.int64]

AT_ONCE = 65_536
"""Rows that are held as Python's own at a time."""

_SET = "set:"


def media_hit(
    view: Reader | Session, purposes: Collection[Purpose], means: Collection[Means] = tuple(Means)
) -> Numbers:
    """The media that sets of these purposes have hit by these means, as far as it counts (see
    ``store.hits.hits_of``): sorted, distinct."""
    sets, rejected = _sets(view), rejected_by_set(view)
    wanted = [one for one in sets if one.purpose in purposes]
    exact = [one for one in means if one is Means.DIGEST]
    by_sight = [one for one in means if one is not Means.DIGEST]
    found = [_hit_by(view, wanted, exact, rejected)]
    if by_sight:
        never = [one for one in sets if one.purpose is Purpose.NEVER]
        others = [one for one in wanted if one.purpose is not Purpose.NEVER]
        spared = _hit_by(view, never, tuple(Means), rejected)
        found.append(np.setdiff1d(_hit_by(view, others, by_sight, rejected), spared))
        if Purpose.NEVER in purposes:
            found.append(_hit_by(view, never, by_sight, rejected))
    return np.unique(np.concatenate(found))


class _Set(NamedTuple):
    name: str
    purpose: Purpose
    list_ids: list[int]


def _sets(view: Reader | Session) -> list[_Set]:
    lists, sets = schema.hash_list.c, schema.hash_set.c
    found: dict[int, _Set] = {}
    for set_id, name, purpose, list_id in view.connection.execute(
        select(sets.id, sets.name, sets.purpose, lists.id).join(
            schema.hash_list, lists.set_id == sets.id
        )
    ):
        found.setdefault(set_id, _Set(name, Purpose(purpose), [])).list_ids.append(list_id)
    return list(found.values())


def rejected_by_set(view: Reader | Session) -> dict[str, list[int]]:
    """By the name of a set the media of which an officer has said that it does not mean them."""
    table = schema.not_a_match.c
    found: dict[str, list[int]] = defaultdict(list)
    for other, media_id in view.connection.execute(
        select(table.other, schema.media.c.id)
        .join(schema.media, schema.media.c.sha256 == table.sha256)
        .where(table.other.startswith(_SET))
    ):
        found[other.removeprefix(_SET)].append(media_id)
    return found


def _hit_by(
    view: Reader | Session,
    sets: Iterable[_Set],
    means: Collection[Means],
    rejected: dict[str, list[int]],
) -> Numbers:
    """The media that these sets have hit, without those rejected: distinct or not."""
    found = [np.empty(0, np.int64)]
    for one in sets:
        media = _read(view, one.list_ids, means)
        if one.name in rejected:
            media = np.setdiff1d(media, np.array(rejected[one.name], np.int64))
        found.append(media)
    return np.concatenate(found)


def _read(view: Reader | Session, list_ids: Iterable[int], means: Collection[Means]) -> Numbers:
    hits = schema.hit.c
    found = [np.empty(0, np.int64)]
    if not means:
        return found[0]
    # One list at a time is a run of the index by list, which holds the rest of the key too.
    for list_id in list_ids:
        query = select(hits.media_id).where(
            hits.list_id == list_id, hits.means.in_([str(one) for one in means])
        )
        rows = view.connection.execute(query).scalars()
        found += [np.array(part, np.int64) for part in rows.partitions(AT_ONCE)]
    return np.concatenate(found)
