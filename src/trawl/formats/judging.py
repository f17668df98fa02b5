"""Whether a file is a list of its format at all: most of its first lines must be understood."""

from __future__ import annotations

import numpy as np

from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.hexadecimal import Flags
from trawl.formats.sniffing import found_in

JUDGED = 1_000
"""Lines (not blank, no comments) by which a list is judged."""


class Judge:
    """Counts the first lines of a list, and refuses it when more than half of them are not
    understood, or when there is not one that is."""

    def __init__(self, listed: ListFile, expects: str) -> None:
        self._listed = listed
        self._expects = expects
        self._seen = 0
        self._understood = 0
        self._done = False

    def see(self, understood: Flags) -> None:
        """Take note of the next lines. Raises ListRefused once the first ``JUDGED`` are in."""
        if self._done:
            return
        counted = understood[: JUDGED - self._seen]
        self._seen += len(counted)
        self._understood += int(np.count_nonzero(counted))
        if self._seen >= JUDGED:
            self.finish()

    def see_one(self, understood: bool) -> None:
        """Take note of one line."""
        if not self._done:
            self.see(np.array([understood]))

    def finish(self) -> None:
        """The judgement, at the latest when the list ends. Raises ListRefused."""
        if self._done:
            return
        self._done = True
        if not self._understood or 2 * self._understood < self._seen:
            raise refused(self._listed, self._expects, self._tally())

    def _tally(self) -> str:
        if not self._seen:
            return "no lines with content"
        of = "the" if self._seen < JUDGED else "the first"
        return f"{self._seen - self._understood:,} of {of} {self._seen:,} lines are not so"


def refused(listed: ListFile, expects: str, found: str | None = None) -> ListRefused:
    """The refusal of a list: what was expected, and what was found (by default: what the file
    looks like)."""
    looks = found_in(listed.head)
    said = f"{looks}; {found}" if found else looks
    hint = "Unpack it first." if looks.endswith("archive") else None
    return ListRefused(
        f"{listed.path.name} cannot be read as a list: expected {expects}; found {said}.",
        hint=hint,
    )
