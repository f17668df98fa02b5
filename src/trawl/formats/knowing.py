"""What the columns of a table say of its entries, beside the digests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trawl.formats.columns import FLAGS, Role
from trawl.model.hash_set import Known, Oddities

NOT_BOOLEAN = ("not-a-boolean", "a yes-or-no column that says something else")
NOT_A_SIZE = ("not-a-size", "a size that is no number of bytes")

_BEYOND = "(beyond the header)"
_YES = ("1", "true", "t", "yes", "y")
_NO = ("0", "false", "f", "no", "n")
_FLAGS = {word: said for words, said in ((_YES, True), (_NO, False)) for word in words}

Told = tuple[int, Role, str]
"""A column: its place, its role, the name its values are kept under."""


class Knowing:
    """Puts a run of rows together, column by column. ``lines``: where each row stands."""

    def __init__(self, told: Sequence[Told], lines: Sequence[int], oddities: Oddities) -> None:
        self._told = told
        self._lines = lines
        self._oddities = oddities
        self._fields: dict[str, list[Any]] = {}
        self._extra: list[dict[str, object]] = [{} for _ in lines]

    def of(self, columns: Sequence[Sequence[str]], beyond: Mapping[int, list[str]]) -> list[Known]:
        """What is said of each row. ``beyond``: cells beyond the header, by the row."""
        for place, role, name in self._told:
            if role in FLAGS:
                self._fields[role] = self._flags(columns[place], name)
            elif role is Role.SIZE:
                self._fields[role] = self._sizes(columns[place], name)
            elif role is Role.NAME:
                self._add_names(columns[place])
            elif role in (Role.OTHER, Role.QUALITY):
                self._keep(columns[place], name)
            else:
                self._fields[role] = [cell or None for cell in columns[place]]
        for row, cells in beyond.items():
            self._extra[row][_BEYOND] = cells
        names = [*self._fields, "extra"]
        rows = zip(*self._fields.values(), self._extra, strict=True)
        return [Known(**dict(zip(names, row, strict=True))) for row in rows]

    def _flags(self, cells: Sequence[str], name: str) -> list[bool | None]:
        flags = [_FLAGS.get(cell.casefold()) for cell in cells]
        for row, (cell, flag) in enumerate(zip(cells, flags, strict=True)):
            if flag is None and cell:
                self._extra[row][name] = cell
                self._oddities.note(*NOT_BOOLEAN, self._lines[row])
        return flags

    def _sizes(self, cells: Sequence[str], name: str) -> list[int | None]:
        sizes = [_size(cell) for cell in cells]
        for row, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
            if size is None and cell:
                self._extra[row][name] = cell
                self._oddities.note(*NOT_A_SIZE, self._lines[row])
        return sizes

    def _add_names(self, cells: Sequence[str]) -> None:
        before = self._fields.get("names", [()] * len(cells))
        self._fields["names"] = [
            (*names, cell) if cell else names for names, cell in zip(before, cells, strict=True)
        ]

    def _keep(self, cells: Sequence[str], name: str) -> None:
        for extra, cell in zip(self._extra, cells, strict=True):
            if cell:
                extra[name] = cell


def _size(cell: str) -> int | None:
    """A number of bytes as written, up to 18 digits."""
    return int(cell) if cell.isascii() and cell.isdigit() and len(cell) <= 18 else None
