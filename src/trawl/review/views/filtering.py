"""From a filter to the media that meet it: one mask a part, all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.model.grading import State
from trawl.review.index.media_index import Mask
from trawl.review.index.written import say
from trawl.review.views.asking import Area, Filter, Told
from trawl.review.views.held import EVERYWHERE, Codes, Held
from trawl.store.columns import folded
from trawl.store.database import Reader
from trawl.store.review_facts import KINDS, NO_TIME

STATES = {
    Told.OPEN: State.OPEN,
    Told.PROPOSED: State.PROPOSED,
    Told.TRUSTED: State.TRUSTED,
    Told.DISPUTED: State.DISPUTED,
    Told.KNOWN_GOOD: State.KNOWN_GOOD,
    Told.KNOWN_ILLEGAL: State.KNOWN_ILLEGAL,
}


@dataclass(frozen=True, slots=True)
class Filtering:
    """The media of a case, asked about by one officer."""

    view: Reader
    held: Held
    officer_id: int

    def mask(self, wanted: Filter) -> Mask | None:
        """Which positions meet every part; None when nothing is asked for."""
        found = (part(self, wanted) for part in PARTS)
        masks = [mask for mask in found if mask is not None]
        met: Mask | None = np.logical_and.reduce(masks) if masks else None
        return met

    def _exhibits(self, wanted: Filter) -> Mask | None:
        if not wanted.exhibits:
            return None
        index = self.held.index
        bits = np.zeros(index["exhibits"].shape[1], np.uint8)
        for number, reference in enumerate(index.exhibits):
            if reference in wanted.exhibits:
                bits[number // 8] |= np.uint8(1 << number % 8)
        mask: Mask = np.any(index["exhibits"] & bits, axis=1)
        return mask

    def _path(self, wanted: Filter) -> Mask | None:
        return self.held.lie_at(self.view, wanted.path) if wanted.path else None

    def _kinds(self, wanted: Filter) -> Mask | None:
        if not wanted.kinds:
            return None
        return _any_of(self.held.index["kind"], (KINDS.index(kind) for kind in wanted.kinds))

    def _taken(self, wanted: Filter) -> Mask | None:
        low, high = wanted.taken_from_us, wanted.taken_to_us
        if low is None and high is None:
            return None
        taken = self.held.index["taken_us"]
        mask: Mask = taken >= max(NO_TIME + 1 if low is None else low, NO_TIME + 1)
        return mask if high is None else mask & (taken < high)

    def _cameras(self, wanted: Filter) -> Mask | None:
        return self._words("camera", wanted.cameras) if wanted.cameras else None

    def _serials(self, wanted: Filter) -> Mask | None:
        return self._words("serial", wanted.serials) if wanted.serials else None

    def _words(self, column: str, wanted: tuple[str, ...]) -> Mask:
        words = self.held.index.words[column]
        return self._chosen(column, [word in wanted for word in words])

    def _chosen(self, column: str, chosen: list[bool]) -> Mask:
        """Which media bear one of the words of a column that are chosen."""
        numbers = [number for number, flag in enumerate(chosen, 1) if flag]
        return _any_of(self.held.index[column], numbers)

    def _place(self, wanted: Filter) -> Mask | None:
        if wanted.place is None:
            return None
        index = self.held.index
        inside = within(wanted.place, index["latitude"], index["longitude"])
        return self._at(index["placed"][inside])

    def _states(self, wanted: Filter) -> Mask | None:
        if not wanted.states:
            return None
        state, _, mine = self.held.judged.told(self.officer_id, EVERYWHERE)
        asked = [STATES[one] for one in wanted.states if one is not Told.MINE]
        mask = _any_of(state, map(int, asked))
        # What is told as voted is the officer's own vote and no other's.
        return mask | mine if Told.MINE in wanted.states else mask

    def _categories(self, wanted: Filter) -> Mask | None:
        if not wanted.categories:
            return None
        category = self.held.shown_category(self.officer_id, EVERYWHERE)
        return _any_of(category, self.held.numbers(wanted.categories))

    def _sets(self, wanted: Filter) -> Mask | None:
        hit = self.held.hit
        return (
            self._at(*(hit[name] for name in wanted.sets if name in hit)) if wanted.sets else None
        )

    def _stack(self, wanted: Filter) -> Mask | None:
        least, most = wanted.stack_least, wanted.stack_most
        if least is None and most is None:
            return None
        size = self.held.stacks["size"]
        mask: Mask = size >= (least or 0)
        return mask if most is None else mask & (size <= most)

    def _tags(self, wanted: Filter) -> Mask | None:
        tags = self.held.marks.tags
        return (
            self._at(*(tags[name] for name in wanted.tags if name in tags)) if wanted.tags else None
        )

    def _failed(self, wanted: Filter) -> Mask | None:
        failed: Mask = self.held.index["failed"]
        return None if wanted.failed is None else failed == wanted.failed

    def _text(self, wanted: Filter) -> Mask | None:
        if not wanted.text:
            return None
        needle = folded(wanted.text)
        mask = self.held.lie_at(self.view, wanted.text) | say(self.held.index, needle)
        for column, words in self.held.index.words.items():
            chosen = [needle in folded(word) for word in words]
            if any(chosen):
                mask = mask | self._chosen(column, chosen)
        return mask

    def _noted(self, wanted: Filter) -> Mask | None:
        return self._bearing(wanted.noted, self.held.marks.noted)

    def _clues(self, wanted: Filter) -> Mask | None:
        return self._bearing(wanted.clues, self.held.marks.clues)

    def _bearing(self, wanted: bool | None, positions: Codes) -> Mask | None:
        if wanted is None:
            return None
        mask = self._at(positions)
        return mask if wanted else ~mask

    def _at(self, *positions: Codes) -> Mask:
        mask = np.zeros(len(self.held.index), np.bool_)
        for some in positions:
            mask[some] = True
        return mask


def _any_of(column: Codes, numbers: Iterable[int]) -> Mask:
    """Which rows bear one of some numbers, all of which are small."""
    wanted = sorted(set(numbers))
    if len(wanted) <= 4:
        mask = np.zeros(len(column), np.bool_)
        for number in wanted:
            mask |= column == number
        return mask
    table = np.zeros(max(int(column.max(initial=0)), wanted[-1]) + 2, np.bool_)
    table[wanted] = True  # a row without a number has -1, which is the last of the table
    chosen: Mask = table[column]
    return chosen


def within(
    area: Area, latitude: npt.NDArray[np.float64], longitude: npt.NDArray[np.float64]
) -> Mask:
    """Which places lie in an area, its borders included."""
    mask: Mask = (latitude >= area.south) & (latitude <= area.north)
    if area.west <= area.east:
        return mask & (longitude >= area.west) & (longitude <= area.east)
    return mask & ((longitude >= area.west) | (longitude <= area.east))


PARTS: tuple[Callable[[Filtering, Filter], Mask | None], ...] = (
    Filtering._exhibits,
    Filtering._kinds,
    Filtering._taken,
    Filtering._cameras,
    Filtering._serials,
    Filtering._place,
    Filtering._states,
    Filtering._categories,
    Filtering._sets,
    Filtering._stack,
    Filtering._tags,
    Filtering._failed,
    Filtering._noted,
    Filtering._clues,
    Filtering._path,
    Filtering._text,
)
