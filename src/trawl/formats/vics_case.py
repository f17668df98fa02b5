"""A case as VICS 2.0 hands it on: the nouns of the data model that Trawl writes.

Only what is given is written. Times are aware datetimes. (Schema: Project VIC data model 2.0.)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsCase:
    """The case. ``domain``: whose category codes the media bear: "US", "UK", "Default" or
    "CUSTOM". How many media there are is counted when they are written."""

    domain: str
    case_id: UUID
    number: str | None = None
    contact_organization: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    contact_email: str | None = None
    contact_title: str | None = None
    seized: datetime | None = None
    application: str | None = None
    application_version: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsFile:
    """One occurrence of a media in the exhibit."""

    name: str | None = None
    path: str | None = None
    created: datetime | None = None
    written: datetime | None = None
    accessed: datetime | None = None
    unallocated: bool | None = None
    deleted: bool | None = None
    source_id: str | None = None
    physical_location: int | None = None
    parent_md5: bytes | None = None
    parent_name: str | None = None
    parent_path: str | None = None
    parent_physical_location: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsExif:
    """One property of a picture, as text."""

    name: str
    value: str | None = None
    group: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsSegment:
    """A part of a video with a category of its own. ``start`` and ``end`` as text."""

    category: int
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsIdentifier:
    """Something in a media that names a person, a place or a thing."""

    type: str | None = None
    comments: str | None = None
    tags: str | None = None
    name: str | None = None
    application: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VicsMedia:
    """One distinct content. ``md5``, ``sha1``, ``sha256``, ``pdq``: 16, 20, 32 and 32 raw
    bytes; ``media_id``: its number in the case (Int32); ``category``: 0-255 in the scheme of
    the case's domain; ``size``: bytes; ``photodna``: as another tool gave it; ``other_hashes``:
    name and value of further alternative hashes.

    The format has no place for the quality of a PDQ: give the fingerprint of no picture that is
    too plain to be matched by sight.
    """

    md5: bytes
    media_id: int
    precategorized: bool = False
    category: int | None = None
    sha1: bytes | None = None
    sha256: bytes | None = None
    pdq: bytes | None = None
    photodna: str | None = None
    other_hashes: tuple[tuple[str, str], ...] = ()
    victim_identified: bool | None = None
    offender_identified: bool | None = None
    distributed: bool | None = None
    suspected: bool | None = None
    self_generated: bool | None = None
    comments: str | None = None
    tags: str | None = None
    series: str | None = None
    size: int | None = None
    mime: str | None = None
    relative_path: str | None = None
    updated: datetime | None = None
    precategorization_source: str | None = None
    files: tuple[VicsFile, ...] = ()
    exifs: tuple[VicsExif, ...] = ()
    segments: tuple[VicsSegment, ...] = ()
    identifiers: tuple[VicsIdentifier, ...] = ()
    repositories: tuple[str, ...] = ()
