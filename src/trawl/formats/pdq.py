"""Lists of PDQ fingerprints of pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import numpy as np

from trawl.formats.balance import Nature, nature
from trawl.formats.base import ListFile
from trawl.formats.batches import cut
from trawl.formats.digest_lines import Digests, Lines, digests_of, lines_of, note_odd
from trawl.formats.hexadecimal import decoded_cells
from trawl.formats.judging import Judge
from trawl.formats.layout import layout_of
from trawl.formats.plainness import note_prints
from trawl.formats.repeats import Repeats
from trawl.formats.table import quality_of, read_table
from trawl.formats.text import blocks, head_lines
from trawl.model.hash_set import EntryBatch, Known, Oddities, Prints, Rows

_LINE = re.compile(r"\s*[\"']?([0-9a-f]{64})[\"']?\s*(?:[,;\t].*)?$", re.IGNORECASE)
_KEYED = re.compile(r"\s*hash=([0-9a-f]{64})(?:,|\s*$)", re.IGNORECASE)
_NOTHING = Known()


class PdqReader:
    """One fingerprint a line: alone, as ``hash,quality,filename`` or as
    ``hash=…,quality=…,filename=…`` (both of ThreatExchange's tools)."""

    name: ClassVar[str] = "pdq"
    expects: ClassVar[str] = "one PDQ fingerprint (64 hexadecimal digits) a line"

    def recognises(self, listed: ListFile) -> bool:
        """Whether most of the first lines are ``hash=…``, or all are values that only PDQ has."""
        says = _says(listed)
        keyed = sum(1 for line in says if _KEYED.match(line))
        if keyed and 2 * keyed >= len(says):
            return True
        return line_nature(listed) is Nature.PDQ

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """One entry a line; below a header, one a row. Raises ListRefused."""
        layout = layout_of(listed)
        if layout is not None:
            sighted = replace(layout, sight=True)
            yield from read_table(listed, sighted, self.expects, oddities)
            return
        judge, repeats, first = Judge(listed, self.expects), Repeats(oddities), 0
        for block in blocks(listed):
            lines = lines_of(block)
            found, understood = digests_of(lines, (32,))
            judge.see(understood)
            note_odd(lines, understood, oddities)
            one = found[32]
            where = lines.numbers[one.at]
            repeats.add(one.values, where)
            quality, known = _beside(lines, one)
            entries = first + np.arange(len(one.at), dtype=np.int64)
            prints = Prints(entries, one.values, quality, np.full(len(entries), -1, np.int64))
            note_prints(prints, where, oddities)
            yield from cut(first, len(entries), {}, prints, known)
            first += len(entries)
        judge.finish()
        repeats.finish()


def line_nature(listed: ListFile) -> Nature:
    """What the values of a list of nothing but 64 digits a line are, by the head."""
    says = _says(listed)
    matches = [_LINE.match(line) for line in says]
    cells = [match[1] for match in matches if match]
    if not cells or len(cells) < len(says):
        return Nature.SHA256
    return nature(decoded_cells(cells, 32)[0])


def _says(listed: ListFile) -> list[str]:
    return [line for line in head_lines(listed) if line.strip() and not line.startswith("#")]


def _beside(lines: Lines, found: Digests) -> tuple[Rows, list[Known] | None]:
    """The quality of each fingerprint, and what else stands beside them."""
    quality = np.full(len(found.at), 100, np.uint8)
    known: list[Known] | None = None
    for place in np.flatnonzero(lines.ends[found.at] > found.stops).tolist():
        at, stop = found.at[place], found.stops[place]
        text = lines.text[stop : lines.ends[at]].decode("utf-8", "replace").replace("\0", "")
        fields = _fields(text.lstrip("\"'"))
        quality[place] = quality_of(fields.pop("quality", ""))
        if fields:
            known = known if known is not None else [_NOTHING] * len(found.at)
            name = fields.pop("filename", "")
            known[place] = Known(names=(name,) if name else (), extra=dict(fields))
    return quality, known


def _fields(text: str) -> dict[str, str]:
    """``,quality,filename`` or ``,norm=…,quality=…,filename=…`` by name; a name may hold
    commas."""
    mark, rest = text[:1], text[1:]
    head, _, name = rest.partition("filename=")
    if "=" in rest.split(mark, 1)[0] if mark else False:
        parts = (part.partition("=") for part in head.split(mark) if "=" in part)
        fields = {key.strip(): value.strip() for key, _, value in parts}
        return {**fields, "filename": name.strip()} if name else fields
    first, _, name = rest.partition(mark) if mark else (rest, "", "")
    if first.strip().isdigit():
        fields = {"quality": first.strip()}
        return {**fields, "filename": name.strip()} if name.strip() else fields
    return {"filename": rest.strip()} if rest.strip() else {}
