"""CSV and TSV with a header that names at least one digest or fingerprint."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from trawl.formats.balance import Nature
from trawl.formats.base import ListFile
from trawl.formats.judging import refused
from trawl.formats.layout import layout_of, nature_of
from trawl.formats.table import read_table
from trawl.model.hash_set import EntryBatch, Oddities


class CsvReader:
    """A table with a header, delimited by a comma, a semicolon, a tab or a bar."""

    name: ClassVar[str] = "csv"
    expects: ClassVar[str] = "a table with a header that names MD5, SHA-1, SHA-256 or PDQ"

    def recognises(self, listed: ListFile) -> bool:
        """Whether the first line with content is such a header."""
        return layout_of(listed) is not None

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """Every row below the header. Raises ListRefused."""
        layout = layout_of(listed)
        if layout is None:
            raise refused(listed, self.expects)
        sight = nature_of(listed, layout) is Nature.PDQ
        yield from read_table(listed, replace(layout, sight=sight), self.expects, oddities)
