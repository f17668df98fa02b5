"""What the coordinator and its workers say to each other.

A worker has had a stranger's bytes in its decoders, so nothing it sends is trusted to be more
than data: messages are msgpack of the types below, checked on arrival, never pickles. A frame
is four bytes of length, little-endian, and the message.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from trawl.model.exhibit import Entry
from trawl.model.intake import Logged
from trawl.passes.base import PassLimits
from trawl.sources.base import Place, SourceLimits

FRAME_LIMIT = 1 << 28
_LENGTH = struct.Struct("<I")


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """How to open a source: its kind and its place, with paths as bytes."""

    kind: str
    paths: tuple[bytes, ...]
    scratch: bytes
    exclude: tuple[bytes, ...] = ()
    secret: str | None = None
    volume: str = ""

    def place(self, limits: SourceLimits, beat: Callable[[], None]) -> Place:
        """The same as the sources understand it."""
        return Place(
            paths=tuple(Path(os.fsdecode(path)) for path in self.paths),
            scratch=Path(os.fsdecode(self.scratch)),
            limits=limits,
            secret=self.secret,
            volume=self.volume,
            exclude=tuple(Path(os.fsdecode(path)) for path in self.exclude),
            beat=beat,
        )


# To a worker ----------------------------------------------------------------------------------


class Setup(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The first message: limits, the one folder a worker may write to, and the paths it may
    read beside what Python itself needs."""

    source_limits: SourceLimits
    pass_limits: PassLimits
    memory: int
    scratch: bytes
    readable: tuple[bytes, ...]


class ListSource(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """List every entry of a source."""

    job: int
    source: Opened


class Fetch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Make one entry a file of this machine at ``target``, unless it is one already."""

    job: int
    source: Opened
    entry: Entry
    sha256: bytes
    target: bytes


class Work(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Read, digest and look at some members. ``spared`` are indexes whose content is to be
    digested but not decoded, with the reason; ``shunned`` are not even to be read. ``region``:
    look only at this part of a picture."""

    job: int
    source: Opened
    entries: dict[int, Entry]
    spared: dict[int, str]
    shunned: dict[int, str]
    digests_only: bool = False
    region: tuple[int, int, int, int] | None = None


class Known(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The answer to Ask: for each, whether it is known and need not be decoded."""

    batch: int
    known: tuple[bool, ...]


# To the coordinator ---------------------------------------------------------------------------


class Ready(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The worker stands; how well it is confined."""

    confinement: tuple[str, ...]


class Listed(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Some entries of a listing."""

    job: int
    entries: tuple[Entry, ...]


class ListEnd(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The end of a listing; ``problem`` when it broke off, ``lock`` when a key is missing."""

    job: int
    problem: str | None = None
    lock: str | None = None


class Fetched(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Where the entry now lies, or why it does not."""

    job: int
    path: bytes = b""
    problem: str | None = None


class Ask(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Are these contents known?"""

    job: int
    batch: int
    sha256s: tuple[bytes, ...]


class MemberDone(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What became of one member; ``opens_as`` and the like are inside ``logged.media``."""

    job: int
    index: int
    logged: Logged


class WorkEnd(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Every member of the job has been answered for."""

    job: int


class NoRoom(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """There is no room left in scratch: no fault of any member, so the intake has to stop."""

    reason: str


ToWorker = Setup | ListSource | Fetch | Work | Known
ToCoordinator = Ready | Listed | ListEnd | Fetched | Ask | MemberDone | WorkEnd | NoRoom

_encoder = msgspec.msgpack.Encoder()


def frame(message: msgspec.Struct) -> bytes:
    """The message as it goes over the wire."""
    body = _encoder.encode(message)
    if len(body) > FRAME_LIMIT:
        raise ValueError(f"a message of {len(body):,} bytes is over the limit")
    return _LENGTH.pack(len(body)) + body


class Unframer:
    """Cuts a byte stream into messages' bodies. Raises ValueError on a frame over the limit."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Add what arrived; yield every body that is now complete."""
        self._buffer += data
        while len(self._buffer) >= _LENGTH.size:
            (length,) = _LENGTH.unpack_from(self._buffer)
            if length > FRAME_LIMIT:
                raise ValueError(f"a frame of {length:,} bytes is over the limit")
            end = _LENGTH.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[_LENGTH.size : end])
            del self._buffer[:end]
            yield body


def receive(stream: socket.socket, unframer: Unframer) -> list[bytes]:
    """Bodies that one read brings; an empty read raises EOFError."""
    data = stream.recv(1 << 18)
    if not data:
        raise EOFError
    return list(unframer.feed(data))
