"""Tables of text, row by row into columns of digests, fingerprints and what is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import numpy as np

from trawl.formats.bare import KINDS
from trawl.formats.base import BATCH, ListFile
from trawl.formats.batches import cut
from trawl.formats.columns import DIGESTS, FINDERS, FLAGS, Role
from trawl.formats.hexadecimal import Flags, decoded_cells
from trawl.formats.judging import Judge
from trawl.formats.layout import Layout
from trawl.formats.plainness import note_prints
from trawl.formats.repeats import Repeats, note_many
from trawl.formats.rows import Row, rows_of
from trawl.model.hash_set import (
    DigestKind,
    EntryBatch,
    Keys,
    Known,
    Numbers,
    Oddities,
    Prints,
    Rows,
)

_TRUE = frozenset({"1", "true", "t", "yes", "y"})
_FALSE = frozenset({"0", "false", "f", "no", "n"})
_BEYOND = "(beyond the header)"

BAD_DIGEST = ("bad-digest", "a digest that is not hexadecimal, or not of its length")
NOTHING = ("without-digest", "an entry without any digest or fingerprint")
NOT_BOOLEAN = ("not-a-boolean", "a yes-or-no column that says something else")
NOT_A_SIZE = ("not-a-size", "a size that is no number of bytes")
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
    while chunk := list(islice(rows, BATCH)):
        batches, understood = table.batches(first, chunk)
        judge.see(understood)
        yield from batches
        first += len(chunk)
    judge.finish()
    table.repeats.finish()


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
            (place, role, title)
            for place, (role, title) in enumerate(zip(layout.roles, layout.titles, strict=True))
            if role not in FINDERS and place != self._quality
        ]

    def _has_prints(self) -> bool:
        roles = self._layout.roles
        return Role.PDQ in roles or (self._layout.sight and Role.DIGEST in roles)

    def batches(self, first: int, rows: Sequence[Row]) -> tuple[list[EntryBatch], Flags]:
        """The batches of the rows, and which rows hold a digest or a fingerprint."""
        lines = np.array([row.number for row in rows], np.int64)
        found = _Found(first, lines, self._oddities)
        for place, role in self._finders:
            cells = [row.cells[place].strip() if place < len(row.cells) else "" for row in rows]
            self._find(found, role, cells, rows)
        note_many(self._oddities, *NOTHING, lines[~found.any])
        note_many(self._oddities, *BAD_DIGEST, lines[found.bad])
        self._note_repeats(found, lines)
        known = self._known(rows)
        return list(cut(first, len(rows), found.digests, found.prints, known)), found.any

    def _find(self, found: _Found, role: Role, cells: list[str], rows: Sequence[Row]) -> None:
        if role in DIGESTS:
            found.add_digests(DIGESTS[role], cells)
        elif role is Role.DIGEST:
            lengths = {len(cell) for cell in cells}
            for size, kind in KINDS.items():
                if 2 * size in lengths and not (size == 32 and self._layout.sight):
                    found.add_digests(kind, [c if len(c) == 2 * size else "" for c in cells])
            odd = [c if len(c) not in (32, 40, 64) else "" for c in cells]
            found.bad |= np.array([bool(cell) for cell in odd])
            if self._layout.sight:
                found.add_prints([c if len(c) == 64 else "" for c in cells], self._qualities(rows))
        else:
            found.add_prints(cells, self._qualities(rows))

    def _qualities(self, rows: Sequence[Row]) -> Rows:
        place = self._quality
        if place is None:
            return np.full(len(rows), 100, np.uint8)
        cells = [row.cells[place].strip() if place < len(row.cells) else "" for row in rows]
        return np.array([quality_of(cell) for cell in cells], np.uint8)

    def _note_repeats(self, found: _Found, lines: Numbers) -> None:
        seen = np.zeros(len(lines), np.bool_)
        keyed = [found.digests[kind] for kind in reversed(DigestKind) if kind in found.digests]
        for keys in (*keyed, *((found.prints,) if found.prints else ())):
            places = keys.entries - found.first
            new = ~seen[places]
            values = keys.bits if isinstance(keys, Prints) else keys.values
            self.repeats.add(values[new], lines[places[new]])
            seen[places] = True

    def _known(self, rows: Sequence[Row]) -> list[Known] | None:
        width = len(self._layout.titles)
        for row in rows:
            if len(row.cells) != width:
                kind = TOO_MANY if len(row.cells) > width else TOO_FEW
                self._oddities.note(*kind, row.number)
        if not self._told and all(len(row.cells) <= width for row in rows):
            return None
        return [self._known_of(row, width) for row in rows]

    def _known_of(self, row: Row, width: int) -> Known:
        fields: dict[str, Any] = {}
        extra: dict[str, object] = {}
        for place, role, title in self._told:
            cell = row.cells[place].strip() if place < len(row.cells) else ""
            if cell and not self._place(fields, role, cell, row.number):
                extra[title or f"column {place + 1}"] = cell
        if len(row.cells) > width:
            extra[_BEYOND] = list(row.cells[width:])
        return Known(**fields, extra=extra)

    def _place(self, fields: dict[str, Any], role: Role, cell: str, line: int) -> bool:
        """Put a cell where it belongs; False when it has no place but under its own name."""
        if role is Role.NAME:
            fields["names"] = (*fields.get("names", ()), cell)
        elif role in FLAGS:
            flag = flag_of(cell)
            if flag is None:
                self._oddities.note(*NOT_BOOLEAN, line)
                return False
            fields[role] = flag
        elif role is Role.SIZE:
            if not (cell.isascii() and cell.isdigit() and len(cell) <= 18):
                self._oddities.note(*NOT_A_SIZE, line)
                return False
            fields[role] = int(cell)
        elif role in (Role.OTHER, Role.QUALITY):
            return False
        else:
            fields[role] = cell
        return True


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


def flag_of(cell: str) -> bool | None:
    """A yes or no as written, or None when it is neither."""
    plain = cell.casefold()
    return True if plain in _TRUE else False if plain in _FALSE else None


def quality_of(cell: str) -> int:
    """A PDQ quality as written, 0 to 100; 100 where there is none that can be understood."""
    whole = cell.partition(".")[0]
    if whole.isascii() and whole.isdigit() and len(whole) <= 3 and int(whole) <= 100:
        return int(whole)
    return 100
