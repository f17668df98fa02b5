"""Tables of text, row by row into columns of digests, fingerprints and what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from trawl.formats.bare import KINDS
from trawl.formats.base import BATCH, ListFile
from trawl.formats.batches import cut
from trawl.formats.columns import DIGESTS, FINDERS, Role
from trawl.formats.hexadecimal import Flags, decoded_cells
from trawl.formats.judging import Judge
from trawl.formats.knowing import Knowing
from trawl.formats.layout import Layout
from trawl.formats.plainness import note_prints
from trawl.formats.repeats import Repeats, note_many
from trawl.formats.rows import Row, rows_of
from trawl.model.hash_set import (
    DigestKind,
    EntryBatch,
    Keys,
    Numbers,
    Oddities,
    Prints,
    Rows,
)

_HEAVIEST = 16 << 20
"""Bytes, about, of the rows of one batch."""

BAD_DIGEST = ("bad-digest", "a digest that is not hexadecimal, or not of its length")
NOTHING = ("without-digest", "an entry without any digest or fingerprint")
TOO_MANY = ("too-many-cells", "a line with more cells than the header has columns")
TOO_FEW = ("too-few-cells", "a line with fewer cells than the header has columns")


def read_table(
    listed: ListFile, layout: Layout, expects: str, oddities: Oddities
) -> Iterator[EntryBatch]:
    """The entries of a table: every row below its header. Raises ListRefused when most of the
    first rows hold no digest where one should be."""
    table = _Table(layout, oddities)
    judge, first = Judge(listed, expects), 0
    rows = rows_of(listed, layout, oddities)
    for chunk in _chunks(rows):
        batches, understood = table.batches(first, chunk)
        judge.see(understood)
        yield from batches
        first += len(chunk)
    judge.finish()
    table.repeats.finish()


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Rows for one batch; fewer where they are heavy, for lines may be long and many-celled."""
    chunk: list[Row] = []
    weight = 0
    for row in rows:
        chunk.append(row)
        weight += sum(map(len, row[1])) + 8 * len(row[1])
        if len(chunk) == BATCH or weight > _HEAVIEST:
            yield chunk
            chunk, weight = [], 0
    if chunk:
        yield chunk


