"""How well officers agree: percent agreement, Cohen's kappa of each pair, Fleiss' kappa of all.

Sources: J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological
Measurement 20 (1960) 37-46; J. L. Fleiss, "Measuring nominal scale agreement among many raters",
Psychological Bulletin 76 (1971) 378-382; for a number of raters that differs from subject to
subject, J. L. Fleiss, B. Levin, M. C. Paik, "Statistical Methods for Rates and Proportions", 3rd
edition (2003), section 18.3: the agreement of each subject is that of its own pairs of raters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Ratings = npt.NDArray[np.int16]

NO_VOTE = -1

NO_PAIRS = "no media has two votes"
ONE_CATEGORY = "all votes are of one category: agreement by chance is certain"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure between -1 and 1, or None with the reason why there is none. ``n``: media it is
    worked out from."""

    value: float | None
    n: int
    why: str | None = None


@dataclass(frozen=True, slots=True)
class Agreement:
    """``percent``: the share of pairs of votes on one media that are equal, 0 to 1. ``cohen``: by
    pair of raters. ``confusion``: int64 (k, k), how many pairs of votes on one media were of
    these two categories; each pair counts once each way, so it is symmetric."""

    percent: Figure
    fleiss: Figure
    cohen: Mapping[tuple[int, int], Figure]
    confusion: Counts


def agreement(ratings: Ratings, categories: int) -> Agreement:
    """All figures. ``ratings``: (raters, media), the number of the category or NO_VOTE."""
    counts = category_counts(ratings, categories)
    pairs = combinations(range(len(ratings)), 2)
    return Agreement(
        percent_agreement(counts),
        fleiss_kappa(counts),
        {pair: cohen_kappa(ratings[pair[0]], ratings[pair[1]]) for pair in pairs},
        confusion(counts),
    )


def category_counts(ratings: Ratings, categories: int) -> Counts:
    """How many votes each media has in each category: (media, categories)."""
    raters, media = np.nonzero(ratings != NO_VOTE)
    counts = np.zeros((ratings.shape[1], categories), np.int64)
    np.add.at(counts, (media, ratings[raters, media]), 1)
    return counts


def percent_agreement(counts: Counts) -> Figure:
    """The share of pairs of votes on one media that are equal, over all such pairs."""
    counts, votes = _with_pairs(counts)
    if not len(counts):
        return Figure(None, 0, NO_PAIRS)
    equal = (counts * (counts - 1)).sum()
    return Figure(float(equal / (votes * (votes - 1)).sum()), len(counts))


def fleiss_kappa(counts: Counts) -> Figure:
    """Fleiss' kappa of the media with at least two votes."""
    counts, votes = _with_pairs(counts)
    if not len(counts):
        return Figure(None, 0, NO_PAIRS)
    observed = float(((counts * (counts - 1)).sum(1) / (votes * (votes - 1))).mean())
    shares = counts.sum(0) / counts.sum()
    return _kappa(observed, float((shares**2).sum()), len(counts))


def cohen_kappa(first: Ratings, second: Ratings) -> Figure:
    """Cohen's kappa of two raters, over the media both have voted on."""
    both = (first != NO_VOTE) & (second != NO_VOTE)
    one, other = first[both], second[both]
    if not len(one):
        return Figure(None, 0, "no media has a vote of both")
    shares = [
        np.bincount(each, minlength=int(max(one.max(), other.max())) + 1) / len(one)
        for each in (one, other)
    ]
    return _kappa(float((one == other).mean()), float((shares[0] * shares[1]).sum()), len(one))


def confusion(counts: Counts) -> Counts:
    """Pairs of votes on one media, by their two categories."""
    pairs: Counts = counts.T @ counts - np.diag(counts.sum(0))
    return pairs


def _kappa(observed: float, by_chance: float, n: int) -> Figure:
    # What shares come to by division may be off from 1 by the last digit.
    if 1 - by_chance < 1e-12:
        return Figure(None, n, ONE_CATEGORY)
    return Figure((observed - by_chance) / (1 - by_chance), n)


def _with_pairs(counts: Counts) -> tuple[Counts, Counts]:
    votes = counts.sum(1)
    several = votes >= 2
    return counts[several], votes[several]
