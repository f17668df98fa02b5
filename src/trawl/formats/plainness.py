"""What is odd about fingerprints in a list."""

from __future__ import annotations

from trawl.formats.balance import balanced
from trawl.formats.repeats import note_many
from trawl.model.hash_set import Numbers, Oddities, Prints
from trawl.model.matching import PLAIN

TOO_PLAIN = ("too-plain", "a fingerprint of a quality below 50: too plain to be matched by sight")
UNBALANCED = (
    "unbalanced-pdq",
    "a fingerprint without exactly half of its bits set, as a PDQ of a picture has",
)


def note_prints(prints: Prints, where: Numbers, oddities: Oddities) -> None:
    """Count the fingerprints of low quality and those that may be none. ``where``: int64 (n,),
    the place of each."""
    note_many(oddities, *TOO_PLAIN, where[prints.quality < PLAIN])
    note_many(oddities, *UNBALANCED, where[~balanced(prints.bits)])