class _Table:
    """Turns runs of rows into columns."""

    def __init__(self, layout: Layout, oddities: Oddities) -> None:
        self._layout = layout
        self._oddities = oddities
        self.repeats = Repeats(oddities)
        self._finders = [
            (place, role) for place, role in enumerate(layout.roles) if role in FINDERS
        ]
        quality = layout.roles.count(Role.QUALITY) and self._has_prints()
        self._quality = layout.roles.index(Role.QUALITY) if quality else None
        self._told = [
            (place, role, _name(place, layout.titles))
            for place, role in enumerate(layout.roles)
            if role not in FINDERS and place != self._quality
        ]

    def _has_prints(self) -> bool:
        roles = self._layout.roles
        return Role.PDQ in roles or (self._layout.sight and Role.DIGEST in roles)

    def batches(self, first: int, rows: Sequence[Row]) -> tuple[list[EntryBatch], Flags]:
        """The batches of the rows, and which rows hold a digest or a fingerprint."""
        lines = np.array([number for number, _ in rows], np.int64)
        columns, beyond = self._columns(rows)
        found = _Found(first, lines, self._oddities)
        for place, role in self._finders:
            self._find(found, role, columns[place], columns)
        note_many(self._oddities, *NOTHING, lines[~found.any])
        note_many(self._oddities, *BAD_DIGEST, lines[found.bad])
        self._note_repeats(found, lines)
        known = None
        if self._told or beyond:
            known = Knowing(self._told, lines.tolist(), self._oddities).of(columns, beyond)
        return list(cut(first, len(rows), found.digests, found.prints, known)), found.any

    def _columns(self, rows: Sequence[Row]) -> tuple[list[list[str]], dict[int, list[str]]]:
        """The cells of each column, without white space around, and what stands beyond the
        columns of the header, by the place of the row."""
        width = len(self._layout.titles)
        beyond: dict[int, list[str]] = {}
        even: list[Sequence[str]] = [cells for _, cells in rows]
        for place, (number, cells) in enumerate(rows):
            if len(cells) < width:
                self._oddities.note(*TOO_FEW, number)
                even[place] = [*cells, *[""] * (width - len(cells))]
            elif len(cells) > width:
                self._oddities.note(*TOO_MANY, number)
                beyond[place] = list(cells[width:])
                even[place] = cells[:width]
        return [[cell.strip() for cell in column] for column in zip(*even, strict=True)], beyond

    def _find(self, found: _Found, role: Role, cells: list[str], columns: list[list[str]]) -> None:
        if role in DIGESTS:
            found.add_digests(DIGESTS[role], cells)
        elif role is Role.PDQ:
            found.add_prints(cells, self._qualities(columns))
        else:
            self._find_by_length(found, cells, columns)

    def _find_by_length(self, found: _Found, cells: list[str], columns: list[list[str]]) -> None:
        lengths = np.array([len(cell) for cell in cells])
        found.bad |= (lengths > 0) & ~np.isin(lengths, [2 * size for size in KINDS])
        for size, kind in KINDS.items():
            if (lengths == 2 * size).any():
                mine = [cell if len(cell) == 2 * size else "" for cell in cells]
                if size == 32 and self._layout.sight:
                    found.add_prints(mine, self._qualities(columns))
                else:
                    found.add_digests(kind, mine)

    def _qualities(self, columns: list[list[str]]) -> Rows:
        if self._quality is None:
            return np.full(len(columns[0]), 100, np.uint8)
        return np.array([quality_of(cell) for cell in columns[self._quality]], np.uint8)

    def _note_repeats(self, found: _Found, lines: Numbers) -> None:
        seen = np.zeros(len(lines), np.bool_)
        keyed = [found.digests[kind] for kind in reversed(DigestKind) if kind in found.digests]
        for keys in (*keyed, *((found.prints,) if found.prints else ())):
            places = keys.entries - found.first
            new = ~seen[places]
            values = keys.bits if isinstance(keys, Prints) else keys.values
            self.repeats.add(values[new], lines[places[new]])
            seen[places] = True


def _name(place: int, titles: Sequence[str]) -> str:
    """The name a column's values are kept under: its title, made distinct."""
    title = titles[place] or f"column {place + 1}"
    return title if titles.index(titles[place]) == place else f"{title} ({place + 1})"


class _Found:
    """The digests and fingerprints of a run of rows."""

    def __init__(self, first: int, lines: Numbers, oddities: Oddities) -> None:
        self.first = first
        self._lines = lines
        self._oddities = oddities
        self.digests: dict[DigestKind, Keys] = {}
        self.prints: Prints | None = None
        self.any = np.zeros(len(lines), np.bool_)
        self.bad = np.zeros(len(lines), np.bool_)

    def add_digests(self, kind: DigestKind, cells: list[str]) -> None:
        """Digests of one kind; an empty cell is none. The first column of a kind counts."""
        at, values = self._decoded(cells, kind.size)
        if kind not in self.digests:
            self.digests[kind] = Keys(self.first + at, values)

    def add_prints(self, cells: list[str], quality: Rows) -> None:
        """PDQ fingerprints."""
        at, values = self._decoded(cells, 32)
        if self.prints is None:
            still = np.full(len(at), -1, np.int64)
            self.prints = Prints(self.first + at, values, quality[at], still)
            note_prints(self.prints, self._lines[at], self._oddities)

    def _decoded(self, cells: list[str], size: int) -> tuple[Numbers, Rows]:
        values, good = decoded_cells(cells, size)
        self.any |= good
        self.bad |= ~good & np.array([bool(cell) for cell in cells], np.bool_)
        at = np.flatnonzero(good).astype(np.int64)
        return at, values[at]


def quality_of(cell: str) -> int:
    """A PDQ quality as written, 0 to 100; 100 where there is none that can be understood."""
    whole = cell.partition(".")[0]
    if whole.isascii() and whole.isdigit() and len(whole) <= 3 and int(whole) <= 100:
        return int(whole)
    return 100
