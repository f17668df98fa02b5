"""What a Unix mode, as archives keep it, says an entry is."""

from __future__ import annotations

import stat

from trawl.model.exhibit import EntryKind


def kind_of_mode(mode: int) -> EntryKind:
    """The kind of entry; a mode that names no type (0 too) is a file's."""
    if stat.S_ISLNK(mode):
        return EntryKind.SYMLINK
    if stat.S_ISFIFO(mode):
        return EntryKind.FIFO
    if stat.S_ISSOCK(mode):
        return EntryKind.SOCKET
    if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
        return EntryKind.DEVICE
    return EntryKind.FILE
