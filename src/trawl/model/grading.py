"""Grading as judgement: what a media's grade stands at, and what the unit has settled about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import NamedTuple


class State(IntEnum):
    """What the grade of one media in one case stands at. Kept as these numbers in arrays."""

    OPEN = 0  # nobody has said anything
    PROPOSED = 1  # no vote, but an illegal set has hit it
    VOTED = 2  # some vote, not yet enough
    TRUSTED = 3  # enough equal votes, or resolved
    DISPUTED = 4  # votes that differ, and no later resolution
    KNOWN_GOOD = 5  # no vote, and a known-good set names it by a digest
    KNOWN_ILLEGAL = 6  # no vote, and an illegal set names it by a digest


class ActKind(StrEnum):
    """What an act of grading is."""

    GRADE = "grade"
    UNDO = "undo"
    RESOLVE = "resolve"


class Imported(StrEnum):
    """What a category counts that an imported list gives to exactly this content."""

    PROPOSAL = "proposal"
    VOTE = "vote"  # as one more voter
    TRUSTED = "trusted"  # until an officer says otherwise


NONE = -1
"""No category."""

APART = -2
"""Imported lists that give different categories to one content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPolicy:
    """The unit's policy. ``votes``: equal votes that make a grade trusted (three, as the UK's
    national database has it); ``sample_share``: of single votes drawn for a second look;
    ``closer_seconds``: how long a closer look lasts."""

    votes: int = 3
    imported: Imported = Imported.PROPOSAL
    scheme: str = "uk"
    sample_share: float = 0.05
    closer_seconds: int = 10


class Cast(NamedTuple):
    """A vote in force: index of its category in the scheme, and the act that cast it."""

    category: int
    act: int


class Hint(NamedTuple):
    """What hash sets say of one media.

    ``good``, ``illegal``: a set of that purpose names it by a digest, and so settles it: an
    illegal one says what it is, and none of the other purpose names it; ``proposed``: an illegal
    set has hit it by any means. ``imported``: the category of lists that name it by a digest,
    NONE, or APART. ``proposal``: the category to propose, or NONE; ``source``: the set it comes
    from.
    """

    good: bool = False
    illegal: bool = False
    proposed: bool = False
    imported: int = NONE
    proposal: int = NONE
    source: str | None = None


class Stands(NamedTuple):
    """What a media's grade stands at. ``category``: the trusted one, else NONE."""

    state: State
    category: int
