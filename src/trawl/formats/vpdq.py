"""vPDQ lists: the frames of one video, as the reference implementation writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar

import numpy as np

from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.batches import prints_of
from trawl.formats.digest_lines import NO_DIGEST
from trawl.formats.judging import JUDGED, Judge
from trawl.formats.plainness import note_prints
from trawl.formats.text import head_lines, lines
from trawl.model.hash_set import EntryBatch, Known, Oddities

_FRAME = re.compile(
    r"\s*([0-9]{1,9})\s*,\s*([0-9]{1,3})\s*,\s*([0-9A-Fa-f]{64})\s*,\s*([0-9]{1,7}(?:\.[0-9]{1,9})?)\s*$"
)
_HEADER = re.compile(r"frame[\w ]*,\s*quality\s*,", re.IGNORECASE)
MOST_FRAMES = 1_000_000
"""Frames of one video: nine hours at 30 a second."""


class VpdqReader:
    """``frame,quality,PDQ,seconds`` a line. The file is one entry: the video."""

    name: ClassVar[str] = "vpdq"
    expects: ClassVar[str] = "the frames of one video (frame,quality,PDQ,seconds a line)"

    def recognises(self, listed: ListFile) -> bool:
        """Whether most of the first lines are frames."""
        says = [line for line in head_lines(listed) if line.strip()][:JUDGED]
        frames = sum(1 for line in says if _FRAME.match(line))
        return frames > 0 and 2 * frames >= len(says)

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        """One entry with all its frames. Raises ListRefused."""
        numbers, bits, quality, at_ms = self._frames(listed, oddities)
        prints = prints_of([0] * len(bits), bits, quality, at_ms)
        note_prints(prints, np.array(numbers, np.int64), oddities)
        known = Known(extra={"frames": len(bits), "seconds": max(at_ms) / 1000})
        yield EntryBatch(first=0, count=1, digests={}, prints=prints, known=(known,))

    def _frames(
        self, listed: ListFile, oddities: Oddities
    ) -> tuple[list[int], list[bytes], list[int], list[int]]:
        judge = Judge(listed, self.expects)
        numbers: list[int] = []
        bits: list[bytes] = []
        quality: list[int] = []
        at_ms: list[int] = []
        for number, text in lines(listed, oddities):
            frame = _FRAME.match(text)
            if not text.strip() or text.startswith("#") or (not numbers and _HEADER.match(text)):
                continue
            good = frame is not None and int(frame[2]) <= 100
            judge.see_one(good)
            if frame is None or not good:
                oddities.note(*NO_DIGEST, number)
                continue
            numbers.append(number)
            bits.append(bytes.fromhex(frame[3]))
            quality.append(int(frame[2]))
            at_ms.append(round(float(frame[4]) * 1000))
            if len(bits) > MOST_FRAMES:
                raise ListRefused(
                    f"{listed.path.name} has more than {MOST_FRAMES:,} frames: that is no video."
                )
        judge.finish()
        return numbers, bits, quality, at_ms
