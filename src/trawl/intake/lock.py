"""One intake at a time per acquisition."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trawl.errors import WorkspaceBusy


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; it goes with the process. Raises WorkspaceBusy."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WorkspaceBusy(
                "Another process is working on this acquisition.",
                hint="Wait for it to end, or stop it; nothing it has logged is lost.",
            ) from None
        yield
