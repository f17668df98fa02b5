"""A single file packed by gzip, bzip2, xz or Zstandard: one member."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, ClassVar

from trawl.errors import Unreadable
from trawl.model.exhibit import Entry
from trawl.sources.base import Place
from trawl.sources.codecs import Codec, codec_of
from trawl.sources.guarded import Meter, unpacked_stream
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import pull_range

UNNAMED = b"content"
_HAS_EXTRA, _HAS_NAME = 4, 8  # RFC 1952, 2.3.1


class CompressedSource:
    """One packed stream. The member bears the name that gzip stored, else ``content``."""

    kind: ClassVar[str] = "compressed"

    def __init__(self, place: Place, file: LocalFile, codec: Codec) -> None:
        self._limits = place.limits
        self._file = file
        self._codec = codec

    @classmethod
    def open(cls, place: Place) -> CompressedSource:
        """Open for reading. Raises Unreadable."""
        file = LocalFile(place.path)
        codec = codec_of(file.read_at(0, 16))
        if codec is None:
            file.close()
            raise Unreadable("it is not packed in any way that can be unpacked")
        return cls(place, file, codec)

    def entries(self) -> Iterator[Entry]:
        """The one member; its size is told only by unpacking it."""
        head = self._file.read_at(0, 12 + 0xFFFF + self._limits.path_bytes)
        name, modified = _gzip_facts(head) if self._codec.name == "gzip" else (b"", None)
        yield Entry(path=name[: self._limits.path_bytes] or UNNAMED, modified_us=modified)

    def read(self, entry: Entry) -> BinaryIO:  # noqa: ARG002
        """The unpacked bytes; LimitExceeded while reading when it is a bomb."""
        packed = pull_range(self._file, 0, self._file.size)
        meter = Meter(self._limits, self._file.size, None)
        return unpacked_stream(self._codec.pull(packed), meter)

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """None: the member is no file of this machine."""
        return None

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _gzip_facts(head: bytes) -> tuple[bytes, int | None]:
    """The name gzip stored, empty without one, and the time in microseconds."""
    seconds = int.from_bytes(head[4:8], "little")
    modified = seconds * 1_000_000 if seconds else None
    flags, at = int.from_bytes(head[3:4], "little"), 10
    if flags & _HAS_EXTRA:
        at += 2 + int.from_bytes(head[10:12], "little")
    end = head.find(b"\0", at)
    if not flags & _HAS_NAME:
        return b"", modified
    return head[at:end] if end >= 0 else head[at:], modified
