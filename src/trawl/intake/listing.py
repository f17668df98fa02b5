"""Listings: what a source holds, written down once, so that a resumed intake works through the
same list whatever has changed meanwhile. A file of msgpack frames; it has its final name only
when it is whole."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

from trawl.errors import StoreError
from trawl.model.exhibit import Entry

_LENGTH = struct.Struct("<I")
_END_START = struct.Struct("<Q")  # the file's last bytes: where its end frame starts


class _End(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The last frame: how many entries, their bytes, and what broke the listing off."""

    members: int
    size: int
    problem: str | None
    lock: str | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Members ``first`` … of a listing."""

    first: int
    entries: tuple[Entry, ...]


class ListingWriter:
    """Takes entries as they arrive."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._file = self._part.open("wb")
        self._encoder = msgspec.msgpack.Encoder()
        self.members = 0
        self.size = 0

    def add(self, entries: tuple[Entry, ...]) -> None:
        """Write entries down."""
        for entry in entries:
            self._write(self._encoder.encode(entry))
            self.members += 1
            self.size += entry.size or 0

    def finish(self, problem: str | None, lock: str | None) -> Listing:
        """The listing is whole."""
        end = _End(members=self.members, size=self.size, problem=problem, lock=lock)
        start = self._file.tell()
        self._write(self._encoder.encode(end))
        self._file.write(_END_START.pack(start))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._part.rename(self._path)
        return Listing(self._path)

    def abandon(self) -> None:
        """Forget it."""
        self._file.close()
        self._part.unlink(missing_ok=True)

    def _write(self, body: bytes) -> None:
        self._file.write(_LENGTH.pack(len(body)))
        self._file.write(body)


class Listing:
    """A whole listing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as stream:
                stream.seek(-_END_START.size, os.SEEK_END)
                stream.seek(_END_START.unpack(stream.read())[0])
                end = msgspec.msgpack.decode(_body(stream), type=_End)
        except (OSError, ValueError, struct.error, msgspec.DecodeError) as error:
            raise StoreError(
                f"The listing {path} cannot be read: {error}",
                hint="Delete it and run the same intake again.",
            ) from error
        self.members, self.size = end.members, end.size
        self.problem, self.lock = end.problem, end.lock

    def entries(self) -> Iterator[Entry]:
        """Every entry, in order."""
        decoder = msgspec.msgpack.Decoder(Entry)
        with self._path.open("rb") as stream:
            for _ in range(self.members):
                yield decoder.decode(_body(stream))

    def slices(self, skip: int, files: int, size: int) -> Iterator[Slice]:
        """The listing cut into slices of at most ``files`` members and about ``size`` bytes.

        The cuts depend on the listing and the two limits alone. Slices before member ``skip``
        are left out.
        """
        first, held, weight = 0, list[Entry](), 0
        for number, entry in enumerate(self.entries()):
            if number < skip:
                first = number + 1
                continue
            held.append(entry)
            weight += entry.size or 0
            if len(held) >= files or weight >= size:
                yield Slice(first, tuple(held))
                first, held, weight = number + 1, [], 0
        if held:
            yield Slice(first, tuple(held))


def _body(stream: BinaryIO) -> bytes:
    (length,) = _LENGTH.unpack(stream.read(_LENGTH.size))
    return stream.read(length)
