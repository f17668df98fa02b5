"""What an intake hands to the store."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.model.exhibit import ContainerState, Entry, OccurrenceState
from trawl.model.media import FileType, MediaRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """Something that was, is or will be opened: the acquisition's own paths, an archive, a disk
    image, a locked volume. ``number`` counts from 0 in the order they were found.

    ``members`` is how many entries its listing holds, once listed; ``done`` how many of them are
    in the log: the journal. ``occurrence_id`` and ``parent_id`` are None for the root.
    """

    id: int
    acquisition_id: int
    number: int
    parent_id: int | None
    occurrence_id: int | None
    kind: str
    path: str  # as displayed; "" for the root
    sha256: bytes | None  # of the content it is opened on
    locator: str  # of its occurrence, inside the parent
    volume: str  # locator of a locked volume inside, "" for the whole
    depth: int
    state: ContainerState
    reason: str | None
    members: int | None
    done: int


ROOT_KIND = "folder"


def root_container(identifier: int, acquisition_id: int, kind: str = ROOT_KIND) -> Container:
    """The container of an acquisition's own paths, before it is listed."""
    return Container(
        id=identifier,
        acquisition_id=acquisition_id,
        number=0,
        parent_id=None,
        occurrence_id=None,
        kind=kind,
        path="",
        sha256=None,
        locator="",
        volume="",
        depth=0,
        state=ContainerState.PENDING,
        reason=None,
        members=None,
        done=0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """What became of one member. ``media`` is given when the content may be new to the store;
    without it, ``sha256`` names a media that is there already."""

    entry: Entry
    state: OccurrenceState
    reason: str | None = None
    sha256: bytes | None = None
    size: int | None = None
    lies: bool = False
    media: MediaRecord | None = None


@dataclass(frozen=True, slots=True)
class KnownMedia:
    """What the store already has of a content."""

    id: int
    sha256: bytes
    type: FileType
    opens_as: str | None
    lock: str | None
