"""What a source is: something that lists entries and gives their bytes, read-only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, ClassVar, Protocol

from trawl.errors import LimitExceeded
from trawl.model.exhibit import Entry


@dataclass(frozen=True, slots=True)
class SourceLimits:
    """What stops a bomb. A member over a limit becomes a row that says so."""

    depth: int = 16  # containers within containers
    ratio: int = 1000  # unpacked : packed of one member, beyond `ratio_from` bytes unpacked
    ratio_from: int = 100 << 20
    member_bytes: int = 64 << 30  # one member of an archive, unpacked
    total_bytes: int = 1 << 40  # all members of one archive, unpacked
    members: int = 20_000_000
    path_bytes: int = 32_768

    def check_member(self, packed: int | None, unpacked: int) -> None:
        """Raise LimitExceeded when one member's declared sizes look like a bomb's."""
        if unpacked > self.member_bytes:
            raise LimitExceeded(
                f"{unpacked:,} bytes unpacked are over the limit of {self.member_bytes:,}"
            )
        if packed is not None and unpacked > self.ratio_from and unpacked > packed * self.ratio:
            raise LimitExceeded(
                f"ratio {unpacked // max(packed, 1):,}:1 is over the limit of {self.ratio}:1"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a source lies: a path of this machine (or several, for a set of exhibits given
    on the command line), and what is needed to open it. ``scratch`` is a folder this source may
    fill with what it has to unpack; it belongs to this content alone and outlives the process,
    so what was unpacked completely is found again by the next one. ``secret`` is a password or
    recovery key as typed; it is never written anywhere. ``beat`` is called now and then by long
    work, so that a watcher can tell slow from hung."""

    paths: tuple[Path, ...]
    scratch: Path
    limits: SourceLimits
    secret: str | None = None
    exclude: tuple[Path, ...] = ()  # folders a walk leaves out: the workspace itself
    volume: str = ""  # locator of a locked volume inside a disk image, to open with `secret`
    beat: Callable[[], None] = field(default=lambda: None, compare=False, repr=False)

    @property
    def path(self) -> Path:
        """The one path of a source that has just one."""
        (only,) = self.paths
        return only


class Source(Protocol):
    """One opened source. Not shared between threads or processes."""

    kind: ClassVar[str]

    @classmethod
    def open(cls, place: Place) -> Source:
        """Open for reading. Raises Locked, Unreadable or LimitExceeded."""
        ...

    def entries(self) -> Iterator[Entry]:
        """Every entry, in an order that is the same at every call on the same bytes.

        What cannot be read is yielded with its ``problem`` or ``lock``; raising ends the listing
        and is recorded as the container's own failure, after what was yielded before.
        """
        ...

    def read(self, entry: Entry) -> BinaryIO:
        """A stream over one entry's bytes, seekable where the format allows it at no great
        cost (callers ask ``seekable()``). Raises Locked, Unreadable or LimitExceeded, at once
        or while reading."""
        ...

    def local_path(self, entry: Entry) -> Path | None:
        """The entry as a plain file of this machine, when it is one already."""
        ...

    def close(self) -> None:
        """Let go of everything that is open."""
        ...
