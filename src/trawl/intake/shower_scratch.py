"""The folder that a process that shows media may write to, and what killed servers have left."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

_PREFIX = "showing-"


@dataclass(slots=True)
class ShowerScratch:
    """The one folder a worker may write to, held by a lock that goes with this process: a folder
    without its lock was left by a server that was killed."""

    folder: Path
    _lock: int

    @classmethod
    def make(cls, around: Path) -> ShowerScratch:
        folder = Path(mkdtemp(prefix=_PREFIX, dir=around))
        lock = os.open(folder.with_suffix(".lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(lock, fcntl.LOCK_EX)
        return cls(folder, lock)

    @classmethod
    def remove_left(cls, around: Path) -> None:
        """Remove what servers that were killed have left."""
        for path in around.glob(f"{_PREFIX}*.lock"):
            lock = os.open(path, os.O_RDWR | os.O_CLOEXEC)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(lock)
                continue
            cls(path.with_suffix(""), lock).remove()

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.with_suffix(".lock").unlink(missing_ok=True)
        os.close(self._lock)
