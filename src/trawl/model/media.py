"""Media (one distinct content) and what passes say of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from trawl.model.extensions import PROMISING


class Kind(StrEnum):
    """The broad kind of a content, told from its bytes."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    ARCHIVE = "archive"
    DISK_IMAGE = "disk-image"
    ENCRYPTED = "encrypted"
    OTHER = "other"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class FileType:
    """What a content is, by its bytes. ``extensions`` are those an honest name may bear
    (lower case, no dot); empty when any name would do."""

    mime: str
    kind: Kind
    extensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Digests:
    """Raw digests: 16, 20 and 32 bytes."""

    md5: bytes
    sha1: bytes
    sha256: bytes


class Fingerprint(NamedTuple):
    """A PDQ hash: 32 bytes, most significant bit first, as the reference prints it in hex;
    quality 0-100, below 50 the picture is too plain to be matched by sight."""

    bits: bytes
    quality: int


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small upright picture, its longer side at most 256 px."""

    data: bytes
    mime: str
    width: int
    height: int


class FrameRole(StrEnum):
    """Why a frame of a video was kept; INSIDE also of a picture, whose one frame is number 0."""

    SCENE = "scene"  # a key frame that opens or stands for a scene; has a thumbnail
    SECOND = "second"  # one of the frames sampled by the second, after vPDQ
    INSIDE = "inside"  # what lies inside uniform borders, fingerprinted by itself
    BETWEEN = "between"  # between those by the second, where the picture moves


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a video: its number, its time in milliseconds, its fingerprint. What lies
    inside the borders of a picture is a frame too, number 0 at 0 ms."""

    role: FrameRole
    number: int
    at_ms: int
    fingerprint: Fingerprint
    thumbnail: Thumbnail | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The core facts a pass may find. Each is a column of the media table.

    ``taken_at_us`` is the clock time as written in the file, in microseconds since
    1970-01-01 of that same clock; ``taken_offset_min`` is its distance from UTC in minutes
    when the file says so. Latitude and longitude in degrees (WGS 84), altitude in metres.
    ``width`` and ``height`` are of the upright picture; ``orientation`` is the EXIF value 1-8.
    ``sharpness`` ranks copies of one picture; it is 0 where there is no detail at all.
    """

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    frame_count: int | None = None
    duration_ms: int | None = None
    container: str | None = None
    codec: str | None = None
    taken_at_us: int | None = None
    taken_offset_min: int | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    camera_serial: str | None = None
    software: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    sharpness: float | None = None
    lock: str | None = None


class FindingState(StrEnum):
    """How far a pass came."""

    OK = "ok"
    PARTIAL = "partial"  # something was found before it broke off; the reason says where
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one pass says of one media. ``extra`` is shown, never searched by."""

    name: str
    version: int
    state: FindingState = FindingState.OK
    reason: str | None = None
    facts: Facts | None = None
    fingerprint: Fingerprint | None = None
    thumbnail: Thumbnail | None = None
    frames: tuple[Frame, ...] = ()
    extra: dict[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRecord:
    """A new media with everything the passes found.

    ``opens_as`` is the kind of source that can be opened on it (``zip``, ``disk-image`` …).
    """

    digests: Digests
    size: int
    type: FileType
    opens_as: str | None = None
    findings: tuple[Finding, ...] = ()


def name_lies(name: str, kind: FileType) -> bool:
    """True when the extension of ``name`` promises something else than the content is.

    Names without an extension that means anything promise nothing, and a type that any name may
    bear is never contradicted.
    """
    _, dot, extension = name.rpartition(".")
    if not dot or not kind.extensions:
        return False
    extension = extension.lower()
    return extension in PROMISING and extension not in kind.extensions
