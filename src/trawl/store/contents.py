"""The contents that a slice's rows name: those the store has, and those it has to take in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from trawl.errors import StoreError
from trawl.model.intake import Logged
from trawl.model.media import MediaRecord
from trawl.store import schema
from trawl.store.blobs import PackWriter
from trawl.store.database import Session
from trawl.store.file_types import type_ids
from trawl.store.findings import add_newer_findings
from trawl.store.media import stored_media
from trawl.store.media_rows import MediaRows
from trawl.store.numbers import next_id


class MissingMedia(StoreError):
    """A row names a content that the store does not have; that member must be read again."""

    def __init__(self, sha256: bytes) -> None:
        super().__init__(f"the store has no media {sha256.hex()}")
        self.sha256 = sha256


class MediaPlace(NamedTuple):
    """What a row must know of its media."""

    id: int
    size: int
    opens_as: str | None
    known: bool  # another acquisition brought it first


def content_of_row(row: Logged) -> bytes | None:
    """The SHA-256 a row names, by itself or through its media."""
    return row.media.digests.sha256 if row.media is not None else row.sha256


class SliceContents:
    """Looks all contents of a slice up at once; ``write`` takes in what is new."""

    def __init__(self, session: Session, acquisition_id: int, rows: Sequence[Logged]) -> None:
        self._session = session
        self._acquisition_id = acquisition_id
        self._given: dict[bytes, MediaRecord] = {}
        for row in rows:
            if row.media is not None:
                self._given.setdefault(row.media.digests.sha256, row.media)
        named = dict.fromkeys(sha for row in rows if (sha := content_of_row(row)) is not None)
        self._places = {
            sha256: MediaPlace(
                stored.id, stored.size, stored.opens_as, stored.acquisition_id != acquisition_id
            )
            for sha256, stored in stored_media(session, list(named)).items()
        }
        for sha256 in named:
            if sha256 not in self._places and sha256 not in self._given:
                raise MissingMedia(sha256)
        self.added = 0

    def place(self, row: Logged) -> MediaPlace | None:
        """The media of a row; None when it names none."""
        sha256 = content_of_row(row)
        return None if sha256 is None else self._places[sha256]

    def write(self, thumbnails: PackWriter) -> None:
        """Take in the media that are new, and newer findings of those that are not."""
        if not self._given:
            return
        rows = MediaRows(self._acquisition_id, thumbnails)
        again = {
            self._places[sha256].id: record
            for sha256, record in self._given.items()
            if sha256 in self._places
        }
        new = [record for sha256, record in self._given.items() if sha256 not in self._places]
        self._add(new, rows)
        rows.insert(self._session.connection)
        add_newer_findings(self._session.connection, again, self._acquisition_id, thumbnails)

    def _add(self, new: Sequence[MediaRecord], rows: MediaRows) -> None:
        if not new:
            return
        connection = self._session.connection
        types = type_ids(connection, (record.type for record in new))
        for identifier, record in enumerate(new, next_id(connection, schema.media)):
            rows.add(identifier, types[record.type], record)
            self._places[record.digests.sha256] = MediaPlace(
                identifier, record.size, record.opens_as, known=False
            )
        self.added = len(new)
