"""The rows of a table, quoted cells that run over lines included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trawl.formats.base import ListFile
from trawl.formats.layout import Layout, cells_of
from trawl.formats.text import LONGEST, Line, lines
from trawl.model.hash_set import Oddities

_MOST_LINES = 64
"""Lines one quoted cell may run over."""

UNCLOSED = ("unclosed-quote", "a line with a quotation mark that is not closed")


Row = tuple[int, Sequence[str]]
"""The number of a row's first line, and its cells."""


def rows_of(listed: ListFile, layout: Layout, oddities: Oddities) -> Iterator[Row]:
    """The rows below the header; blank lines and, in tables without quotes, comments are left
    out."""
    below = (line for line in lines(listed, oddities) if line[0] > layout.below)
    if layout.quoted:
        yield from _quoted(below, layout.delimiter, oddities)
        return
    for number, text in below:
        if text.strip() and not text.startswith(("#", "%%%%")):
            yield number, text.split(layout.delimiter, len(layout.titles) - 1)


def _quoted(below: Iterator[Line], delimiter: str, oddities: Oddities) -> Iterator[Row]:
    waiting: list[Line] = []  # lines read ahead in vain, for a quotation mark never closed
    while True:
        line = waiting.pop() if waiting else next(below, None)
        if line is None:
            return
        number, text = line
        if '"' not in text:
            if text.strip():
                yield number, text.split(delimiter)
        elif _open(text, delimiter):
            yield _run_over(line, below, waiting, delimiter, oddities)
        else:
            yield number, cells_of(text, delimiter)


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
    number, text = line
    while len(ahead) < _MOST_LINES and len(text) < LONGEST:
        more = waiting.pop() if waiting else next(below, None)
        if more is None:
            break
        ahead.append(more)
        text = f"{text}\n{more[1]}"
        if not _open(text, delimiter):
            return number, cells_of(text, delimiter)
    waiting.extend(reversed(ahead))
    oddities.note(*UNCLOSED, number)
    return number, line[1].replace('"', "").split(delimiter)
