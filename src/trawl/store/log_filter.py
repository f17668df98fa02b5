"""What a look at the log may ask for, and how a block of the log answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from trawl.model.exhibit import OccurrenceState
from trawl.model.media import Kind
from trawl.store.blocks import DELETED, FAILED, KNOWN, LYING, PLACED
from trawl.store.columns import Column, IntColumn, Mask, NameColumn, TextColumn, folded


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Everything that is set must hold. Ranges include both ends; a row without the number in
    question is in no range.

    ``exhibit`` is its reference. ``extension`` is compared in lower case, without a dot.
    ``text`` is looked for in the whole path, ASCII letters in either case. ``camera_model`` is
    compared exactly. ``failed`` is: unreadable, refused, or read but a pass failed on it.
    Times are microseconds; ``taken_*`` of the clock that wrote them.
    """

    exhibit: str | None = None
    kind: Kind | None = None
    state: OccurrenceState | None = None
    lying: bool | None = None
    deleted: bool | None = None
    known: bool | None = None
    failed: bool | None = None
    has_place: bool | None = None
    extension: str | None = None
    text: str | None = None
    size_min: int | None = None
    size_max: int | None = None
    modified_from_us: int | None = None
    modified_until_us: int | None = None
    taken_from_us: int | None = None
    taken_until_us: int | None = None
    camera_model: str | None = None
    sha256: bytes | None = None


class Condition(Protocol):
    """One thing that must hold, of the columns it names."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns ``mask`` wants."""
        ...

    @property
    def low(self) -> int | None:
        """No row can be meant whose number is smaller."""
        ...

    @property
    def high(self) -> int | None:
        """No row can be meant whose number is bigger."""
        ...

    def mask(self, columns: Mapping[str, Column]) -> Mask:
        """For which rows it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Within:
    """A number is there and within its bounds."""

    column: str
    low: int | None
    high: int | None

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def mask(self, columns: Mapping[str, Column]) -> Mask:
        """Rows within."""
        numbers = columns[self.column]
        assert isinstance(numbers, IntColumn)
        return numbers.between(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Equal:
    """A text is the one wanted."""

    column: str
    wanted: str
    low: None = None
    high: None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column."""
        return (self.column,)

    def mask(self, columns: Mapping[str, Column]) -> Mask:
        """Rows that have it."""
        texts = columns[self.column]
        assert isinstance(texts, TextColumn)
        return texts.equal(self.wanted)


@dataclass(frozen=True, slots=True)
class Flags:
    """Bits are set, and others are not."""

    on: int
    off: int
    high: None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The flags."""
        return ("flags",)

    @property
    def low(self) -> int | None:
        """A row with these bits has at least this number."""
        return self.on or None

    def mask(self, columns: Mapping[str, Column]) -> Mask:
        """Rows that have them so."""
        flags = columns["flags"]
        assert isinstance(flags, IntColumn)
        wanted: Mask = (flags.values() & (self.on | self.off)) == self.on
        return wanted


@dataclass(frozen=True, slots=True)
class PathHolds:
    """The path holds a text. Folder and name are kept apart, so a text with a slash in it is
    looked for in folders, and across the last slash."""

    needle: bytes
    low: None = None
    high: None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """Folders and names."""
        return ("folder", "name")

    def mask(self, columns: Mapping[str, Column]) -> Mask:
        """Rows whose path holds it."""
        folders, names = columns["folder"], columns["name"]
        assert isinstance(folders, TextColumn)
        assert isinstance(names, NameColumn)
        if b"\n" in self.needle:
            return np.zeros(names.rows, dtype=np.bool_)
        words = [word.encode() + b"/" for word in folders.words]
        inside = folders.chosen([self.needle in word for word in words])
        before, slash, name = self.needle.rpartition(b"/")
        if not slash:
            return inside | names.containing(self.needle)
        ends = [word.endswith(before + b"/") for word in words]
        if not any(ends):
            return inside
        return inside | (folders.chosen(ends) & names.starting(name))


def conditions(wanted: LogFilter) -> list[Condition]:
    """What must hold of the columns, cheapest first. ``exhibit`` and ``sha256`` are not among
    them: they need the tables."""
    return [*_flags(wanted), *_texts(wanted), *_ranges(wanted), *_path(wanted)]


def _flags(wanted: LogFilter) -> Iterator[Condition]:
    bits = {
        LYING: wanted.lying,
        DELETED: wanted.deleted,
        KNOWN: wanted.known,
        FAILED: wanted.failed,
        PLACED: wanted.has_place,
    }
    on = sum(bit for bit, value in bits.items() if value is True)
    off = sum(bit for bit, value in bits.items() if value is False)
    if on or off:
        yield Flags(on, off)


def _texts(wanted: LogFilter) -> Iterator[Condition]:
    if wanted.state is not None:
        yield Equal("state", str(wanted.state))
    if wanted.kind is not None:
        yield Equal("kind", str(wanted.kind))
    if wanted.extension is not None:
        yield Equal("extension", wanted.extension.lower().removeprefix("."))
    if wanted.camera_model is not None:
        yield Equal("camera", wanted.camera_model)


def _ranges(wanted: LogFilter) -> Iterator[Condition]:
    ranges = {
        "size": (wanted.size_min, wanted.size_max),
        "taken": (wanted.taken_from_us, wanted.taken_until_us),
        "modified": (wanted.modified_from_us, wanted.modified_until_us),
    }
    for column, (low, high) in ranges.items():
        if low is not None or high is not None:
            yield Within(column, low, high)


def _path(wanted: LogFilter) -> Iterator[Condition]:
    if wanted.text:
        yield PathHolds(folded(wanted.text))
