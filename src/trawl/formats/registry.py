"""Every format of lists, and how the one of a file is told."""

from __future__ import annotations

from pathlib import Path

from trawl.errors import ListRefused
from trawl.formats.balance import Nature
from trawl.formats.bare import BareReader
from trawl.formats.base import ListFile, Reader
from trawl.formats.csv_table import CsvReader
from trawl.formats.hashdeep import HashdeepReader
from trawl.formats.icse import IcseReader
from trawl.formats.layout import layout_of, nature_of
from trawl.formats.ncmec import NcmecReader
from trawl.formats.nsrl import NsrlReader
from trawl.formats.pdq import PdqReader, line_nature
from trawl.formats.sniffing import found_in
from trawl.formats.vics import Caid, Vics13, Vics20
from trawl.formats.vpdq import VpdqReader

READERS: tuple[Reader, ...] = (
    NsrlReader(),
    Caid(),
    Vics13(),
    Vics20(),
    NcmecReader(),
    HashdeepReader(),
    VpdqReader(),
    IcseReader(),
    CsvReader(),
    PdqReader(),
    BareReader(),
)
"""From the most particular to the most general: the first that recognises a file reads it."""

ALSO = {"md5": "bare", "sha1": "bare", "sha256": "bare", "tsv": "csv"}
"""Other names that ``--format`` takes."""


def reader_named(name: str) -> Reader:
    """The reader of a format. Raises ListRefused when there is none of that name."""
    wanted = ALSO.get(name, name)
    for reader in READERS:
        if reader.name == wanted:
            return reader
    names = ", ".join(sorted({*ALSO, *(reader.name for reader in READERS)}))
    raise ListRefused(f"There is no format of lists named {name!r}.", hint=f"There are: {names}.")


def open_list(path: Path, format_name: str | None = None) -> tuple[Reader, ListFile]:
    """A list and what reads it: the format as named, or as its content shows. Raises
    ListRefused, saying what could be read and what was found instead."""
    listed = ListFile(path)
    if format_name is not None:
        return reader_named(format_name), listed
    for reader in READERS:
        if reader.recognises(listed):
            _refuse_either(reader, listed)
            return reader, listed
    formats = "; ".join(reader.expects for reader in READERS)
    looks = found_in(listed.head)
    raise ListRefused(
        f"{path.name} is not a list that can be read: found {looks}. Expected one of: {formats}.",
        hint="Unpack it first." if looks.endswith("archive") else None,
    )


def _refuse_either(reader: Reader, listed: ListFile) -> None:
    """64 digits are a SHA-256 or a PDQ fingerprint; a few values alone cannot tell."""
    told = Nature.SHA256
    if isinstance(reader, BareReader):
        told = line_nature(listed)
    elif isinstance(reader, CsvReader) and (layout := layout_of(listed)) is not None:
        told = nature_of(listed, layout)
    if told is Nature.EITHER:
        raise ListRefused(
            f"{listed.path.name} holds values of 64 hexadecimal digits that may be SHA-256 or "
            "PDQ fingerprints: there are too few of them to tell.",
            hint="Say which: --format pdq or --format sha256.",
        )
