"""What grading holds of a case, for as many media as are asked about."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.review.grading.standing import Standing
from trawl.review.index.media_index import Mask
from trawl.review.views.held import EVERYWHERE, Codes, Where


@dataclass(frozen=True, slots=True)
class CaseJudged:
    """``Judged`` over the standing of a case."""

    standing: Standing
    version: str

    @property
    def categories(self) -> tuple[str, ...]:
        """The codes of the case's scheme."""
        return tuple(one.code for one in self.standing.rules.scheme.categories)

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sets that propose."""
        return tuple(self.standing.hints.sources)

    def told(self, officer_id: int, where: Where) -> tuple[Codes, Codes, Mask]:
        """State, category and whether it is the officer's own."""
        return self.standing.told(officer_id, where)

    def proposals(self, where: Where) -> tuple[Codes, Codes]:
        """Category and source of what sets propose."""
        return self.standing.hints.proposal[where], self.standing.hints.source[where]

    def waiting(self, officer_id: int, where: Where = EVERYWHERE) -> Mask:
        """What waits for the officer."""
        return self.standing.waiting(officer_id, where)

    def sampled(self, officer_id: int) -> Mask:
        """What waits for a second look by the officer."""
        return self.standing.samples(officer_id)
