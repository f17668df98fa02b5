"""Getting at a media's bytes again, inside a worker: through whatever it lies in, and only when
they are the bytes that were logged."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from trawl.errors import Locked, SourceError, Unreadable
from trawl.intake.protocol import Opened
from trawl.intake.reading import CHUNK, Spooled, copy_out
from trawl.intake.room import stop_without_room
from trawl.intake.showing_protocol import Step, Way, Why
from trawl.model.exhibit import Entry
from trawl.model.intake import ROOT_KIND
from trawl.passes.base import HEAD_BYTES
from trawl.sources.base import Source, SourceLimits
from trawl.sources.registry import source_of_kind

# A content up to this size is held in memory; a larger one is read where it lies, or from scratch.
WHOLE_BYTES = 64 << 20
# What is kept for the next request, since officers look more than once: contents, open sources,
# and bytes of scratch.
HELD_CONTENTS = 3
HELD_OPEN = 12
HELD_BYTES = 8 << 30


class NotReached(Exception):
    """None of the places a media lies in gave its bytes."""

    def __init__(self, why: Why, reason: str, lock: str = "") -> None:
        super().__init__(reason)
        self.why, self.reason, self.lock = why, reason, lock


@dataclass(frozen=True, slots=True)
class Reached:
    """The bytes of a media, known to be those that were logged."""

    sha256: bytes
    size: int
    head: bytes
    opener: Callable[[], BinaryIO]
    whole: bytes | None
    path: Path | None
    state: tuple[int, int, int] | None
    spool: BinaryIO | None = None

    def close(self) -> None:
        """Let go of what was kept of it in scratch."""
        if self.spool is not None:
            self.spool.close()

    def is_unchanged(self) -> bool:
        """Whether the file of this machine it is read from, if any, was not written to since."""
        return self.whole is not None or _state(self.path) == self.state

    def read_at(self, offset: int, length: int) -> bytes:
        """Some bytes from the middle."""
        if self.whole is not None:
            return self.whole[offset : offset + length]
        with self.opener() as stream:
            stream.seek(offset)
            return stream.read(length)


class Reach:
    """Opens sources, one inside another, and reads contents; keeps some of both for a while."""

    def __init__(self, limits: SourceLimits, scratch: Path, beat: Callable[[], None]) -> None:
        self._limits, self._scratch, self._beat = limits, scratch, beat
        self._open: dict[tuple[object, ...], tuple[Source, tuple[bytes, ...]]] = {}
        self._contents: dict[bytes, Reached] = {}

    def content(self, sha256: bytes, ways: Iterable[Way]) -> Reached:
        """The bytes of a media by the first way that leads to them. Raises NotReached."""
        held = self._contents.pop(sha256, None)
        if held is not None and not held.is_unchanged():
            held.close()
            held = None
        if held is None:
            self._make_room()
            held = self._by_one_of(sha256, ways)
        self._contents[sha256] = held
        while len(self._contents) > HELD_CONTENTS:
            self._contents.pop(next(iter(self._contents))).close()
        return held

    def let_go(self) -> None:
        """Close everything, so that an exhibit can be taken away, and empty scratch."""
        for content in self._contents.values():
            content.close()
        self._contents.clear()
        for source, _ in self._open.values():
            source.close()
        self._open.clear()
        for left in self._scratch.iterdir():
            shutil.rmtree(left, ignore_errors=True)

    def _make_room(self) -> None:
        if len(self._open) > HELD_OPEN or _bytes_in(self._scratch) > HELD_BYTES:
            self.let_go()

    def _by_one_of(self, sha256: bytes, ways: Iterable[Way]) -> Reached:
        worst: NotReached | None = None
        for way in ways:
            try:
                return self._by(sha256, way)
            except NotReached as error:
                failed = error
            except Locked as error:
                failed = NotReached(Why.LOCKED, str(error), error.lock)
            except (SourceError, OSError) as error:
                stop_without_room(error)
                failed = NotReached(Why.AWAY, _words(error))
            except MemoryError:
                failed = NotReached(Why.AWAY, "reading it needs more memory than a worker may have")
            worst = failed if worst is None or _tells_more(failed, worst) else worst
        raise worst or NotReached(Why.AWAY, "no place is known")

    def _by(self, sha256: bytes, way: Way) -> Reached:
        source = self._source(way)
        reached = _read(source, way.entry, self._scratch, self._beat)
        if reached.sha256 != sha256:
            reached.close()
            raise NotReached(Why.CHANGED, "its bytes are not the same as when it was logged")
        return reached

    def _source(self, way: Way) -> Source:
        """What holds the media, opened, and all that lies around it."""
        root = Opened(
            kind=ROOT_KIND,
            paths=way.roots,
            scratch=os.fsencode(self._scratch),
            exclude=way.exclude,
        )
        key: tuple[object, ...] = (way.roots, way.secret)
        source, paths = self._opened(key, root)
        for step in way.steps:
            key = (*key, step.number)
            if key not in self._open:
                folder = self._scratch / f"{step.number:016x}"
                inner = self._inner_paths(source, paths, step, folder)
                into = Opened(
                    kind=step.kind,
                    paths=inner,
                    scratch=os.fsencode(folder),
                    secret=way.secret,
                    volume=step.volume,
                )
                self._opened(key, into)
            source, paths = self._open[key]
        return source

    def _opened(self, key: tuple[object, ...], opened: Opened) -> tuple[Source, tuple[bytes, ...]]:
        if key not in self._open:
            source = source_of_kind(opened.kind).open(opened.place(self._limits, self._beat))
            self._open[key] = source, opened.paths
        return self._open[key]

    def _inner_paths(
        self, source: Source, paths: tuple[bytes, ...], step: Step, folder: Path
    ) -> tuple[bytes, ...]:
        """Where a container lies as a file of this machine, copied out of what it lies in when
        it is none."""
        folder.mkdir(exist_ok=True)
        if step.entry is None:
            return paths
        local = source.local_path(step.entry)
        if local is not None:
            return (os.fsencode(local),)
        target = folder / "content"
        if step.sha256 is None:
            raise Unreadable("what it lies in was never digested")
        if not target.exists():
            copy_out(source, step.entry, step.sha256, target, self._beat)
        return (os.fsencode(target),)


def _read(source: Source, entry: Entry, scratch: Path, beat: Callable[[], None]) -> Reached:
    """Read an entry to its end and digest it. Raises SourceError or OSError."""
    path = source.local_path(entry)
    before = _state(path)
    digest, parts, size, head = hashlib.sha256(), list[bytes](), 0, b""
    with source.read(entry) as stream:
        again = path is not None or stream.seekable()
        spool: BinaryIO | None = None
        while chunk := stream.read(CHUNK):
            beat()
            digest.update(chunk)
            size, head = size + len(chunk), head or chunk[:HEAD_BYTES]
            if size <= WHOLE_BYTES:
                parts.append(chunk)
                continue
            if not again:
                spool = spool or _spool(scratch, parts)
                spool.write(chunk)
            parts.clear()
    whole = b"".join(parts) if size <= WHOLE_BYTES else None

    def opener() -> BinaryIO:
        if whole is not None:
            return io.BytesIO(whole)
        if spool is None:
            return source.read(entry)
        return io.BufferedReader(Spooled(os.dup(spool.fileno()), size))

    if spool is not None:
        spool.flush()
    return Reached(digest.digest(), size, head, opener, whole, path, before, spool)


def _spool(scratch: Path, parts: Iterable[bytes]) -> BinaryIO:
    """A file without a name, gone with the worker."""
    spool: BinaryIO = tempfile.TemporaryFile(dir=scratch)  # noqa: SIM115
    for part in parts:
        spool.write(part)
    return spool


def _state(path: Path | None) -> tuple[int, int, int] | None:
    """What shows that a file of this machine was written to."""
    if path is None:
        return None
    try:
        stat = path.lstat()
    except OSError:
        return (0, 0, 0)
    return (stat.st_size, stat.st_mtime_ns, stat.st_ino)


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _words(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"it cannot be read: {error.strerror or error}"
    return str(error)


_TELLING = (Why.CHANGED, Why.LOCKED)


def _tells_more(one: NotReached, other: NotReached) -> bool:
    """Whether an officer learns more from this: that a place is away says least."""
    return other.why not in _TELLING and one.why in _TELLING
