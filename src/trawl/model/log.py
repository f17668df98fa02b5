"""Rows of the log as they are shown or sealed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """One occurrence as it stands in a manifest. ``raw_path`` is given where the path is not
    plain UTF-8. Times in microseconds since 1970-01-01 UTC, sizes in bytes."""

    number: int
    path: str
    raw_path: bytes | None
    kind: str
    state: str
    reason: str | None
    size: int | None
    modified_us: int | None
    deleted: bool
    md5: bytes | None
    sha1: bytes | None
    sha256: bytes | None
