"""Which media each hash set has hit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sqlalchemy import select

from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.media_hit import AT_ONCE, media_hit, rejected_by_set

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetHits:
    """One set. ``media``: identifiers it has hit by any means, as far as that counts (see
    ``store.hits.hits_of``), sorted, distinct."""

    name: str
    purpose: Purpose
    media: Numbers


def set_hits(view: Reader | Session) -> Iterator[SetHits]:
    """All sets that have hit anything, by name."""
    rejected = rejected_by_set(view)
    never = media_hit(view, [Purpose.NEVER])
    sets = schema.hash_set.c
    rows = view.connection.execute(
        select(sets.id, sets.name, sets.purpose).order_by(sets.name, sets.id)
    ).all()
    for set_id, name, purpose in rows:
        media, digest = _read(view, set_id)
        counts = ~np.isin(media, np.array(rejected.get(name, []), np.int64))
        if purpose != str(Purpose.NEVER):
            counts &= digest | ~np.isin(media, never)
        if counts.any():
            yield SetHits(name=name, purpose=Purpose(purpose), media=np.unique(media[counts]))


def _read(view: Reader | Session, set_id: int) -> tuple[Numbers, npt.NDArray[np.bool_]]:
    """Media hit by the lists of a set, once for each hit, and whether by a digest."""
    hits, lists = schema.hit.c, schema.hash_list.c
    media, digest = [np.empty(0, np.int64)], [np.empty(0, np.bool_)]
    list_ids = view.connection.execute(select(lists.id).where(lists.set_id == set_id)).scalars()
    for list_id in list_ids.all():
        rows = view.connection.execute(
            select(hits.media_id, hits.means == str(Means.DIGEST)).where(hits.list_id == list_id)
        )
        for part in rows.partitions(AT_ONCE):
            ids, exact = zip(*part, strict=True)
            media.append(np.array(ids, np.int64))
            digest.append(np.array(exact, np.bool_))
    return np.concatenate(media), np.concatenate(digest)
