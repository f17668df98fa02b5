"""The rows of a table, quoted cells that run over lines included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from trawl.formats.base import ListFile
from trawl.formats.layout import Layout, cells_of
from trawl.formats.text import LONGEST, Line, lines
from trawl.model.hash_set import Oddities

_MOST_LINES = 64
"""Lines one quoted cell may run over."""

UNCLOSED = ("unclosed-quote", "a line with a quotation mark that is not closed")


class Row(NamedTuple):
    """One row: the number of its first line, its cells."""

    number: int
    cells: Sequence[str]


def rows_of(listed: ListFile, layout: Layout, oddities: Oddities) -> Iterator[Row]:
    """The rows below the header; blank lines and, in tables without quotes, comments are left
    out."""
    below = (line for line in lines(listed, oddities) if line.number > layout.below)
    if layout.quoted:
        yield from _quoted(below, layout.delimiter, oddities)
        return
    for line in below:
        if line.text.strip() and not line.text.startswith(("#", "%%%%")):
            yield Row(line.number, line.text.split(layout.delimiter, len(layout.titles) - 1))


def _quoted(below: Iterator[Line], delimiter: str, oddities: Oddities) -> Iterator[Row]:
    waiting: list[Line] = []  # lines read ahead in vain, for a quotation mark never closed
    while True:
        line = waiting.pop() if waiting else next(below, None)
        if line is None:
            return
        if '"' not in line.text:
            if line.text.strip():
                yield Row(line.number, line.text.split(delimiter))
        elif _open(line.text, delimiter):
            yield _run_over(line, below, waiting, delimiter, oddities)
        else:
            yield Row(line.number, cells_of(line.text, delimiter))


def _open(text: str, delimiter: str) -> bool:
    """Whether a quoted cell is still open at the end of the text. A quotation mark within a
    cell that does not begin with one is an ordinary character."""
    if text.count('"') % 2 == 0:
        return False
    return text.startswith('"') or f'{delimiter}"' in text


def _run_over(
    line: Line, below: Iterator[Line], waiting: list[Line], delimiter: str, oddities: Oddities
) -> Row:
    """The row that begins in ``line`` and goes on; or the line alone when it never closes."""
    ahead: list[Line] = []
    text = line.text
    while len(ahead) < _MOST_LINES and len(text) < LONGEST:
        more = waiting.pop() if waiting else next(below, None)
        if more is None:
            break
        ahead.append(more)
        text = f"{text}\n{more.text}"
        if not _open(text, delimiter):
            return Row(line.number, cells_of(text, delimiter))
    waiting.extend(reversed(ahead))
    oddities.note(*UNCLOSED, line.number)
    return Row(line.number, line.text.replace('"', "").split(delimiter))
