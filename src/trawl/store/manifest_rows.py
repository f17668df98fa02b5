"""An acquisition's occurrences as a manifest lists them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from trawl.model.log import ManifestRow
from trawl.store import schema
from trawl.store.database import Reader
from trawl.store.identifiers import row_id

BATCH = 5_000

OwnPath = tuple[bytes, str, str, bytes | None, bytes | None]


def manifest_rows(view: Reader, acquisition_id: int) -> Iterator[ManifestRow]:
    """Every occurrence, sorted by the bytes of its path and then by its number. Streams: the
    database sorts, a batch at a time is in memory."""
    occurrence, media = schema.occurrence.c, schema.media.c
    low, high = row_id(acquisition_id, 0), row_id(acquisition_id + 1, 0)
    # SQLite compares text by its bytes; PostgreSQL by the locale, unless told.
    by_bytes = "C" if view.connection.dialect.name == "postgresql" else "BINARY"
    query = (
        select(
            occurrence.id,
            occurrence.path,
            occurrence.path_raw,
            occurrence.kind,
            occurrence.state,
            occurrence.reason,
            occurrence.size,
            occurrence.modified_us,
            occurrence.deleted,
            media.md5,
            media.sha1,
            media.sha256,
        )
        .select_from(schema.occurrence.outerjoin(schema.media))
        .where(occurrence.id >= low, occurrence.id < high)
        .order_by(occurrence.path.collate(by_bytes), occurrence.id)
        .execution_options(yield_per=BATCH)
    )
    for row in view.connection.execute(query):
        yield ManifestRow(
            number=row.id - low,
            path=row.path,
            raw_path=row.path_raw,
            kind=row.kind,
            state=row.state,
            reason=row.reason,
            size=row.size,
            modified_us=row.modified_us,
            deleted=bool(row.deleted),
            md5=row.md5,
            sha1=row.sha1,
            sha256=row.sha256,
        )


def own_paths(
    view: Reader, acquisition_id: int
) -> Iterator[tuple[bytes, str, str, bytes | None, bytes | None]]:
    """What an acquisition's own paths held: path bytes, entry kind, state, SHA-256 and the
    target of a link, in the order of its listing. Without what lies in archives and images."""
    occurrence, media = schema.occurrence.c, schema.media.c
    query = (
        select(
            occurrence.path,
            occurrence.path_raw,
            occurrence.kind,
            occurrence.state,
            media.sha256,
            occurrence.link_target,
        )
        .select_from(schema.occurrence.outerjoin(schema.media))
        .where(occurrence.container_id == row_id(acquisition_id, 0))
        .order_by(occurrence.id)
        .execution_options(yield_per=BATCH)
    )
    for path, raw, kind, state, sha256, target in view.connection.execute(query):
        yield raw if raw is not None else path.encode(), kind, state, sha256, target
