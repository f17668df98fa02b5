"""Bare lists of MD5, SHA-1 and SHA-256, whose length names the digest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from trawl.formats.base import ListFile
from trawl.formats.batches import cut
from trawl.formats.digest_lines import Digests, Lines, digests_of, lines_of, note_odd
from trawl.formats.judging import JUDGED, Judge
from trawl.formats.repeats import Repeats
from trawl.formats.text import blocks, head_lines
from trawl.model.hash_set import DigestKind, EntryBatch, Keys, Known, Numbers, Oddities

KINDS = {16: DigestKind.MD5, 20: DigestKind.SHA1, 32: DigestKind.SHA256}
"""The kind of digest of each size in bytes."""

_LINE = re.compile(r"\s*[\\\"']?(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})(?=[\s,;\"']|$)", re.I)
_TAGGED = re.compile(r"(?:MD5|SHA-?1|SHA2?-?256) ?\((.*)\) ?= ?[0-9a-f]{32,64}\s*$", re.I)
_TAG = re.compile(r"(?:MD5|SHA-?1|SHA2?-?256) ?\((.*)\) ?= ?$", re.I | re.S)
_SHORT = 16
"""Characters up to which what stands after a comma is a category, not a name."""

_NOTHING = Known()


class BareReader:
    """One digest a line, of one or several lengths; what the ``*sum`` tools print
    (``digest  name``); ``digest,category``. Lines that begin with ``#`` are comments."""

    name: ClassVar[str] = "bare"
    expects: ClassVar[str] = "one MD5, SHA-1 or SHA-256 in hexadecimal digits a line"

    def recognises(self, listed: ListFile) -> bool:
        """Whether more than half of the first lines begin with a digest."""
        lines = [line for line in head_lines(listed) if line.strip() and line[0] != "#"][:JUDGED]
        fitting = sum(1 for line in lines if _LINE.match(line) or _TAGGED.match(line))
        return fitting > 0 and 2 * fitting >= len(lines)

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """The entries; the line of each is an entry, repeated or not. Raises ListRefused."""
        judge, repeats, first = Judge(listed, self.expects), Repeats(oddities), 0
        for block in blocks(listed):
            lines = lines_of(block)
            found, understood = digests_of(lines, KINDS)
            judge.see(understood)
            note_odd(lines, understood, oddities)
            entries = first + np.cumsum(understood) - 1
            for digests in found.values():
                repeats.add(digests.values, lines.numbers[digests.at])
            count = int(np.count_nonzero(understood))
            keys = {
                KINDS[size]: Keys(entries[digests.at], digests.values)
                for size, digests in found.items()
                if len(digests.at)
            }
            yield from cut(first, count, keys, known=_known(lines, found, entries - first, count))
            first += count
        judge.finish()
        repeats.finish()


def _known(
    lines: Lines, found: dict[int, Digests], places: Numbers, count: int
) -> list[Known] | None:
    """What stands beside the digests, or None when nothing does. ``places``: the place of each
    line's entry within this run."""
    known: list[Known] | None = None
    said: dict[tuple[bytes, bytes], Known] = {}  # most lists say the same of many
    for digests in found.values():
        starts, ends = lines.starts[digests.at], lines.ends[digests.at]
        begins = digests.stops - 2 * digests.values.shape[1]
        beside = np.flatnonzero((ends > digests.stops) | (begins > starts))
        if not len(beside):
            continue
        known = known if known is not None else [_NOTHING] * count
        bounds = (starts, begins, digests.stops, ends, places[digests.at])
        for start, begin, stop, end, place in zip(
            *(c[beside].tolist() for c in bounds), strict=True
        ):
            key = lines.text[start:begin], lines.text[stop:end]
            if key not in said:
                said[key] = _beside(*(part.decode("utf-8", "replace") for part in key))
            known[place] = said[key]
    return known


def _beside(before: str, after: str) -> Known:
    tagged = _TAG.match(before)
    if tagged:
        return Known(names=(tagged[1],))
    after = after.replace("\0", "").lstrip("\"'")
    mark, said = after[:1], after[1:].strip().strip("\"'")
    if not said:
        return _NOTHING
    if mark == " ":
        return Known(names=(said.removeprefix("*"),))
    category, _, more = said.partition(mark)
    if len(category) > _SHORT or re.search(r"[./\\]", category):
        return Known(names=(said,))
    extra = {"beside": more.strip()} if more.strip() else {}
    return Known(category=category.strip().strip("\"'") or None, extra=extra)
