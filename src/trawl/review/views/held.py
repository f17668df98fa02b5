"""What is held of one case while a request is answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from trawl.review.index.media_index import Mask, MediaIndex
from trawl.review.index.stacks import Stacks
from trawl.review.views.paths import lie_at
from trawl.store.database import Reader

Codes = npt.NDArray[np.integer]
Where = npt.NDArray[np.integer] | slice

EVERYWHERE = slice(None)


class Judged(Protocol):
    """What the grades of a case stand at, in arrays by position."""

    @property
    def version(self) -> str:
        """Changes with every vote, resolution, sample and policy."""
        ...

    @property
    def categories(self) -> tuple[str, ...]:
        """The codes of the case's scheme, in its order."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sets that propose."""
        ...

    def told(self, officer_id: int, where: Where) -> tuple[Codes, Codes, Mask]:
        """What the officer is told of each: the state (``model.grading.State``), the category
        (own, else trusted; -1 none), and whether it is their own."""
        ...

    def proposals(self, where: Where) -> tuple[Codes, Codes]:
        """The category (-1 none) and the source (-1 none) of what sets propose."""
        ...

    def waiting(self, officer_id: int, where: Where = EVERYWHERE) -> Mask:
        """What waits for the officer: not known, not settled, without their vote, or drawn for
        a second look."""
        ...

    def sampled(self, officer_id: int) -> Mask:
        """What waits for a second look by the officer."""
        ...


@dataclass(frozen=True, slots=True)
class Marks:
    """Positions that bear a note, a clue, and each tag; ``version`` changes with any."""

    version: str
    noted: npt.NDArray[np.int64]
    clues: npt.NDArray[np.int64]
    tags: Mapping[str, npt.NDArray[np.int64]]


class Sought:
    """The last texts that were looked for in paths, with what was found: the same text is asked
    for with many a filter."""

    def __init__(self, most: int = 16) -> None:
        self._most = most
        self._masks: OrderedDict[str, Mask] = OrderedDict()

    def mask(self, text: str, look: Callable[[], Mask]) -> Mask:
        """What was found, looking when it was not looked for yet. Not to be written to."""
        if text not in self._masks:
            found = look()
            found.flags.writeable = False
            self._masks[text] = found
            if len(self._masks) > self._most:
                self._masks.popitem(last=False)
        self._masks.move_to_end(text)
        return self._masks[text]


@dataclass(frozen=True, slots=True)
class Held:
    """One case at one moment. ``hit``: by the name of each set the positions it has hit;
    ``leased``: by the position of a stack's top the officer who holds it, identifier and name;
    ``version`` names the index, the stacks and the hits."""

    case_id: int
    version: str
    index: MediaIndex
    stacks: Stacks
    hit: Mapping[str, npt.NDArray[np.int32]]
    judged: Judged
    marks: Marks
    leased: Mapping[int, tuple[int, str]]
    sought: Sought

    def lie_at(self, view: Reader, text: str) -> Mask:
        """Which positions have a file whose path holds the text, ASCII letters in either case."""
        return self.sought.mask(text, lambda: lie_at(view, self.index, text))

    def others(self, officer_id: int) -> npt.NDArray[np.int64]:
        """Tops that are leased to other officers."""
        found = [at for at, (holder, _) in self.leased.items() if holder != officer_id]
        return np.array(found, np.int64)

    def shown_category(self, officer_id: int, where: Where) -> Codes:
        """The category by which a media is asked for and kept from view: the officer's own,
        else the trusted one, else the proposed one; -1 none."""
        _, category, _ = self.judged.told(officer_id, where)
        return self.else_proposed(category, where)

    def else_proposed(self, category: Codes, where: Where) -> Codes:
        """The categories an officer is told, and the proposed ones where they are told none."""
        proposed, _ = self.judged.proposals(where)
        return np.where(category >= 0, category, proposed)

    def hidden(self, officer_id: int, codes: tuple[str, ...], where: Where) -> Mask:
        """Which media bear a category that is not shown to this officer, by anybody's word that
        they are told, or by a set's."""
        unwanted = self.numbers(codes)
        _, category, _ = self.judged.told(officer_id, where)
        proposed, _ = self.judged.proposals(where)
        mask: Mask = np.isin(category, unwanted) | np.isin(proposed, unwanted)
        return mask

    def numbers(self, codes: tuple[str, ...]) -> list[int]:
        """Codes of the scheme as numbers; what it does not know is left out."""
        known = self.judged.categories
        return [known.index(code) for code in codes if code in known]
