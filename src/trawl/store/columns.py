"""One column of one block of the log, packed for scanning.

A block is a run of ``BLOCK_ROWS`` occurrences of an acquisition. Whole numbers are kept as
unsigned distances from the smallest, counted in the biggest step that meets them all (times in
whole seconds take half the bytes), in the narrowest type that holds them, 0 standing for nothing.
Texts are kept once, with a code a row. Names of files, mostly different from each other, are kept
as one run of lines. All of it is folded to ASCII lower case where it is searched.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
import numpy.typing as npt

BLOCK_ROWS = 8192

Mask = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.unsignedinteger]

# kind, bytes a code, smallest number (integers) or how many codes (texts), step (integers)
_HEADER = struct.Struct("<cB6xqQ")
_LIMIT = 1 << 62
_NEWLINE = 10
_FEW = 100


@dataclass(frozen=True, slots=True)
class IntColumn:
    """Whole numbers; a code is ``(value - base) / step + 1``, 0 for none."""

    base: int
    step: int
    codes: Codes

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        return self.codes.nbytes

    def between(self, low: int | None, high: int | None) -> Mask:
        """Rows whose number is there and within ``low`` … ``high``, both included."""
        top = int(np.iinfo(self.codes.dtype).max)
        first = max(1, 1 if low is None else -((self.base - low) // self.step) + 1)
        last = min(top, top if high is None else (high - self.base) // self.step + 1)
        if first > last:
            return np.zeros(len(self.codes), dtype=np.bool_)
        if first == last:
            only: Mask = self.codes == self.codes.dtype.type(first)
            return only
        mask: Mask = self.codes >= self.codes.dtype.type(first)
        if last < top:
            mask &= self.codes <= self.codes.dtype.type(last)
        return mask

    def values(self) -> npt.NDArray[np.int64]:
        """The numbers, of rows that have one and 0 for those that have none."""
        numbers = (self.codes.astype(np.int64) - 1) * np.int64(self.step) + np.int64(self.base)
        numbers[self.codes == 0] = 0
        return numbers


@dataclass(frozen=True, slots=True)
class TextColumn:
    """Texts that come often; a code is 1 + the index in ``words``, 0 for none."""

    words: tuple[str, ...]
    codes: Codes

    @property
    def nbytes(self) -> int:
        """Bytes in memory, about."""
        return self.codes.nbytes + sum(map(len, self.words)) + 60 * len(self.words)

    def equal(self, wanted: str) -> Mask:
        """Rows that have this very text."""
        try:
            code = self.words.index(wanted) + 1
        except ValueError:
            return np.zeros(len(self.codes), dtype=np.bool_)
        mask: Mask = self.codes == self.codes.dtype.type(code)
        return mask

    def chosen(self, chosen: Sequence[bool]) -> Mask:
        """Rows whose word is chosen; one flag a word."""
        table = np.zeros(len(self.words) + 1, dtype=np.bool_)
        table[1:] = chosen
        mask: Mask = table[self.codes]
        return mask


@dataclass(slots=True)
class NameColumn:
    """One line a row."""

    lines: bytes
    rows: int
    _ends: npt.NDArray[np.int32] | None = field(default=None, init=False)

    @property
    def nbytes(self) -> int:
        """Bytes in memory, with where lines end, which is found when it is first needed."""
        return len(self.lines) + np.dtype(np.int32).itemsize * self.rows

    def containing(self, needle: bytes) -> Mask:
        """Rows whose line holds ``needle``, which is not empty and holds no newline."""
        hits = []
        at = self.lines.find(needle)
        while at >= 0:
            hits.append(at)
            if len(hits) > _FEW:
                return self._often(needle)
            at = self.lines.find(needle, self.lines.find(b"\n", at))
        mask = np.zeros(self.rows, dtype=np.bool_)
        if hits:
            mask[np.searchsorted(self._line_ends(), hits)] = True
        return mask

    def _often(self, needle: bytes) -> Mask:
        """The same for what many lines hold: all bytes at once; then a look for each hit, or for
        each line, whichever are fewer. Where each line holds it once, as names that a camera
        gives, no more than that is looked at."""
        held = np.frombuffer(self.lines, dtype=np.uint8)
        starts = len(held) - len(needle) + 1
        found = np.zeros(len(held), dtype=np.bool_)
        here = found[:starts]
        np.equal(held[:starts], needle[0], out=here)
        for number in range(1, len(needle)):
            here &= held[number : number + starts] == needle[number]
        ends = self._line_ends()
        hits = np.flatnonzero(here)
        if 2 * len(hits) < self.rows:
            mask = np.zeros(self.rows, dtype=np.bool_)
            mask[np.searchsorted(ends, hits)] = True
            return mask
        if len(hits) == self.rows and (hits < ends).all() and (hits[1:] > ends[:-1]).all():
            return np.ones(self.rows, dtype=np.bool_)
        begins = np.concatenate([[0], ends[:-1] + 1])
        often: Mask = np.bitwise_or.reduceat(found.view(np.uint8), begins).view(np.bool_)
        return often

    def starting(self, needle: bytes) -> Mask:
        """Rows whose line starts with ``needle``, which holds no newline."""
        if not needle:
            return np.ones(self.rows, dtype=np.bool_)
        mask = np.zeros(self.rows, dtype=np.bool_)
        mask[:1] = self.lines.startswith(needle)
        hits = []
        at = self.lines.find(b"\n" + needle)
        while at >= 0:
            hits.append(at)
            at = self.lines.find(b"\n" + needle, at + 1)
        if hits:
            mask[np.searchsorted(self._line_ends(), hits) + 1] = True
        return mask

    def _line_ends(self) -> npt.NDArray[np.int32]:
        if self._ends is None:
            ends = np.flatnonzero(np.frombuffer(self.lines, dtype=np.uint8) == _NEWLINE)
            self._ends = ends.astype(np.int32)
        return self._ends


Column = IntColumn | TextColumn | NameColumn


def _narrowest(biggest: int) -> type[np.unsignedinteger]:
    for kind in (np.uint8, np.uint16, np.uint32):
        if biggest <= np.iinfo(kind).max:
            return kind
    return np.uint64


def int_column(values: Sequence[int | None]) -> IntColumn:
    """A column of numbers. Beyond ±2^62 they are taken to be that."""
    clipped = [None if value is None else min(max(value, -_LIMIT), _LIMIT) for value in values]
    there = [value for value in clipped if value is not None]
    base = min(there, default=0)
    distances = np.array(
        [0 if value is None else value - base for value in clipped], dtype=np.uint64
    )
    step = int(np.gcd.reduce(distances)) or 1
    codes = distances // np.uint64(step) + np.uint64(1)
    codes[[value is None for value in clipped]] = 0
    return IntColumn(base, step, codes.astype(_narrowest(int(codes.max(initial=0)))))


def text_column(values: Sequence[str | None]) -> TextColumn:
    """A column of texts that come often."""
    codes: dict[str | None, int] = {None: 0}
    coded = [codes.setdefault(value, len(codes)) for value in values]
    words = tuple(word for word in codes if word is not None)
    return TextColumn(words, np.array(coded, dtype=_narrowest(len(words))))


def name_column(names: Sequence[str]) -> NameColumn:
    """A column of names, folded. They hold no newline (``display_path`` escapes it)."""
    return NameColumn(b"".join(folded(name) + b"\n" for name in names), len(names))


def folded(text: str) -> bytes:
    """The text as UTF-8 with ASCII letters in lower case: how names are searched."""
    return text.encode().lower()


def pack(column: Column) -> bytes:
    """The column as bytes."""
    match column:
        case IntColumn():
            header = _HEADER.pack(b"i", column.codes.itemsize, column.base, column.step)
            return header + column.codes.tobytes()
        case TextColumn():
            header = _HEADER.pack(b"t", column.codes.itemsize, len(column.codes), 0)
            return header + column.codes.tobytes() + msgspec.json.encode(column.words)
        case NameColumn():
            return _HEADER.pack(b"n", 0, column.rows, 0) + column.lines


def unpack(data: bytes) -> Column:
    """The column that ``pack`` made."""
    kind, width, number, step = _HEADER.unpack_from(data)
    if kind == b"n":
        return NameColumn(data[_HEADER.size :], number)
    dtype = np.dtype(f"<u{width}")
    if kind == b"i":
        return IntColumn(number, step, np.frombuffer(data, dtype, offset=_HEADER.size))
    end = _HEADER.size + number * width
    words = msgspec.json.decode(memoryview(data)[end:], type=tuple[str, ...])
    return TextColumn(words, np.frombuffer(data, dtype, count=number, offset=_HEADER.size))


def bounds(column: Column) -> tuple[int | None, int | None]:
    """Smallest and biggest number of a column of numbers; (None, None) where there is none."""
    if not isinstance(column, IntColumn) or not column.codes.any():
        return None, None
    return column.base, column.base + (int(column.codes.max()) - 1) * column.step
