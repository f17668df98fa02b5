"""Lines that begin with a digest, found in whole blocks at once."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.formats.hexadecimal import Flags, decoded, gathered
from trawl.formats.repeats import note_many
from trawl.formats.text import LONGEST, NUL, OVER_LONG, Block
from trawl.model.hash_set import Numbers, Oddities, Rows

NO_DIGEST = ("no-digest", "a line without a digest in its place")
WRONG_LENGTH = ("wrong-length", "hexadecimal digits, but not as many as a digest has")

_TABLE = np.zeros(256, np.uint8)
_SPACE, _ENDS = 1, 2
_TABLE[[9, 13, 32]] = _SPACE | _ENDS
_TABLE[[ord(","), ord(";")]] = _ENDS

_BLANK = b"\t\r "
_TURNS = 3
"""Blanks around a line taken off in all lines at once; what has more is trimmed by itself."""

# What the *sum tools print with --tag, with a backslash before an escaped name, and quotes.
_UNUSUAL = re.compile(
    rb"(?:\\|\"|'|hash=|(?:MD5|SHA-?1|SHA2?-?256) ?\(.*\) ?= ?)?([0-9A-Fa-f]{32,64})"
    rb"(?=[\s,;\"']|$)",
    re.DOTALL,
)
_HEX = re.compile(rb"[0-9A-Fa-f]+$")


class Lines(NamedTuple):
    """The lines of a block that are neither blank nor comments. ``starts`` and ``ends``: int64
    (n,), within ``data``, without white space around; ``numbers``: int64 (n,), from 1."""

    text: bytes
    data: Rows
    starts: Numbers
    ends: Numbers
    numbers: Numbers

    def line(self, at: int) -> bytes:
        """One line."""
        return self.text[self.starts[at] : self.ends[at]]


class Digests(NamedTuple):
    """Digests of one length. ``at``: int64 (n,), the index of the line of each; ``stops``:
    int64 (n,), where its text ends within the block; ``values``: uint8 (n, size)."""

    at: Numbers
    stops: Numbers
    values: Rows


def lines_of(block: Block) -> Lines:
    """The lines of a block that say something. A comment begins with ``#``."""
    data = np.frombuffer(block.text, np.uint8)
    ends = np.flatnonzero(data == 10).astype(np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1] + 1))
    numbers = np.arange(block.first, block.first + len(ends), dtype=np.int64)
    ends = _trimmed_ends(block, data, starts, ends)
    starts = _trimmed_starts(block, data, starts, ends)
    says = (ends > starts) & (data[starts] != ord("#"))
    if not says.all():
        starts, ends, numbers = starts[says], ends[says], numbers[says]
    return Lines(block.text, data, starts, ends, numbers)


def _trimmed_ends(block: Block, data: Rows, starts: Numbers, ends: Numbers) -> Numbers:
    for turn in range(_TURNS + 1):
        at = np.flatnonzero((ends > starts) & (_TABLE[data[ends - 1]] & _SPACE > 0))
        if not len(at):
            break
        if turn < _TURNS:
            ends[at] -= 1
            continue
        for place in at.tolist():
            line = block.text[starts[place] : ends[place]]
            ends[place] = starts[place] + len(line.rstrip(_BLANK))
    return ends


def _trimmed_starts(block: Block, data: Rows, starts: Numbers, ends: Numbers) -> Numbers:
    for turn in range(_TURNS + 1):
        at = np.flatnonzero((ends > starts) & (_TABLE[data[starts]] & _SPACE > 0))
        if not len(at):
            break
        if turn < _TURNS:
            starts[at] += 1
            continue
        for place in at.tolist():
            line = block.text[starts[place] : ends[place]]
            starts[place] = ends[place] - len(line.lstrip(_BLANK))
    return starts


def digests_of(lines: Lines, sizes: Collection[int]) -> tuple[dict[int, Digests], Flags]:
    """The digest each line begins with, by its size in bytes, and which lines have one."""
    begins, lengths = _placed(lines, {2 * size for size in sizes})
    found: dict[int, Digests] = {}
    understood = np.zeros(len(lines.starts), np.bool_)
    for size in sizes:
        at = np.flatnonzero(lengths == 2 * size)
        values, good = decoded(gathered(lines.data, begins[at], 2 * size))
        if not good.all():
            at, values = at[good], values[good]
        understood[at] = True
        found[size] = Digests(at, begins[at] + 2 * size, values)
    return found, understood


def _placed(lines: Lines, wanted: Collection[int]) -> tuple[Numbers, npt.NDArray[np.int64]]:
    """Where the digest of each line would begin, and how long it would be; 0 for none."""
    begins = lines.starts.copy()
    room = lines.ends - lines.starts
    lengths = np.zeros(len(begins), np.int64)
    for length in wanted:
        # Every block ends with a newline, so that the place just after a line is in it.
        after = np.minimum(lines.starts + length, lines.ends)
        fits = (room == length) | ((room > length) & (_TABLE[lines.data[after]] & _ENDS > 0))
        lengths[fits & (room < LONGEST)] = length
    for at in np.flatnonzero((lengths == 0) & (room < LONGEST)).tolist():
        match = _UNUSUAL.match(lines.line(at))
        if match and len(match[1]) in wanted:
            begins[at] = lines.starts[at] + match.start(1)
            lengths[at] = len(match[1])
    return begins, lengths


def note_odd(lines: Lines, understood: Flags, oddities: Oddities) -> None:
    """Count the lines without a digest, by what is wrong with them."""
    odd = np.flatnonzero(~understood)
    reasons: dict[tuple[str, str], list[int]] = {}
    for at in odd.tolist():
        reasons.setdefault(_reason(lines, at), []).append(at)
    for (kind, said), places in reasons.items():
        note_many(oddities, kind, said, lines.numbers[places])


def _reason(lines: Lines, at: int) -> tuple[str, str]:
    if lines.ends[at] - lines.starts[at] >= LONGEST:
        return OVER_LONG
    line = lines.line(at)
    if b"\0" in line:
        return NUL
    return WRONG_LENGTH if _HEX.match(line) else NO_DIGEST
