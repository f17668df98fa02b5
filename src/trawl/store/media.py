"""Media: what the store has of a content."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from trawl.errors import NotFound
from trawl.model.intake import KnownMedia
from trawl.model.media import FileType, FindingState, FrameRole
from trawl.store import schema
from trawl.store.blobs import BlobRef, StoredThumbnail
from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.file_types import file_types
from trawl.store.identifiers import row_id
from trawl.store.log_rows import LogRow, exhibits_by_acquisition, log_rows
from trawl.store.media_rows import FACTS

MOST_OCCURRENCES = 1000
"""How many occurrences of one media are shown; an empty file has millions."""


class StoredMedia(NamedTuple):
    """What a slice must know of a media that is there."""

    id: int
    size: int
    opens_as: str | None
    acquisition_id: int


def stored_media(view: Reader | Session, sha256s: Sequence[bytes]) -> dict[bytes, StoredMedia]:
    """Of the contents named, those the store has."""
    columns = schema.media.c
    found = {}
    for some in batches(sha256s):
        for row in view.connection.execute(
            select(
                columns.sha256, columns.id, columns.size, columns.opens_as, columns.acquisition_id
            ).where(columns.sha256.in_(some))
        ):
            found[bytes(row[0])] = StoredMedia(*row[1:])
    return found


def known(view: Reader | Session, sha256s: Sequence[bytes]) -> dict[bytes, KnownMedia]:
    """Of the contents named, those the store has, with their type. One query per 500."""
    columns = schema.media.c
    found = {}
    types = file_types(view.connection) if sha256s else {}
    for some in batches(sha256s):
        for row in view.connection.execute(
            select(
                columns.id, columns.sha256, columns.type_id, columns.opens_as, columns.lock
            ).where(columns.sha256.in_(some))
        ):
            sha256 = bytes(row.sha256)
            found[sha256] = KnownMedia(row.id, sha256, types[row.type_id], row.opens_as, row.lock)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFinding:
    """A finding as it is stored. The fingerprint is 32 bytes."""

    name: str
    version: int
    state: FindingState
    reason: str | None
    facts: dict[str, object]
    extra: dict[str, object]
    pdq: bytes | None
    quality: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFrame:
    """A frame as it is stored."""

    role: FrameRole
    number: int
    at_ms: int
    pdq: bytes
    quality: int
    thumbnail: StoredThumbnail | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaView:
    """Everything the store has of one media, as far as the cases it was asked for go.

    ``facts`` has only those that are set. ``frames`` says how many of each role there are.
    """

    id: int
    sha256: bytes
    sha1: bytes
    md5: bytes
    size: int
    type: FileType
    opens_as: str | None
    undecoded: bool
    facts: dict[str, object]
    pdq: bytes | None
    quality: int | None
    thumbnail: StoredThumbnail | None
    findings: tuple[StoredFinding, ...]
    frames: dict[FrameRole, int]
    occurrences: tuple[LogRow, ...]


def media_by_sha256(
    view: Reader | Session,
    sha256: bytes,
    case_ids: Collection[int],
    *,
    most: int = MOST_OCCURRENCES,
) -> MediaView:
    """A media with its occurrences (at most ``most``) in the cases named. Raises NotFound when
    it is in none of them."""
    row = view.connection.execute(
        select(schema.media).where(schema.media.c.sha256 == sha256)
    ).first()
    occurrences = () if row is None else _occurrences(view, row.id, case_ids, most)
    if row is None or not occurrences:
        raise NotFound(f"no media {sha256.hex()} is in your cases")
    return MediaView(
        id=row.id,
        sha256=sha256,
        sha1=bytes(row.sha1),
        md5=bytes(row.md5),
        size=row.size,
        type=file_types(view.connection)[row.type_id],
        opens_as=row.opens_as,
        undecoded=row.undecoded,
        facts={name: value for name in FACTS if (value := row._mapping[name]) is not None},
        pdq=None if row.pdq is None else bytes(row.pdq),
        quality=row.pdq_quality,
        thumbnail=_thumbnail(row),
        findings=findings_of(view, row.id),
        frames=_frame_counts(frames_of(view, row.id)),
        occurrences=occurrences,
    )


def cases_with_media(view: Reader | Session, sha256: bytes, case_ids: Collection[int]) -> list[int]:
    """Of the cases named, those in which the media occurs, in the order they are named."""
    media_id = view.connection.execute(
        select(schema.media.c.id).where(schema.media.c.sha256 == sha256)
    ).scalar_one_or_none()
    if media_id is None:
        return []
    return [case_id for case_id in case_ids if _occurrences(view, media_id, [case_id], most=1)]


def sha256_of(view: Reader | Session, media_id: int) -> bytes | None:
    """The digest that names a media; None when there is none of that identifier."""
    sha256 = view.connection.execute(
        select(schema.media.c.sha256).where(schema.media.c.id == media_id)
    ).scalar_one_or_none()
    return None if sha256 is None else bytes(sha256)


def findings_of(view: Reader | Session, media_id: int) -> tuple[StoredFinding, ...]:
    """All findings of a media, each version of each pass."""
    table = schema.finding
    rows = view.connection.execute(
        select(table)
        .where(table.c.media_id == media_id)
        .order_by(table.c.pass_name, table.c.version)
    )
    return tuple(
        StoredFinding(
            name=row.pass_name,
            version=row.version,
            state=FindingState(row.state),
            reason=row.reason,
            facts=json.loads(row.facts or "{}"),
            extra=json.loads(row.extra or "{}"),
            pdq=None if row.pdq is None else bytes(row.pdq),
            quality=row.pdq_quality,
        )
        for row in rows
    )


def frames_of(view: Reader | Session, media_id: int) -> list[StoredFrame]:
    """The frames of a video in order of time, by the newest version of each pass."""
    table = schema.frame
    rows = view.connection.execute(
        select(table).where(table.c.media_id == media_id).order_by(table.c.at_ms, table.c.role)
    ).all()
    newest: dict[str, int] = {}
    for row in rows:
        newest[row.pass_name] = max(row.version, newest.get(row.pass_name, row.version))
    return [
        StoredFrame(
            role=FrameRole(row.role),
            number=row.number,
            at_ms=row.at_ms,
            pdq=bytes(row.pdq),
            quality=row.pdq_quality,
            thumbnail=_thumbnail(row),
        )
        for row in rows
        if row.version == newest[row.pass_name]
    ]


def thumbnails(view: Reader | Session, media_ids: Sequence[int]) -> dict[int, StoredThumbnail]:
    """Where the thumbnails of some media lie; those without one are left out."""
    columns = schema.media.c
    wanted = [column for column in columns if column.name.startswith("thumbnail_")]
    found = {}
    for some in batches(media_ids):
        for row in view.connection.execute(select(columns.id, *wanted).where(columns.id.in_(some))):
            stored = _thumbnail(row)
            if stored is not None:
                found[row.id] = stored
    return found


def _frame_counts(frames: Sequence[StoredFrame]) -> dict[FrameRole, int]:
    return {role: sum(frame.role is role for frame in frames) for role in FrameRole}


def _occurrences(
    view: Reader | Session, media_id: int, case_ids: Collection[int], most: int
) -> tuple[LogRow, ...]:
    exhibits = exhibits_by_acquisition(view.connection, case_ids)
    found: list[LogRow] = []
    column = schema.occurrence.c
    for acquisition_id in exhibits:
        ids = column.id.between(row_id(acquisition_id, 0), row_id(acquisition_id + 1, 0) - 1)
        rest = most - len(found)
        found += log_rows(view.connection, exhibits, column.media_id == media_id, ids, limit=rest)
        if len(found) >= most:
            break
    return tuple(found)


def _thumbnail(row: Row[Any]) -> StoredThumbnail | None:
    if row.thumbnail_pack is None:
        return None
    return StoredThumbnail(
        row.thumbnail_acquisition_id,
        BlobRef(row.thumbnail_pack, row.thumbnail_offset, row.thumbnail_size),
        row.thumbnail_mime,
        row.thumbnail_width,
        row.thumbnail_height,
    )
