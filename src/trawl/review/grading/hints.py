"""What hash sets say of media, as grading counts it: for some media, and for a case in arrays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from trawl.errors import NoMapping, SettingsError
from trawl.formats.schemes import Meaning
from trawl.model.grading import APART, NONE, Hint
from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.review.grading.rules import Rules
from trawl.store.database import Reader, Session
from trawl.store.hits import SetHit, hits_of
from trawl.store.illegal_hits import IllegalHit, illegal_hits, illegal_set_names
from trawl.store.media_hit import media_hit

Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]

_NOBODY = np.iinfo(np.int64).max
_EXACT, _BY_SIGHT = 0, 1


class Translator:
    """The categories of sets as numbers of the case's scheme. What nobody wrote a mapping for,
    and what means "not categorised", is no category."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.numbers = cache(self._numbers)

    def settles(self, categories: str | None, scheme: str | None, bare: bool) -> bool:
        """As ``Schemes.settles``."""
        return self._rules.schemes.settles(categories, scheme, bare)

    def _numbers(self, categories: str | None, scheme: str | None) -> tuple[int, ...]:
        """The distinct numbers of codes separated by one space."""
        if categories is None or scheme is None:
            return ()
        found = {self._number(code, scheme) for code in categories.split(" ")}
        return tuple(sorted(found - {NONE}))

    def _number(self, code: str, scheme: str) -> int:
        try:
            translated = self._rules.schemes.translate(code, scheme, self._rules.scheme.name)
        except (NoMapping, SettingsError):
            return NONE
        number = self._rules.number(translated)
        meaning = self._rules.scheme.categories[number].meaning
        return NONE if meaning is Meaning.UNCATEGORIZED else number


def hints_of(view: Reader | Session, rules: Rules, media_ids: Sequence[int]) -> dict[int, Hint]:
    """What hash sets say of some media; those that none has hit are left out."""
    by_media: dict[int, list[SetHit]] = {}
    for one in hits_of(view, media_ids):
        by_media.setdefault(one.hit.media_id, []).append(one)
    translator = Translator(rules)
    return {media_id: _hint(said, translator) for media_id, said in by_media.items()}


def _hint(said: Iterable[SetHit], translator: Translator) -> Hint:
    good = settled = False
    illegal: list[tuple[bool, bool, str]] = []
    numbers: tuple[set[int], set[int]] = (set(), set())
    for one in said:
        exact = one.hit.means is Means.DIGEST
        good |= exact and one.purpose is Purpose.KNOWN_GOOD
        if one.purpose is Purpose.ILLEGAL:
            found = translator.numbers(one.hit.categories, one.scheme)
            numbers[_EXACT if exact else _BY_SIGHT].update(found)
            settled |= exact and translator.settles(one.hit.categories, one.scheme, one.bare)
            illegal.append((not exact, not found, one.set_name))
    imported = _one(numbers[_EXACT])
    return Hint(
        good and all(by_sight for by_sight, _, _ in illegal),
        settled and not good,
        bool(illegal),
        imported,
        max(_one(numbers[_BY_SIGHT]), NONE) if imported == NONE else max(imported, NONE),
        min(illegal)[2] if illegal else None,
    )


def _one(numbers: set[int]) -> int:
    if not numbers:
        return NONE
    return next(iter(numbers)) if len(numbers) == 1 else APART


@dataclass(slots=True)
class Hints:
    """``Hint`` for media by position. ``source``: index into ``sources``, -1 for none."""

    good: Flags
    illegal: Flags
    proposed: Flags
    imported: Small
    proposal: Small
    source: npt.NDArray[np.int32]
    sources: list[str]

    @classmethod
    def of(cls, view: Reader | Session, rules: Rules, ids: npt.NDArray[np.int64]) -> Hints:
        """What hash sets say of the media with these identifiers, which must be sorted."""
        good = np.isin(ids, media_hit(view, [Purpose.KNOWN_GOOD], (Means.DIGEST,)))
        gathering = _Gathering(ids, Translator(rules), illegal_set_names(view))
        for hits in illegal_hits(view):
            gathering.take(hits)
        return gathering.hints(good)

    def at(self, position: int) -> Hint:
        """What is said of one media."""
        source = int(self.source[position])
        return Hint(
            bool(self.good[position]),
            bool(self.illegal[position]),
            bool(self.proposed[position]),
            int(self.imported[position]),
            int(self.proposal[position]),
            None if source < 0 else self.sources[source],
        )


class _Gathering:
    """Lowest and highest category of each media, of exact hits and of those by sight."""

    def __init__(
        self, ids: npt.NDArray[np.int64], translator: Translator, sets: Sequence[str]
    ) -> None:
        count = len(ids)
        self._ids = ids
        self._number = {name: number for number, name in enumerate(sets)}
        self._translator = translator
        self._low = np.full((2, count), np.iinfo(np.int8).max, np.int8)
        self._high = np.full((2, count), NONE, np.int8)
        self._exact = np.zeros(count, np.bool_)
        self._settled = np.zeros(count, np.bool_)
        self._best = np.full(count, _NOBODY, np.int64)

    def take(self, hits: Sequence[IllegalHit]) -> None:
        """Take some hits in."""
        media = np.array([hit.media_id for hit in hits], np.int64)
        at = np.minimum(np.searchsorted(self._ids, media), max(len(self._ids) - 1, 0))
        inside = self._ids[at] == media if len(self._ids) else np.zeros(len(media), np.bool_)
        there = [(where, hits[row]) for row, where in enumerate(at.tolist()) if inside[row]]
        if not there:
            return
        self._exact[[where for where, hit in there if hit.exact]] = True
        self._settled[[where for where, hit in there if self._settles(hit)]] = True
        where = np.array([where for where, _ in there])
        ranks = np.array([self._rank(hit) for _, hit in there], np.int64)
        np.minimum.at(self._best, where, ranks)
        self._take_categories(there)

    def _settles(self, hit: IllegalHit) -> bool:
        return hit.exact and self._translator.settles(hit.categories, hit.scheme, hit.bare)

    def _take_categories(self, there: list[tuple[int, IllegalHit]]) -> None:
        said = [
            (_EXACT if hit.exact else _BY_SIGHT, where, number)
            for where, hit in there
            for number in self._translator.numbers(hit.categories, hit.scheme)
        ]
        if said:
            means, where, numbers = np.array(said, np.int64).T
            np.minimum.at(self._low, (means, where), numbers.astype(np.int8))
            np.maximum.at(self._high, (means, where), numbers.astype(np.int8))

    def _rank(self, hit: IllegalHit) -> int:
        """The same order as in ``_hint``: exact first, then with a category, then by name."""
        uncategorised = not self._translator.numbers(hit.categories, hit.scheme)
        return (2 * (not hit.exact) + uncategorised) << 32 | self._number[hit.set_name]

    def hints(self, good: Flags) -> Hints:
        """What has come together."""
        one = np.where(self._low == self._high, self._high, np.int8(APART))
        one[self._high == NONE] = NONE
        exact, by_sight = one
        proposal = np.maximum(np.where(exact == NONE, by_sight, exact), np.int8(NONE))
        hit = self._best != _NOBODY
        source = np.where(hit, self._best & 0xFFFFFFFF, -1).astype(np.int32)
        settled = self._settled & ~good
        named = good & ~self._exact
        return Hints(named, settled, hit, exact, proposal, source, list(self._number))
