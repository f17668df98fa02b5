"""What hashdeep writes (its FILEFORMAT, version 1.0)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from trawl.formats.base import ListFile
from trawl.formats.columns import FINDERS, roles_of
from trawl.formats.judging import refused
from trawl.formats.layout import Layout
from trawl.formats.table import read_table
from trawl.formats.text import head_lines
from trawl.model.hash_set import EntryBatch, Oddities

_MARK = "%%%%"


class HashdeepReader:
    """Two lines that begin with ``%%%%``, the second with the columns; nothing is quoted, and
    the last column, the name, takes what is left of a line."""

    name: ClassVar[str] = "hashdeep"
    expects: ClassVar[str] = "what hashdeep writes (%%%% HASHDEEP-1.0)"

    def recognises(self, listed: ListFile) -> bool:
        """Whether the first line is hashdeep's, and the second names a digest."""
        return _layout(listed) is not None

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """Every line below the header. Raises ListRefused."""
        layout = _layout(listed)
        if layout is None:
            raise refused(listed, self.expects)
        yield from read_table(listed, layout, self.expects, oddities)


def _layout(listed: ListFile) -> Layout | None:
    lines = head_lines(listed)[:2]
    if len(lines) < 2 or not lines[0].startswith(f"{_MARK} HASHDEEP-1."):
        return None
    titles = tuple(lines[1].removeprefix(_MARK).strip().split(","))
    roles = roles_of(titles)
    if not lines[1].startswith(_MARK) or not FINDERS.intersection(roles):
        return None
    return Layout(",", titles, roles, below=2, quoted=False)
