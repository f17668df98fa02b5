"""Figures on agreement, held against worked examples from the literature and against what must
hold of any votes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from trawl.review.agreement import (
    NO_PAIRS,
    NO_VOTE,
    ONE_CATEGORY,
    agreement,
    category_counts,
    cohen_kappa,
    fleiss_kappa,
    percent_agreement,
)

Ratings = npt.NDArray[np.int16]


def two_raters(table: list[list[int]]) -> Ratings:
    """The votes of two raters whose table of categories this is."""
    pairs = [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _ in range(count)
    ]
    return np.array(pairs, np.int16).T


def test_cohen_1960() -> None:
    # Cohen (1960), the table of 200 diagnoses by two judges: kappa .492.
    ratings = two_raters([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    found = cohen_kappa(ratings[0], ratings[1])
    assert found.n == 200
    assert found.value == pytest.approx((0.70 - 0.41) / (1 - 0.41))
    assert round(found.value or 0, 3) == 0.492


# Ten subjects, fourteen raters, five categories: P .378, Pe .213, kappa .210 (the worked example
# of Fleiss' kappa in Wikipedia, after Fleiss 1971).
TEN_SUBJECTS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]


def test_fleiss_1971() -> None:
    counts = np.array(TEN_SUBJECTS, np.int64)
    assert round(percent_agreement(counts).value or 0, 3) == 0.378
    assert round(fleiss_kappa(counts).value or 0, 3) == 0.210


def test_what_is_undefined_says_why() -> None:
    nobody = agreement(np.empty((0, 0), np.int16), 3)
    assert (nobody.percent.value, nobody.percent.why) == (None, NO_PAIRS)
    assert nobody.cohen == {}
    apart = agreement(np.array([[0, NO_VOTE], [NO_VOTE, 1]], np.int16), 3)
    assert (apart.fleiss.value, apart.fleiss.why) == (None, NO_PAIRS)
    assert apart.cohen[0, 1].why == "no media has a vote of both"
    same = agreement(np.array([[1, 1], [1, 1]], np.int16), 3)
    assert (same.percent.value, same.fleiss.why) == (1, ONE_CATEGORY)
    assert (same.cohen[0, 1].value, same.cohen[0, 1].why) == (None, ONE_CATEGORY)
    assert same.confusion.tolist() == [[0, 0, 0], [0, 4, 0], [0, 0, 0]]


ratings = hnp.arrays(
    np.int16,
    st.tuples(st.integers(2, 4), st.integers(1, 12)),
    elements=st.integers(NO_VOTE, 3),
)


@given(ratings, st.randoms(use_true_random=False))
def test_nobodys_name_and_no_order_matters(votes: Ratings, chance: object) -> None:
    random = np.random.default_rng(chance.getrandbits(32))  # type: ignore[attr-defined]
    counts = category_counts(votes, 4)
    turned = votes[random.permutation(len(votes))][:, random.permutation(votes.shape[1])]
    renamed = category_counts(turned, 4)[:, random.permutation(4)]
    for figure in (percent_agreement, fleiss_kappa):
        one, other = figure(counts), figure(renamed)
        assert one.n == other.n
        assert one.value == (None if other.value is None else pytest.approx(other.value))


@given(ratings)
def test_figures_stay_within_their_bounds(votes: Ratings) -> None:
    found = agreement(votes, 4)
    for figure in (found.percent, found.fleiss, *found.cohen.values()):
        assert (figure.value is None) == (figure.why is not None)
        assert figure.value is None or -1 <= figure.value <= 1 + 1e-12
    assert (found.confusion == found.confusion.T).all()
    pairs = (votes != NO_VOTE).sum(0)
    assert found.confusion.sum() == (pairs * (pairs - 1)).sum()


@given(hnp.arrays(np.int16, st.tuples(st.just(2), st.integers(1, 30)), elements=st.integers(0, 3)))
def test_two_raters(votes: Ratings) -> None:
    # Of two raters Fleiss' kappa is Scott's pi, which is never above Cohen's kappa: chance
    # agreement from the mean of two shares is never less than from their product.
    fleiss, cohen = fleiss_kappa(category_counts(votes, 4)), cohen_kappa(votes[0], votes[1])
    if fleiss.value is not None and cohen.value is not None:
        assert fleiss.value <= cohen.value + 1e-12
    if (votes[0] == votes[1]).all() and cohen.value is not None:
        assert cohen.value == pytest.approx(1)
