"""What a pass is given, and what it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding

HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class PassLimits:
    """What a single media may cost. Bytes, pixels, seconds."""

    whole_file_bytes: int = 1 << 29
    pixels: int = 300_000_000
    video_seconds: float = 120.0
    video_frames: int = 400_000
    scene_frames: int = 60


@dataclass(slots=True)
class Content:
    """The bytes of one media, as a pass sees them.

    ``name`` is the last part of one of its paths, for messages and for formats that cannot be
    told by content alone; it must not decide anything that another name would decide otherwise.
    ``opener`` gives a fresh seekable stream. ``beat`` is called now and then by long work, so
    that a watcher can tell slow from hung.
    """

    name: str
    size: int
    head: bytes
    opener: Callable[[], BinaryIO]
    whole: bytes | None = None
    path: Path | None = None
    limits: PassLimits = field(default_factory=PassLimits)
    beat: Callable[[], None] = lambda: None

    def data(self) -> bytes:
        """All the bytes. Raises PassFailed when they are more than the limit."""
        if self.whole is None:
            if self.size > self.limits.whole_file_bytes:
                raise PassFailed(
                    f"{self.size:,} bytes are more than this pass reads at once "
                    f"({self.limits.whole_file_bytes:,})"
                )
            with self.opener() as stream:
                self.whole = stream.read()
        return self.whole

    def open(self) -> BinaryIO:
        """A fresh, seekable stream over the bytes, at position 0."""
        if self.whole is not None:
            return io.BytesIO(self.whole)
        return self.opener()


def content_of(data: bytes, name: str = "", limits: PassLimits | None = None) -> Content:
    """A content held in memory."""
    return Content(
        name=name,
        size=len(data),
        head=data[:HEAD_BYTES],
        opener=lambda: io.BytesIO(data),
        whole=data,
        limits=limits or PassLimits(),
    )


class Pass(Protocol):
    """One computation over media.

    Raise PassFailed with a plain reason when nothing can be said. Anything else that is raised
    is caught at the worker's boundary and stored as a failure too, so a pass never needs a
    broad ``except``. Raise ``version`` whenever the same bytes would give another finding.
    """

    name: ClassVar[str]
    version: ClassVar[int]

    def wants(self, kind: FileType) -> bool:
        """Whether this pass has anything to say of such a content."""
        ...

    def run(self, content: Content, kind: FileType) -> Finding:
        """What it says."""
        ...
