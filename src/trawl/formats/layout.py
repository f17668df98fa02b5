"""How a table of text is laid out: its delimiter, its header, its columns."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from trawl.formats.balance import Nature, nature
from trawl.formats.base import ListFile
from trawl.formats.columns import FINDERS, Role, roles_of
from trawl.formats.hexadecimal import decoded_cells
from trawl.formats.text import head_lines

DELIMITERS = (",", ";", "\t", "|")
_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Layout:
    """A table's layout. ``below``: the number of the header's line, from 1. ``quoted``: whether
    cells may stand in double quotes; otherwise the last column takes what is left of a line.
    ``sight``: whether 64 digits in a column that does not name its digest are PDQ."""

    delimiter: str
    titles: tuple[str, ...]
    roles: tuple[Role, ...]
    below: int
    quoted: bool = True
    sight: bool = False


def layout_of(listed: ListFile, wanted: frozenset[Role] = FINDERS) -> Layout | None:
    """The layout by the first line with content, when it is a header with a column to find
    content by. Excel's ``sep=;`` before it is understood, and a ``#`` before its first name."""
    named = ""
    for number, line in enumerate(head_lines(listed), 1):
        text = line.replace("\0", "").strip()
        if text.lower().startswith("sep=") and len(text) == 5 and not named:
            named = text[4]
            continue
        if text:
            found = _header(text.removeprefix("#").strip(), named, number, wanted)
            if found or not text.startswith("#"):
                return found
    return None


def _header(text: str, named: str, number: int, wanted: frozenset[Role]) -> Layout | None:
    best: Layout | None = None
    best_score = (0, 0)
    for delimiter in (named,) if named else DELIMITERS:
        titles = tuple(title.strip() for title in cells_of(text, delimiter))
        roles = roles_of(titles)
        score = (sum(role in wanted for role in roles), len(titles))
        if score[0] and score > best_score and len(titles) <= _MOST_COLUMNS:
            best, best_score = Layout(delimiter, titles, roles, number), score
    return best


def cells_of(text: str, delimiter: str) -> Sequence[str]:
    """The cells of one line; double quotes around a cell are taken off."""
    if '"' not in text:
        return text.split(delimiter)
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return text.split(delimiter)


def nature_of(listed: ListFile, layout: Layout) -> Nature:
    """What 64 digits are in the column that does not name its digest. A column of quality
    beside it says that they are PDQ."""
    if Role.DIGEST not in layout.roles:
        return Nature.SHA256
    place = layout.roles.index(Role.DIGEST)
    rows = [cells_of(line, layout.delimiter) for line in head_lines(listed)[layout.below :]]
    cells = [row[place].strip() for row in rows if len(row) > place and row[place].strip()]
    values, good = decoded_cells(cells, 32)
    if not good.all() or not len(values):
        return Nature.SHA256
    told = nature(np.asarray(values))
    return Nature.PDQ if told is Nature.EITHER and Role.QUALITY in layout.roles else told
