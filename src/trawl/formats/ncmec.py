"""NCMEC's hash sharing, version 2: XML, one document a page of the feed.

What its member has withdrawn (``deletedImage``, ``deletedVideo``) must not match: it is no entry,
and neither is what the same document says of it at an earlier time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import ClassVar, NamedTuple

import numpy as np

from trawl.errors import ListRefused
from trawl.formats.base import BATCH, ListFile
from trawl.formats.hexadecimal import decoded_cells
from trawl.formats.judging import refused
from trawl.formats.plainness import note_prints
from trawl.formats.repeats import note_many
from trawl.formats.sniffing import found_in
from trawl.formats.table import BAD_DIGEST, NOTHING
from trawl.formats.xml_events import Element, elements
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

NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
WITHDRAWN = ("withdrawn", "an entry its member has withdrawn: it is not matched")
REPEATED_ID = ("repeated-id", "an entry of a member and an identity that came before")

_ROOT = re.compile(rb"<(?:[\w.-]+:)?queryResult[\s/>]")
_ENTRIES = frozenset({"image", "video"})
_DELETED = frozenset({"deletedImage", "deletedVideo"})
_MOST_REMEMBERED = 500_000
_MOST_FIELDS = 256
_LONGEST_FIELD = 8 << 10
_LONGEST_NAME = 200
_HEAVIEST = 16 << 20  # characters of one batch
_FOUND_BY = frozenset({*(f"fingerprints/{kind.value}" for kind in DigestKind), "fingerprints/pdq"})


class Named(NamedTuple):
    """What names an entry of the feed: whose it is, image or video, and its identity there."""

    member: str
    type: str
    id: str


class _Entry(NamedTuple):
    named: Named
    member_name: str
    timestamp: str
    classification: str
    fields: Mapping[str, str]
    deleted: bool
    line: int


class NcmecReader:
    """``queryResult`` with ``image`` and ``video``: member, timestamp, id, classification,
    fingerprints. The classification (A1, A2, B1, B2) is the category."""

    name: ClassVar[str] = "ncmec"
    expects: ClassVar[str] = "an NCMEC hash-sharing result (XML, version 2, <queryResult>)"

    def recognises(self, listed: ListFile) -> bool:
        """Whether it is XML with the feed's root element or namespace."""
        text = re.sub(rb"\x00", b"", listed.head[:4096])
        return _ROOT.search(text) is not None and b"hashsharing" in text

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """The entries that stand; the document is read twice, to know first what was withdrawn.
        Raises ListRefused."""
        gone = self.withdrawn(listed)
        listed.about["withdrawn"] = str(len(gone))
        first, weight = 0, 0
        run: list[_Entry] = []
        for entry in _standing(_entries(listed, self.expects), gone, oddities):
            run.append(entry)
            weight += sum(map(len, entry.fields.values()))
            if len(run) == BATCH or weight > _HEAVIEST:
                yield _batch(first, run, oddities)
                first, weight, run = first + len(run), 0, []
        if run:
            yield _batch(first, run, oddities)

    def withdrawn(self, listed: ListFile) -> dict[Named, str]:
        """What the document withdraws, and when (as written). An entry of an earlier page bears
        ``member``, ``type`` and ``id`` in its ``extra``."""
        gone: dict[Named, str] = {}
        if not _may_withdraw(listed):
            return gone
        for entry in _entries(listed, self.expects):
            if entry.deleted:
                gone[entry.named] = max(gone.get(entry.named, ""), entry.timestamp)
                if len(gone) > _MOST_REMEMBERED:
                    raise ListRefused(
                        f"{listed.path.name} withdraws more than {_MOST_REMEMBERED:,} entries.",
                        hint="Fetch the feed in shorter spans of time.",
                    )
        return gone


def _may_withdraw(listed: ListFile) -> bool:
    """Whether the bytes name a deletion anywhere: most pages do not, and are then read once. In
    another encoding than UTF-8 the bytes do not show it."""
    declared = re.search(rb"""encoding\s*=\s*["'](?!utf-?8["'])""", listed.head[:256], re.I)
    if declared or b"\x00" in listed.head[:4]:
        return True
    with listed.open() as file:
        before = b""
        while piece := file.read(1 << 20):
            if b"deleted" in before + piece:
                return True
            before = piece[-8:]
    return False


def _standing(
    entries: Iterator[_Entry], gone: Mapping[Named, str], oddities: Oddities
) -> Iterator[_Entry]:
    """The entries that are not withdrawn."""
    seen: set[Named] = set()
    for entry in entries:
        if entry.deleted or _withdrawn(entry, gone):
            oddities.note(*WITHDRAWN, entry.line)
            continue
        if entry.named in seen:
            oddities.note(*REPEATED_ID, entry.line)
        elif len(seen) < _MOST_REMEMBERED:
            seen.add(entry.named)
        yield entry


