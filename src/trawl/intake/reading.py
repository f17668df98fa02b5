"""Getting one member's bytes and digests, each byte read once."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from trawl.errors import Unreadable
from trawl.model.exhibit import Entry
from trawl.model.media import Digests
from trawl.passes.base import HEAD_BYTES
from trawl.sources.base import Source

# A member up to this size is held in memory from its digest to its last pass.
WHOLE_BYTES = 64 << 20
CHUNK = 1 << 20


@dataclass(slots=True)
class Gathered:
    """One member's bytes, read and digested. MD5 and SHA-1 wait until they are wanted, since a
    known content needs no more than its SHA-256; a member too big to hold has all three."""

    sha256: bytes
    size: int
    head: bytes
    opener: Callable[[], BinaryIO]
    whole: bytes | None = None
    digests: Digests | None = None
    path: Path | None = None
    note: str | None = None

    def all_digests(self) -> Digests:
        """All three digests."""
        if self.digests is None:
            if self.whole is None:
                raise Unreadable("the bytes are gone before they were digested")
            md5 = hashlib.md5(self.whole, usedforsecurity=False).digest()
            sha1 = hashlib.sha1(self.whole, usedforsecurity=False).digest()
            self.digests = Digests(md5, sha1, self.sha256)
        return self.digests

    def read_at(self, offset: int, length: int) -> bytes:
        """Some bytes from the middle."""
        if self.whole is not None:
            return self.whole[offset : offset + length]
        with self.opener() as stream:
            stream.seek(offset)
            return stream.read(length)


class Spooled(io.RawIOBase):
    """An unlinked file, read from a position of its own however often it is opened."""

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self._size, self._at = descriptor, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise OSError("a position before the start")
        self._at = base + offset
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = os.preadv(self._descriptor, [buffer], self._at)
        self._at += count
        return count

    def close(self) -> None:
        if not self.closed:
            os.close(self._descriptor)
        super().close()


def gather(source: Source, entry: Entry, scratch: Path, beat: Callable[[], None]) -> Gathered:
    """Read a member to its end. Raises SourceError or OSError."""
    local = source.local_path(entry)
    before = _state(local)
    with source.read(entry) as stream:
        data, ended = _read_up_to(stream, entry.size, beat)
        if ended:
            gathered = Gathered(
                sha256=hashlib.sha256(data).digest(),
                size=len(data),
                head=data[:HEAD_BYTES],
                opener=lambda: io.BytesIO(data),
                whole=data,
                path=local,
            )
        else:
            gathered = _stream(source, entry, data, stream, scratch, beat)
            gathered.path = local
    if before is not None and before != _state(local):
        gathered.note = "the file changed while it was being read"
    return gathered


def _state(path: Path | None) -> tuple[int, int, int] | None:
    """What shows that a file of this machine was written to."""
    if path is None:
        return None
    try:
        stat = path.lstat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def _read_up_to(
    stream: BinaryIO, expected: int | None, beat: Callable[[], None]
) -> tuple[bytes, bool]:
    """All bytes and True, or the first WHOLE_BYTES (and a little) and False."""
    # The declared size is only a hint for the first read; a hostile one asks for no more memory.
    first = min(max(expected or 0, 1 << 16), 4 * CHUNK) + 1
    parts = [stream.read(first)]
    total = len(parts[0])
    while parts[-1]:
        if total > WHOLE_BYTES:
            return b"".join(parts), False
        beat()
        parts.append(stream.read(CHUNK))
        total += len(parts[-1])
    return (parts[0] if len(parts) <= 2 else b"".join(parts)), True


def _stream(
    source: Source,
    entry: Entry,
    start: bytes,
    stream: BinaryIO,
    scratch: Path,
    beat: Callable[[], None],
) -> Gathered:
    """The rest of a big member: digested on the way, and kept in scratch if it cannot be read
    again at will."""
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256()
    again = source.local_path(entry) is not None or stream.seekable()
    spool = None if again else tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115 - outlives this
    size, chunk = 0, start
    while chunk:
        for digest in (md5, sha1, sha256):
            digest.update(chunk)
        if spool is not None:
            spool.write(chunk)
        size += len(chunk)
        beat()
        chunk = stream.read(CHUNK)
    if spool is not None:
        spool.flush()

    def reopen() -> BinaryIO:
        if spool is None:
            return source.read(entry)
        return io.BufferedReader(Spooled(os.dup(spool.fileno()), size))

    return Gathered(
        sha256=sha256.digest(),
        size=size,
        head=start[:HEAD_BYTES],
        opener=reopen,
        digests=Digests(md5.digest(), sha1.digest(), sha256.digest()),
    )


def copy_out(
    source: Source, entry: Entry, sha256: bytes, target: Path, beat: Callable[[], None]
) -> None:
    """Copy one member to ``target``, which appears only when it is whole and has the digest it
    was logged with. Raises SourceError or OSError."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    digest = hashlib.sha256()
    try:
        with source.read(entry) as stream, part.open("wb") as out:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
                beat()
        if digest.digest() != sha256:
            raise Unreadable("its bytes are not the same as when it was logged")
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
