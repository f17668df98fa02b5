"""The media of a case, as columns: what matching works on."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select

from trawl.model.media import FrameRole
from trawl.store import schema
from trawl.store.blocks import blocks_of
from trawl.store.bulk import batches
from trawl.store.columns import IntColumn
from trawl.store.database import Reader, Session
from trawl.store.identifiers import acquisition_of, row_id
from trawl.store.log_rows import exhibits_by_acquisition
from trawl.store.scan import MOST_AT_ONCE, columns_of

Numbers = npt.NDArray[np.int64]

AT_ONCE = 8192
"""Media in one batch."""


def acquisitions_of_case(view: Reader | Session, case_id: int) -> list[int]:
    """The acquisitions of a case, the oldest first."""
    exhibits, acquisitions = schema.exhibit.c, schema.acquisition.c
    rows = view.connection.execute(
        select(acquisitions.id)
        .join(schema.exhibit, exhibits.id == acquisitions.exhibit_id)
        .where(exhibits.case_id == case_id)
        .order_by(acquisitions.id)
    )
    return list(rows.scalars())


def media_counts(view: Reader | Session, acquisition_ids: Sequence[int]) -> tuple[Numbers, Numbers]:
    """The distinct media of some acquisitions, sorted, and how many occurrences each has."""
    ids = np.empty(0, dtype=np.int64)
    counts = np.empty(0, dtype=np.int64)
    for acquisition_id in acquisition_ids:
        blocks = blocks_of(view.connection, acquisition_id)
        for first in range(0, len(blocks), MOST_AT_ONCE):
            found = columns_of(view, blocks[first : first + MOST_AT_ONCE], ("media",))
            seen = [_media(columns["media"]) for columns in found.values()]
            ids, counts = _added(ids, counts, np.concatenate(seen))
    return ids, counts


def _media(column: object) -> Numbers:
    assert isinstance(column, IntColumn)
    there: Numbers = column.values()[column.codes != 0]
    return there


def _added(ids: Numbers, counts: Numbers, more: Numbers) -> tuple[Numbers, Numbers]:
    new, times = np.unique(more, return_counts=True)
    together, place = np.unique(np.concatenate([ids, new]), return_inverse=True)
    summed = np.bincount(place, np.concatenate([counts, times])).astype(np.int64)
    return together, summed


class MediaFacts(NamedTuple):
    """What matching must know of one media. ``kind`` is the value of ``model.media.Kind``."""

    id: int
    sha256: bytes
    sha1: bytes
    md5: bytes
    size: int
    kind: str
    width: int | None
    height: int | None
    sharpness: float | None
    pdq: bytes | None
    quality: int | None


def media_facts(view: Reader | Session, media_ids: Numbers) -> Iterator[list[MediaFacts]]:
    """The facts of media, in the order of their identifiers (which must be sorted), in batches.
    Media whose identifiers lie close together are read in one sweep."""
    media, kinds = schema.media.c, schema.file_type.c
    query = select(
        *(media.id, media.sha256, media.sha1, media.md5, media.size, kinds.kind),
        *(media.width, media.height, media.sharpness, media.pdq, media.pdq_quality),
    ).select_from(schema.media.join(schema.file_type, kinds.id == media.type_id))
    for first in range(0, len(media_ids), AT_ONCE):
        some = media_ids[first : first + AT_ONCE]
        yield list(starmap(MediaFacts, _swept(view, query, media.id, some)))


def findings_upto(view: Reader | Session, media_id: int) -> int:
    """How many findings there are of media up to one: more when a newer pass has renewed any."""
    return view.connection.execute(
        select(func.count()).where(schema.finding.c.media_id <= media_id)
    ).scalar_one()


def facts_by_id(view: Reader | Session, media_ids: Collection[int]) -> dict[int, MediaFacts]:
    """The facts of some media, by identifier."""
    ordered = np.array(sorted(set(media_ids)), np.int64)
    return {one.id: one for batch in media_facts(view, ordered) for one in batch}


def first_places(
    view: Reader | Session, case_id: int, media_ids: Collection[int]
) -> dict[int, tuple[str, str]]:
    """For each media the exhibit and path of its first occurrence in the case."""
    column = schema.occurrence.c
    found: dict[int, tuple[str, str]] = {}
    missing = set(media_ids)
    for acquisition_id, reference in exhibits_by_acquisition(view.connection, [case_id]).items():
        within = column.id.between(row_id(acquisition_id, 0), row_id(acquisition_id + 1, 0) - 1)
        for some in batches(sorted(missing)):
            first = (
                select(func.min(column.id))
                .where(column.media_id.in_(some), within)
                .group_by(column.media_id)
            )
            rows = view.connection.execute(
                select(column.media_id, column.path).where(column.id.in_(first))
            )
            found.update((media_id, (reference, path)) for media_id, path in rows)
        missing -= found.keys()
    return found


class FilePlace(NamedTuple):
    """One occurrence of a media. Times in microseconds since 1970-01-01."""

    exhibit: str
    path: str
    created_us: int | None
    modified_us: int | None
    accessed_us: int | None
    deleted: bool


MOST_PLACES = 1000
"""Occurrences told of one media; an empty file has millions."""


def places(
    view: Reader | Session, case_id: int, media_ids: Collection[int]
) -> dict[int, list[FilePlace]]:
    """The occurrences of some media in a case, at most ``MOST_PLACES`` of each."""
    exhibits = exhibits_by_acquisition(view.connection, [case_id])
    column = schema.occurrence.c
    query = select(
        *(column.id, column.media_id, column.path, column.created_us, column.modified_us),
        *(column.accessed_us, column.deleted),
    )
    found: dict[int, list[FilePlace]] = {media_id: [] for media_id in media_ids}
    for some in batches(media_ids):
        for row in view.connection.execute(
            query.where(column.media_id.in_(some)).order_by(column.id)
        ):
            exhibit = exhibits.get(acquisition_of(row.id))
            told = found[row.media_id]
            if exhibit is not None and len(told) < MOST_PLACES:
                told.append(FilePlace(exhibit, *row[2:6], bool(row.deleted)))
    return found


@dataclass(frozen=True, slots=True)
class StoredFrames:
    """Fingerprints of frames, as columns of one length, by media, role, then time.

    ``media``: int64; ``role``: index into ``FrameRole``, uint8; ``at_ms``: int64; ``bits``:
    uint8 (n, 32); ``quality``: uint8.
    """

    media: Numbers
    role: npt.NDArray[np.uint8]
    at_ms: Numbers
    bits: npt.NDArray[np.uint8]
    quality: npt.NDArray[np.uint8]


def frames_of_media(view: Reader | Session, media_ids: Numbers) -> StoredFrames:
    """All frames of some media (sorted identifiers), by the newest version of their pass."""
    table = schema.frame.c
    query = select(
        *(table.media_id, table.pass_name, table.version),
        *(table.role, table.at_ms, table.pdq, table.pdq_quality),
    )
    rows: list[tuple[Any, ...]] = []
    for first in range(0, len(media_ids), AT_ONCE):
        some = media_ids[first : first + AT_ONCE]
        rows += _newest(_swept(view, query, table.media_id, some))
    roles = {str(role): number for number, role in enumerate(FrameRole)}
    return StoredFrames(
        np.array([row[0] for row in rows], dtype=np.int64),
        np.array([roles[row[3]] for row in rows], dtype=np.uint8),
        np.array([row[4] for row in rows], dtype=np.int64),
        np.frombuffer(b"".join(row[5] for row in rows), dtype=np.uint8).reshape(-1, 32),
        np.array([row[6] for row in rows], dtype=np.uint8),
    )


def _newest(swept: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Frames of the newest version of each pass, by media, role, then time."""
    rows = list(swept)
    newest: dict[tuple[int, str], int] = {}
    for row in rows:
        newest[row[:2]] = max(row[2], newest.get(row[:2], 0))
    kept = [row for row in rows if row[2] == newest[row[:2]]]
    return sorted(kept, key=lambda row: (row[0], row[3], row[4]))


def _swept(
    view: Reader | Session, query: Select[Any], column: Any, some: Numbers
) -> Iterator[tuple[Any, ...]]:
    """The rows of some sorted identifiers: one range where they lie close, else one by one."""
    low, high = int(some[0]), int(some[-1])
    if high - low < 4 * len(some):
        wanted = set(some.tolist())
        ranged = query.where(column.between(low, high)).order_by(column)
        yield from (tuple(row) for row in view.connection.execute(ranged) if row[0] in wanted)
        return
    for few in batches(some.tolist()):
        within = query.where(column.in_(few)).order_by(column)
        yield from map(tuple, view.connection.execute(within))
