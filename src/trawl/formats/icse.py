"""INTERPOL ICSE exports: CSV with semicolons."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from trawl.formats.base import ListFile
from trawl.formats.judging import refused
from trawl.formats.layout import Layout, layout_of
from trawl.formats.table import read_table
from trawl.model.hash_set import EntryBatch, Oddities

_TITLES = frozenset(
    {"md5", "image id", "is distributed", "victim identified", "offender identified", "baseline"}
)
"""Of the twelve columns, those by which the export is told."""


class IcseReader:
    """``MD5;SHA1;PhotoDNA;Image ID;Is distributed;Victim identified;Offender identified;
    Series name;Number of submissions;File Available;Media Type;Baseline``."""

    name: ClassVar[str] = "icse"
    expects: ClassVar[str] = "an ICSE export (MD5;SHA1;PhotoDNA;Image ID;Is distributed;…)"

    def recognises(self, listed: ListFile) -> bool:
        """Whether the header is that of an export."""
        return _layout(listed) is not None

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """Every row. Raises ListRefused."""
        layout = _layout(listed)
        if layout is None:
            raise refused(listed, self.expects)
        yield from read_table(listed, layout, self.expects, oddities)


def _layout(listed: ListFile) -> Layout | None:
    layout = layout_of(listed)
    if layout is None or layout.delimiter != ";":
        return None
    return layout if {title.casefold() for title in layout.titles} >= _TITLES else None
