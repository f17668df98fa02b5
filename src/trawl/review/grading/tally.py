"""``judging.judge`` for many media at once, without resolutions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.model.grading import APART, NONE, GradingPolicy, Imported, State

Small = npt.NDArray[np.int8]

_MOST = np.iinfo(np.int8).max


@dataclass(slots=True)
class Tally:
    """By media: how many officers have voted, their lowest and their highest category."""

    voters: npt.NDArray[np.uint16]
    low: Small
    high: Small

    @classmethod
    def none(cls, count: int) -> Tally:
        """Nobody has voted."""
        return cls(
            np.zeros(count, np.uint16),
            np.full(count, _MOST, np.int8),
            np.full(count, NONE, np.int8),
        )

    def add(self, categories: Small) -> None:
        """Count one more voter's categories, NONE where there is no vote."""
        has = categories != NONE
        self.voters += has
        self.low = np.where(has, np.minimum(self.low, categories), self.low)
        self.high = np.maximum(self.high, categories)


def work_out(
    tally: Tally, imported: Small, policy: GradingPolicy
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16]]:
    """States (OPEN stands for whatever a media without votes is) and trusted categories.
    ``imported``: by media the category that counts, NONE or APART."""
    voted = tally.voters > 0
    single = imported >= 0
    voters = tally.voters + single
    low = np.where(single, np.minimum(tally.low, imported), tally.low)
    high = np.where(single, np.maximum(tally.high, imported), tally.high)
    apart = (imported == APART) | ((voters > 0) & (low != high))
    trusted = (voters >= policy.votes) & (voters > 0)
    if policy.imported is Imported.TRUSTED:
        # Lowest and highest are the imported one's: no vote differs from it.
        trusted |= single
    state = np.where(voted, np.uint8(State.VOTED), np.uint8(State.OPEN))
    state[trusted] = State.TRUSTED
    state[apart] = State.DISPUTED
    category = np.where(trusted & ~apart, high, np.int8(NONE)).astype(np.int16)
    return state, category
