"""When two fingerprints are near: as members of a stack, or of a looser group."""

from __future__ import annotations

from typing import Final, NamedTuple, Protocol

import numpy as np

from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.pairs import Stop, Tell, TooManyPairs, all_pairs, pairs_between
from trawl.matching.sight.turns import TURNS, turned, undone
from trawl.matching.stacks.links import Links, as_they_stand, forwards, merged
from trawl.model.matching import ALIKE, NEAR, Turn

# Of a turn and the one that undoes it, one finds the pair from either side.
_HALF = tuple(turn for turn in TURNS if turn not in (Turn.NONE, Turn.ROTATED_270))


class Work(NamedTuple):
    """How a search for pairs is bounded and watched."""

    most: int  # links that may be held
    tell: Tell | None = None
    stop: Stop | None = None


class Relation(Protocol):
    """Says which fingerprints are near. Both raise TooManyPairs and Stopped."""

    @property
    def name(self) -> str:
        """At most 16 ASCII letters, for the header of a file; the thresholds are in it."""
        ...

    def within(self, bits: Hashes, work: Work) -> Links:
        """All links among ``bits``, uint8 (n, 32)."""
        ...

    def between(self, old: Hashes, new: Hashes, work: Work) -> Links:
        """All links of one of ``old`` and one of ``new``."""
        ...


class Near(NamedTuple):
    """As they stand, within a threshold: the members of a stack."""

    threshold: int = NEAR

    @property
    def name(self) -> str:
        return f"near {self.threshold}"

    def within(self, bits: Hashes, work: Work) -> Links:
        return as_they_stand(
            all_pairs(bits, self.threshold, most=work.most, tell=work.tell, stop=work.stop)
        )

    def between(self, old: Hashes, new: Hashes, work: Work) -> Links:
        return as_they_stand(
            pairs_between(old, new, self.threshold, most=work.most, tell=work.tell, stop=work.stop)
        )


class Alike(NamedTuple):
    """As they stand within the looser threshold, or within the nearer one in one of the other
    seven turns: the members of a similar group."""

    loose: int = ALIKE
    turned: int = NEAR

    @property
    def name(self) -> str:
        return f"alike {self.loose} {self.turned}"

    def within(self, bits: Hashes, work: Work) -> Links:
        found = Near(self.loose).within(bits, work)
        for turn in _HALF:
            found = bounded([found, forwards(self._turned(bits, turn, work))], work)
        return found

    def between(self, old: Hashes, new: Hashes, work: Work) -> Links:
        # The new are turned, back, and all at once: laying out many old ones costs most.
        turns = (*_HALF, Turn.ROTATED_270)
        back = np.concatenate([turned(new, undone(turn)) for turn in turns])
        pairs = pairs_between(old, back, self.turned, most=2 * work.most, stop=work.stop)
        turn, second = np.divmod(pairs.second, np.uint32(max(1, len(new))))
        numbers = np.array([TURNS.index(each) for each in turns], np.uint8)
        found = Links(pairs.first, second, pairs.distance, numbers[turn])
        return bounded([Near(self.loose).between(old, new, work), found], work)

    def _turned(self, bits: Hashes, turn: Turn, work: Work) -> Links:
        # Each pair is met twice, and each that is its own mirror image once.
        most = 2 * work.most + len(bits)
        found = pairs_between(turned(bits, turn), bits, self.turned, most=most, stop=work.stop)
        links = as_they_stand(found)
        links.turn[:] = TURNS.index(turn)
        return links


STACK: Final = Near()
SIMILAR: Final = Alike()


def bounded(parts: list[Links], work: Work) -> Links:
    """The parts as one. Raises TooManyPairs when that is more than may be held."""
    whole = merged(parts)
    if len(whole.first) > work.most:
        raise TooManyPairs(work.most)
    return whole
