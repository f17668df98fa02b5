"""Which media are in a case."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import exists, select

from trawl.store import schema
from trawl.store.bulk import batches
from trawl.store.case_media import acquisitions_of_case
from trawl.store.database import Reader, Session


def media_in_case(view: Reader | Session, case_id: int, media_ids: Iterable[int]) -> set[int]:
    """Those of these media that have an occurrence in the case."""
    acquisitions = acquisitions_of_case(view, case_id)
    media, occurrence, container = schema.media.c, schema.occurrence.c, schema.container.c
    there = exists(
        select(occurrence.id)
        .join(schema.container, container.id == occurrence.container_id)
        .where(occurrence.media_id == media.id, container.acquisition_id.in_(acquisitions))
        .correlate(schema.media)
    )
    found: set[int] = set()
    for some in batches(media_ids):
        query = select(media.id).where(media.id.in_(some), there)
        found.update(view.connection.execute(query).scalars())
    return found
