"""Exhibits, acquisitions, and what is inside a source: entries and occurrences."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class EntryKind(StrEnum):
    """What a source holds at one path."""

    FILE = "file"
    FOLDER = "folder"  # only logged when it cannot be listed
    SYMLINK = "symlink"
    FIFO = "fifo"
    SOCKET = "socket"
    DEVICE = "device"
    VOLUME = "volume"  # a partition or volume that cannot be opened (locked, unknown)
    SPACE = "space"  # nothing at a path: a whole source that could not be listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing at one path of a source, as its listing says before a byte is read.

    ``path`` is relative to the source, ``/``-separated, its bytes exactly as stored (it is
    never used as a path of this machine). ``locator`` means something only to the source that
    issued it. Times are microseconds since 1970-01-01 UTC. ``lock`` names what locks the
    bytes, ``problem`` why they cannot be read, both where the listing already knows.
    """

    path: bytes
    kind: EntryKind = EntryKind.FILE
    size: int | None = None
    locator: str = ""
    modified_us: int | None = None
    created_us: int | None = None
    accessed_us: int | None = None
    changed_us: int | None = None
    deleted: bool = False
    link_target: bytes | None = None
    lock: str | None = None
    problem: str | None = None


class OccurrenceState(StrEnum):
    """What became of one occurrence."""

    LOGGED = "logged"  # read, digested, its media known
    NOT_A_FILE = "not-a-file"  # link, socket, device … recorded, nothing to read
    UNREADABLE = "unreadable"
    LOCKED = "locked"
    REFUSED = "refused"  # over a limit that stops bombs


class ContainerState(StrEnum):
    """How far a container (the acquisition's paths, an archive, a disk image) has come."""

    PENDING = "pending"
    LISTED = "listed"
    DONE = "done"
    LOCKED = "locked"
    FAILED = "failed"


def display_path(raw: bytes) -> str:
    """The path as text: UTF-8 where it is, ``\\xNN`` for each other byte and for control
    characters, so that it prints on one line and says what was there."""
    text = raw.decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