_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def _withdrawn(entry: _Entry, gone: Mapping[Named, str]) -> bool:
    """Whether an entry is withdrawn. It stands again only when it is plainly the later one."""
    if entry.named not in gone:
        return False
    when = gone[entry.named]
    told = _TIME.fullmatch(entry.timestamp) and _TIME.fullmatch(when)
    return not (told and entry.timestamp > when)


def _entries(listed: ListFile, expects: str) -> Iterator[_Entry]:
    found: dict[str, str] = {}
    inside = 0  # the depth of the entry we are in
    begun = False
    for element in elements(listed, expects, _ENTRIES | _DELETED):
        if not begun:
            begun = True
            if element.path != ("queryResult",):
                raise refused(listed, expects, f"its root is <{element.path[0][:60]}>")
        name = element.path[-1]
        if element.text is None:
            if not inside and len(element.path) > 1:
                inside, found = len(element.path), {}
        elif inside == len(element.path):
            yield _entry(name, found, element.line)
            inside = 0
        elif inside:
            _collect(found, element, inside)
        elif element.path == ("queryResult", "paging", "next"):
            listed.about["next"] = element.text[:1000]
    if not begun:
        raise refused(listed, expects, found_in(listed.head))


def _collect(found: dict[str, str], element: Element, inside: int) -> None:
    """Keep the texts and attributes of an entry's elements, by path."""
    path = "/".join(element.path[inside:])
    told = [(path, element.text or "")]
    told += [(f"{path}@{name}", value) for name, value in element.attributes.items()]
    for where, text in told:
        if not text or (len(found) >= _MOST_FIELDS and where not in found):
            continue
        before = found.get(where, "")
        if len(before) < _LONGEST_FIELD:
            joined = f"{before}; {text}" if before else text
            found[where] = joined[:_LONGEST_FIELD]


def _entry(name: str, found: dict[str, str], line: int) -> _Entry:
    deleted = name in _DELETED
    kind = name.removeprefix("deleted").lower()
    member, identity = found.pop("member@id", ""), found.pop("id", "")
    named = Named(member[:_LONGEST_NAME], kind, identity[:_LONGEST_NAME])
    return _Entry(
        named,
        found.pop("member", ""),
        found.pop("timestamp", "")[:_LONGEST_NAME],
        found.pop("classification", ""),
        found,
        deleted,
        line,
    )


def _batch(first: int, run: list[_Entry], oddities: Oddities) -> EntryBatch:
    lines = np.array([entry.line for entry in run], np.int64)
    some = np.zeros(len(run), np.bool_)
    digests: dict[DigestKind, Keys] = {}
    for kind in DigestKind:
        at, values = _column(run, kind.value, kind.size, lines, oddities)
        some[at] = True
        if len(at):
            digests[kind] = Keys(first + at, values)
    at, values = _column(run, "pdq", 32, lines, oddities)
    some[at] = True
    prints = _prints(first + at, values)
    note_prints(prints, lines[at], oddities)
    note_many(oddities, *NOTHING, lines[~some])
    return EntryBatch(
        first=first,
        count=len(run),
        digests=digests,
        prints=prints if len(at) else None,
        known=[_known(entry) for entry in run],
    )


def _column(
    run: list[_Entry], name: str, size: int, lines: Numbers, oddities: Oddities
) -> tuple[Numbers, Rows]:
    """The fingerprints of one name: which entries have one, and its bytes."""
    path = f"fingerprints/{name}"
    cells = [entry.fields.get(path, "").strip() for entry in run]
    values, good = decoded_cells(cells, size)
    bad = ~good & np.array([bool(cell) for cell in cells], np.bool_)
    note_many(oddities, *BAD_DIGEST, lines[bad])
    at = np.flatnonzero(good).astype(np.int64)
    return at, values[at]


def _prints(entries: Numbers, bits: Rows) -> Prints:
    """Fingerprints of pictures whose quality the feed does not say."""
    count = len(entries)
    return Prints(entries, bits, np.full(count, 100, np.uint8), np.full(count, -1, np.int64))


def _known(entry: _Entry) -> Known:
    extra: dict[str, object] = {
        "type": entry.named.type,
        "member": entry.named.member,
        "member name": entry.member_name,
        "id": entry.named.id,
        "timestamp": entry.timestamp,
    }
    extra.update(
        (path.removeprefix("fingerprints/"), text)
        for path, text in entry.fields.items()
        if path not in _FOUND_BY
    )
    extra = {name: value for name, value in extra.items() if value}
    return Known(category=entry.classification or None, extra=extra)
