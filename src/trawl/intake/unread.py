"""Rows of members of which no byte was read."""

from __future__ import annotations

from trawl.model.exhibit import Entry, EntryKind, OccurrenceState
from trawl.model.intake import Logged


def without_reading(entry: Entry, *, has_secret: bool = False) -> Logged | None:
    """The row of an entry whose listing has said all there is to say; None where its bytes are
    to be read."""
    if entry.lock is not None and not (has_secret and entry.kind is EntryKind.FILE):
        return not_logged(entry, OccurrenceState.LOCKED, f"locked: {entry.lock}")
    if entry.problem is not None:
        return not_logged(entry, OccurrenceState.UNREADABLE, entry.problem)
    if entry.kind is not EntryKind.FILE:
        return not_logged(entry, OccurrenceState.NOT_A_FILE, None)
    return None


def not_logged(entry: Entry, state: OccurrenceState, reason: str | None) -> Logged:
    """The row of an entry whose bytes could not be had."""
    return Logged(entry=entry, state=state, reason=reason, size=entry.size)
