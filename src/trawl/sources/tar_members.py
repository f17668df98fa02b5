"""The members of a tar, header by header: nothing is kept of those gone by."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from trawl.errors import LimitExceeded, SourceError, Unreadable
from trawl.sources.ranges import Bytes, read_at_stream
from trawl.sources.tar_header import BLOCK, is_tar_header

_HEADER_MOST = 4 << 20  # long names and PAX records of one member; a bomb has more
_BUFFER = 4 << 10
_SEARCH = 2048  # blocks
_MAGIC, _MAGIC_AT = b"ustar", 257
_FAULTS = (
    tarfile.TarError,
    OverflowError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
)


class _Headers(io.BytesIO):
    """The stream tarfile reads headers from. It never reads data through it, so a large read is
    a header that lies about its length."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > _HEADER_MOST:
            raise LimitExceeded("a header of the archive declares too many bytes")
        return self._stream.read(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()


class _Reel(tarfile.TarFile):
    """A TarFile that does not read ahead by itself."""

    def next(self) -> tarfile.TarInfo | None:
        return None


class TarMembers:
    """Reads headers of one tar. Names are UTF-8 with escapes, so any bytes come back."""

    def __init__(self, content: Bytes) -> None:
        self._content = content
        self._stream = _Headers(read_at_stream(content.read_at, content.size, _BUFFER))
        self._reel = _Reel(
            fileobj=self._stream, mode="r", encoding="utf-8", errors="surrogateescape"
        )

    def at(self, offset: int) -> tarfile.TarInfo:
        """The member whose (first) header is at ``offset``. Raises Unreadable, LimitExceeded."""
        self._reel.offset = offset
        self._stream.seek(offset)
        try:
            return tarfile.TarInfo.fromtarfile(self._reel)
        except RecursionError as error:
            raise LimitExceeded("too many headers of the archive describe one member") from error
        except _FAULTS as error:
            raise Unreadable(f"the archive is damaged at byte {offset:,}") from error

    def all(self) -> Iterator[tuple[int, tarfile.TarInfo]]:
        """Every member with the offset of its first header, also those of further archives
        that follow the end of the first, and those behind a damaged header. Raises Unreadable
        at the end when something was damaged or cut off."""
        self._reel.pax_headers = {}
        offset, found = 0, 0
        damage: SourceError | None = None
        while (start := self._next_block(offset)) is not None:
            try:
                info = self._member(start)
            except SourceError as error:
                if start == offset or not found:  # else junk behind the end of the archive
                    damage = damage or error
                # Headers heaped up as a bomb are not gone through again one by one.
                heaped = isinstance(error, LimitExceeded)
                offset = self._next_header(self._stream.tell() if heaped else start + BLOCK)
                continue
            offset = self._reel.offset
            found += 1
            yield start, info
        if offset > self._content.size:
            damage = damage or Unreadable("the archive is cut off: its last member breaks off")
        if damage is not None:
            raise damage
        if not found and self._content.size:
            raise Unreadable("the archive has no member")

    def _member(self, start: int) -> tarfile.TarInfo:
        info = self.at(start)
        if self._reel.offset <= start or info.size < 0:
            raise Unreadable(f"the archive is damaged at byte {start:,}")
        return info

    def _next_header(self, offset: int) -> int:
        """Where the next header after damage is, the end of the archive when there is none."""
        size = self._content.size
        while offset < size:
            data = self._content.read_at(offset, _SEARCH * BLOCK)
            at = data.find(_MAGIC)
            while at >= 0:
                block = at - _MAGIC_AT
                if block >= 0 and not block % BLOCK and is_tar_header(data[block : block + BLOCK]):
                    return offset + block
                at = data.find(_MAGIC, at + 1)
            offset += _SEARCH * BLOCK
        return size

    def stream(self, info: tarfile.TarInfo) -> BinaryIO:
        """The bytes of a sparse member."""
        return tarfile.TarFile.fileobject(self._reel_over_data(), info)

    def _reel_over_data(self) -> tarfile.TarFile:
        stream = read_at_stream(self._content.read_at, self._content.size)
        return _Reel(fileobj=stream, mode="r")

    def _next_block(self, offset: int) -> int | None:
        """The next block from ``offset`` on that is not all zero, None at the end."""
        count = BLOCK  # most often it is right there
        while offset < self._content.size:
            data = self._content.read_at(offset, count)
            count = _SEARCH * BLOCK
            if data.strip(b"\0"):
                return offset + (len(data) - len(data.lstrip(b"\0"))) // BLOCK * BLOCK
            offset += len(data)
        return None
