"""What has to be unpacked as a whole before anything in it can be read: unpacked once."""

from __future__ import annotations

import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from trawl.errors import LimitExceeded, SourceError, Unreadable
from trawl.sources.base import Place
from trawl.sources.guarded import PULL_BYTES, Meter, Pull
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import Bytes

MEMORY_BYTES = 16 << 20  # what unpacks to no more never touches the disk


class _Done(msgspec.Struct, frozen=True):
    """The completion marker: written last, so that an unpacking that was killed is done again."""

    size: int
    problem: str | None = None  # where it broke off
    refused: str | None = None  # why it was stopped as a bomb
    terms: str = ""  # the limits it was stopped under


@dataclass(slots=True)
class _InMemory:
    data: bytes

    @property
    def size(self) -> int:
        return len(self.data)

    def read_at(self, offset: int, count: int) -> bytes:
        return self.data[offset : offset + count]


@dataclass(slots=True)
class Unpacked:
    """The unpacked bytes, as far as they go; ``problem`` says why they go no further."""

    bytes: Bytes
    problem: SourceError | None = None

    def close(self) -> None:
        """Let go of the file, if there is one."""
        if isinstance(self.bytes, LocalFile):
            self.bytes.close()


def unpack_once(place: Place, name: str, pull: Pull, meter: Meter) -> Unpacked:
    """All that ``pull`` gives: in memory when it is little, else in ``place.scratch`` under
    ``name``, where the next process finds it again.

    Damage ends the bytes and is told in ``problem``. Raises LimitExceeded, with nothing left
    behind, when it is a bomb, and Unreadable when there is no room for it.
    """
    found = _found(place, name)
    if found is not None:
        return found
    memory = io.BytesIO()
    ended, problem = _fill(memory, _beating(place, pull), meter, MEMORY_BYTES)
    if ended:
        return Unpacked(_InMemory(memory.getvalue()), problem)
    with _turn(place.scratch, name):
        return _found(place, name) or _spill(place, name, memory, pull, meter)


def _found(place: Place, name: str) -> Unpacked | None:
    """What was unpacked before, by this process or another. Raises LimitExceeded again."""
    try:
        done = msgspec.json.decode(_marker(place, name).read_bytes(), type=_Done)
    except (OSError, msgspec.DecodeError):
        return None
    if done.refused is not None:
        if done.terms == repr(place.limits):
            raise LimitExceeded(done.refused)
        return None
    try:
        file = LocalFile(place.scratch / name)
    except Unreadable:
        return None
    if file.size != done.size:
        file.close()
        return None
    return Unpacked(file, None if done.problem is None else Unreadable(done.problem))


def _spill(place: Place, name: str, begun: io.BytesIO, pull: Pull, meter: Meter) -> Unpacked:
    target = place.scratch / name
    try:
        with target.open("wb") as out:
            out.write(begun.getbuffer())
            _, problem = _fill(out, _beating(place, pull), meter, None)
            size = out.tell()
    except LimitExceeded as error:
        target.unlink()
        _mark(place, name, _Done(0, refused=str(error), terms=repr(place.limits)))
        raise
    except OSError as error:
        target.unlink(missing_ok=True)
        raise Unreadable(f"there is no room to unpack it: {error.strerror or error}") from error
    if problem is None or isinstance(problem, Unreadable):
        _mark(place, name, _Done(size, problem=None if problem is None else str(problem)))
    return Unpacked(LocalFile(target), problem)


def _fill(
    out: BinaryIO, pull: Pull, meter: Meter, most: int | None
) -> tuple[bool, SourceError | None]:
    """Unpack into ``out``; whether the end came before ``most`` bytes, and what broke it off."""
    while most is None or meter.count <= most:
        try:
            piece = pull(PULL_BYTES)
        except LimitExceeded:
            raise
        except SourceError as error:
            return True, error
        meter.add(len(piece))
        if not piece:
            return True, None
        out.write(piece)
    return False, None


def _beating(place: Place, pull: Pull) -> Pull:
    def beating(count: int) -> bytes:
        place.beat()
        return pull(count)

    return beating


@contextmanager
def _turn(scratch: Path, name: str) -> Iterator[None]:
    """One process unpacks, the others wait for it; the system ends the turn of a killed one."""
    try:
        scratch.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(scratch / f"{name}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise Unreadable(f"there is no room to unpack it: {error.strerror or error}") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _marker(place: Place, name: str) -> Path:
    return place.scratch / f"{name}.done"


def _mark(place: Place, name: str, done: _Done) -> None:
    marker = _marker(place, name)
    draft = marker.with_suffix(".draft")
    try:
        draft.write_bytes(msgspec.json.encode(done))
        draft.replace(marker)
    except OSError:
        draft.unlink(missing_ok=True)  # without a marker the next process unpacks it again
