"""Cases, exhibits and acquisitions."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.model.access import Wing


@dataclass(frozen=True, slots=True)
class Case:
    """An investigation; the unit of access. A restricted one exists for its members alone.
    ``scheme`` names the category scheme of its grading; None: the unit's."""

    id: int
    name: str
    added_us: int
    wing: Wing = Wing.CHILD_PROTECTION
    restricted: bool = False
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A seized thing with its reference in a case."""

    id: int
    case_id: int
    reference: str
    added_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """A signed manifest of an acquisition as it then was. The newest one counts."""

    number: int
    manifest_root: bytes
    manifest_lines: int
    signature: bytes
    key_id: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """One reading of one exhibit. ``finished_us`` is None while it goes on.

    ``occurrences`` and ``containers`` are how many of each it has so far; ``pack`` and
    ``pack_end`` how far its packs of thumbnails are committed (None: nothing yet).
    """

    id: int
    case_id: int
    exhibit_id: int
    exhibit: str
    officer_id: int
    roots: tuple[str, ...]
    settings: dict[str, object]
    begun_us: int
    finished_us: int | None
    occurrences: int
    containers: int
    pack: int | None
    pack_end: int | None
    seal: Seal | None
