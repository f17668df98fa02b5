"""Rows of the log as they are shown and exported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from trawl.model.media import FindingState
from trawl.store import schema
from trawl.store.identifiers import SHIFT


@dataclass(frozen=True, slots=True)
class LogRow:
    """One occurrence with the core facts of its media. ``reason``: why the file was not read, or
    why its content was not decoded. Digests and PDQ in hex, sizes in bytes,
    times in microseconds (``taken_at_us`` of the clock that wrote it), durations in
    milliseconds."""

    occurrence_id: int
    exhibit: str
    path: str
    entry_kind: str
    state: str
    reason: str | None
    size: int | None
    modified_us: int | None
    created_us: int | None
    accessed_us: int | None
    changed_us: int | None
    deleted: bool
    lies: bool
    known: bool
    md5: str | None
    sha1: str | None
    sha256: str | None
    mime: str | None
    kind: str | None
    undecoded: bool
    width: int | None
    height: int | None
    duration_ms: int | None
    taken_at_us: int | None
    taken_offset_min: int | None
    camera_make: str | None
    camera_model: str | None
    camera_serial: str | None
    latitude: float | None
    longitude: float | None
    pdq: str | None
    pdq_quality: int | None
    lock: str | None


def exhibits_by_acquisition(connection: Connection, case_ids: Collection[int]) -> dict[int, str]:
    """The acquisitions of these cases, in order, each with the reference of its exhibit."""
    rows = connection.execute(
        select(schema.acquisition.c.id, schema.exhibit.c.reference)
        .join(schema.exhibit, schema.exhibit.c.id == schema.acquisition.c.exhibit_id)
        .where(schema.exhibit.c.case_id.in_(list(case_ids)))
        .order_by(schema.acquisition.c.id)
    )
    return {row.id: row.reference for row in rows}


def _reason() -> ColumnElement[str | None]:
    """Why it was not read; else why a pass failed on the media, asked only where one did."""
    finding, media = schema.finding.c, schema.media.c
    failing = (
        select(func.min(finding.reason))
        .where(finding.media_id == media.id, finding.state == str(FindingState.FAILED))
        .scalar_subquery()
    )
    return func.coalesce(schema.occurrence.c.reason, case((media.undecoded, failing)))


def _query() -> Any:
    occurrence, media, kinds = schema.occurrence.c, schema.media.c, schema.file_type.c
    joined = schema.occurrence.outerjoin(schema.media, media.id == occurrence.media_id).outerjoin(
        schema.file_type, kinds.id == media.type_id
    )
    return (
        select(
            *(occurrence.id, occurrence.path, occurrence.kind, occurrence.state),
            *(_reason(), occurrence.size, occurrence.modified_us),
            *(occurrence.created_us, occurrence.accessed_us, occurrence.changed_us),
            *(occurrence.deleted, occurrence.lies, occurrence.known),
            *(media.md5, media.sha1, media.sha256, kinds.mime, kinds.kind, media.undecoded),
            *(media.width, media.height, media.duration_ms),
            *(media.taken_at_us, media.taken_offset_min),
            *(media.camera_make, media.camera_model, media.camera_serial),
            *(media.latitude, media.longitude, media.pdq, media.pdq_quality),
            func.coalesce(occurrence.lock, media.lock),
        )
        .select_from(joined)
        .order_by(occurrence.id)
    )


_QUERY = _query()


def log_rows(
    connection: Connection,
    exhibits: Mapping[int, str],
    *conditions: ColumnElement[bool],
    limit: int | None = None,
) -> Iterator[LogRow]:
    """The rows that meet the conditions, in the order of the log."""
    query = _QUERY.where(*conditions)
    for row in connection.execute(query if limit is None else query.limit(limit)):
        yield _log_row(row, exhibits)


def _hex(raw: bytes | None) -> str | None:
    return None if raw is None else raw.hex()


def _log_row(row: Any, exhibits: Mapping[int, str]) -> LogRow:
    """The columns of the query are in the order of the fields; an export makes millions."""
    identifier = row[0]
    values: list[Any] = [
        identifier,
        exhibits[identifier >> SHIFT],
        *row[1:13],
        *map(_hex, row[13:16]),
        *row[16:18],
        bool(row[18]),
        *row[19:29],
        _hex(row[29]),
        *row[30:],
    ]
    return LogRow(*values)
