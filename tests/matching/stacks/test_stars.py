"""Stacks: the rule, and that every way to it gives the same."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from naive_stars import cases, drawn, flipped, naive

from trawl.matching.sight.pairs import Stopped, TooManyPairs
from trawl.matching.stacks import blocks, sweep
from trawl.matching.stacks.links import no_links
from trawl.matching.stacks.relations import Near, Work
from trawl.matching.stacks.stars import stack, star_of_links

Case = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


def chain(steps: int, bits_a_step: int) -> npt.NDArray[np.uint8]:
    """Hashes of which each differs from the one before in other bits than all before."""
    loose = np.zeros((steps, 256), dtype=np.uint8)
    for step in range(1, steps):
        loose[step:, (step - 1) * bits_a_step : step * bits_a_step] = 1
    return np.packbits(loose, axis=1)


def test_a_chain_of_small_steps_does_not_join_its_ends() -> None:
    stars = stack(chain(9, 20), [100] * 9)
    assert stars.leader.tolist() == [0, 0, 2, 2, 4, 4, 6, 6, 8]
    assert stars.distance.tolist() == [0, 20] * 4 + [0]


def test_a_member_goes_to_the_nearest_leader_and_of_two_to_the_better() -> None:
    steps = chain(12, 8)  # 8 bits a step: 0 and 4 are 32 apart
    nearer = stack(steps[[0, 4, 3]], [100] * 3)
    assert nearer.leader.tolist() == [0, 1, 1]
    assert nearer.distance.tolist() == [0, 0, 8]
    assert stack(steps[[0, 4, 2]], [100] * 3).leader.tolist() == [0, 1, 0]
    assert stack(steps[[4, 0, 2]], [100] * 3).leader.tolist() == [0, 1, 0]
    # The best is on top: a nearer leader that is less good than the member does not get it.
    assert stack(steps[[0, 3, 4]], [100] * 3).leader.tolist() == [0, 0, 2]


def test_thirty_one_bits_are_near_and_thirty_two_are_not() -> None:
    base = np.zeros((1, 32), dtype=np.uint8)
    chance = np.random.default_rng(3)
    for apart, expected in ((31, 0), (32, 1)):
        both = np.concatenate([base, flipped(base[0], apart, chance)[None]])
        assert stack(both, [100, 100]).leader.tolist() == [0, expected]


def test_a_plain_picture_is_alone_even_among_equals() -> None:
    bits = np.zeros((5, 32), dtype=np.uint8)
    stars = stack(bits, [49, 50, 0, 100, 50])
    assert stars.leader.tolist() == [0, 1, 2, 1, 1]


def test_none_and_one() -> None:
    nothing = stack(np.zeros((0, 32), dtype=np.uint8), [])
    assert len(nothing.leader) == len(nothing.distance) == 0
    assert stack(np.zeros((1, 32), dtype=np.uint8), [100]).leader.tolist() == [0]


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_pairs_give_the_rule(case: Case) -> None:
    expected, found = naive(*case), stack(*case)
    assert found.leader.tolist() == expected.leader.tolist()
    assert found.distance.tolist() == expected.distance.tolist()


@settings(max_examples=60, deadline=None)
@given(cases)
def test_the_blocks_give_the_rule(case: Case) -> None:
    expected = naive(*case)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "FIRST", 4)
        found = stack(*case, most=len(case[0]))
    assert found.leader.tolist() == expected.leader.tolist()
    assert found.distance.tolist() == expected.distance.tolist()


def test_blocks_are_halved_until_they_fit() -> None:
    bits, _ = drawn(5, 400)
    quality = np.full(400, 100)
    found, expected = stack(bits, quality, most=40), stack(bits, quality)
    assert found.leader.tolist() == expected.leader.tolist()
    assert found.distance.tolist() == expected.distance.tolist()


def test_one_picture_near_to_more_leaders_than_may_be_held_is_said() -> None:
    middle = chain(3, 20)
    with pytest.raises(TooManyPairs):
        stack(np.concatenate([middle[[0, 2, 1]]]), [100] * 3, most=1)


def test_a_heavy_cluster_is_one_stack() -> None:
    chance = np.random.default_rng(9)
    base = chance.integers(0, 256, 32, dtype=np.uint8)
    bits = np.array([base, *(flipped(base, 12, chance) for _ in range(2999))])
    stars = stack(bits, np.full(3000, 80), most=50_000)
    assert (stars.leader == 0).all()
    assert (stars.distance[1:] == 12).all()


@settings(max_examples=10, deadline=None)
@given(cases)
def test_compiled_is_as_plain(case: Case) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sweep, "_WORTH_COMPILING", -1)
        found = stack(*case)
    assert found.leader.tolist() == stack(*case).leader.tolist()


def test_no_links_no_stacks() -> None:
    assert star_of_links(no_links(), 3).leader.tolist() == [0, 1, 2]


def test_it_stops_when_told_and_says_how_far_it_is() -> None:
    bits, quality = drawn(1, 50)
    with pytest.raises(Stopped):
        stack(bits, quality, stop=lambda: True)
    told: list[tuple[int, int]] = []
    stack(bits, quality, most=20, tell=lambda done, total: told.append((done, total)))
    assert told
    assert all(0 <= done <= total for done, total in told)


def test_work_of_a_relation_is_bounded() -> None:
    bits = np.zeros((30, 32), dtype=np.uint8)
    with pytest.raises(TooManyPairs):
        Near().between(bits, bits, Work(899))
