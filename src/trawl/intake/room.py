"""Telling a full disk from a member that cannot be read."""

from __future__ import annotations

import errno

from trawl.errors import StoreError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class NoRoomLeft(Exception):
    """Raised inside a worker: it ends with it, and the intake stops."""


def is_no_room(error: BaseException) -> bool:
    """Whether an error, or what it came from, says that nothing more can be written. Sources
    raise their own errors from it."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.errno in _FULL:
            return True
        cause = cause.__cause__
    return False


def stop_without_room(error: Exception) -> None:
    """Raise NoRoomLeft where that is what an error says: no fault of the member at hand."""
    if is_no_room(error):
        raise NoRoomLeft(str(error)) from error


def no_room(reason: object) -> StoreError:
    """What the officer is told."""
    return StoreError(
        f"there is no room left in the workspace: {reason}",
        hint="Make room and run the same command again; it goes on where it stopped.",
    )
