"""Which picture comes out on top."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from trawl.matching.stacks.rank import rank

NAN = float("nan")


def test_larger_then_sharper_then_less_compressed_then_the_lower_id() -> None:
    order = rank(
        width=[100, 4000, 4000, 4000, 4000],
        height=[100, 3000, 3000, 3000, 3000],
        sharpness=[900, 10, 50, 50, 50],
        size=[10**6, 10**6, 10**5, 10**6, 10**6],
        media_id=[1, 2, 3, 5, 4],
    )
    assert order.tolist() == [4, 3, 2, 1, 0]
    assert order.dtype == np.int64


def test_small_differences_of_size_and_sharpness_do_not_decide() -> None:
    """A crop of two rows is not worse than a blurred original that is two rows larger."""
    order = rank([1000, 1000], [1002, 1000], [20.0, 90.0], [10**5, 10**5], [1, 2])
    assert order.tolist() == [1, 0]
    order = rank([1000, 1000], [1000, 1000], [90.0, 91.0], [2 * 10**5, 10**5], [1, 2])
    assert order.tolist() == [0, 1]


def test_what_is_not_known_comes_last() -> None:
    assert rank([0, NAN, 10], [10, 10, 10], [9, 9, 9], [1, 1, 1], [1, 2, 3]).tolist() == [2, 0, 1]
    assert rank([10, 10], [10, 10], [NAN, 0.5], [1, 1], [1, 2]).tolist() == [1, 0]
    assert rank([10, 10], [10, 10], [NAN, NAN], [NAN, 1], [1, 2]).tolist() == [1, 0]


def test_nothing_is_ranked_to_nothing() -> None:
    assert rank([], [], [], [], []).tolist() == []


@given(st.lists(st.tuples(*[st.floats(allow_nan=True)] * 4), max_size=30), st.randoms())
def test_the_order_does_not_depend_on_how_they_came(
    rows: list[tuple[float, float, float, float]], chance: object
) -> None:
    ids = np.arange(len(rows))
    columns = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    with np.errstate(over="ignore"):
        order = rank(*columns, ids)
        assert sorted(order) == ids.tolist()
        mixed = np.random.default_rng(len(rows)).permutation(len(rows))
        again = rank(*columns[:, mixed], ids[mixed])
    assert ids[mixed][again].tolist() == ids[order].tolist()
