"""The looser level: turned, or further off."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from hypothesis import given, settings
from naive_stars import alike, drawn, flipped, naive, turned_cases

from trawl.matching.sight.hamming import distances
from trawl.matching.sight.turns import TURNS, turned
from trawl.matching.stacks.levels import similar
from trawl.matching.stacks.stars import stack
from trawl.model.matching import Turn

Case = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


def test_each_turn_is_found_and_named() -> None:
    chance = np.random.default_rng(11)
    base = chance.integers(0, 256, (1, 32), dtype=np.uint8)
    for number, turn in enumerate(TURNS):
        other = flipped(turned(base, turn)[0], 31, chance)[None]
        bits = np.concatenate([base, other])
        groups, _ = similar(bits, [100, 100], stack(bits, [100, 100]))
        if turn is Turn.NONE:
            assert groups.top.tolist() == [0]
            continue
        assert groups.leader.tolist() == [0, 0]
        assert groups.distance.tolist() == [0, 31]
        assert groups.turn.tolist() == [0, number]


def test_forty_seven_bits_as_it_stands_and_no_more() -> None:
    chance = np.random.default_rng(12)
    base = chance.integers(0, 256, 32, dtype=np.uint8)
    for apart, leader in ((47, 0), (48, 1)):
        bits = np.array([base, flipped(base, apart, chance)])
        groups, _ = similar(bits, [100, 100], stack(bits, [100, 100]))
        assert groups.leader.tolist() == [0, leader]


@settings(max_examples=30, deadline=None)
@given(turned_cases)
def test_groups_follow_the_rule_among_the_stacks(case: Case) -> None:
    bits, quality = case
    stacks = stack(bits, quality)
    groups, kept = similar(bits, quality, stacks)
    top = [row for row in range(len(bits)) if stacks.leader[row] == row and quality[row] >= 50]
    assert groups.top.tolist() == top
    expected = naive(bits[top], quality[top], alike)
    assert groups.leader.tolist() == [top[row] for row in expected.leader]
    assert groups.distance.tolist() == expected.distance.tolist()
    for row, leader, distance, turn in zip(*groups, strict=True):
        shown = turned(bits[[leader]], TURNS[turn])[0]
        assert int(distances(shown, bits[[row]])[0]) == distance
    again, after = similar(bits, quality, stacks, kept)
    assert [column.tolist() for column in again] == [column.tolist() for column in groups]
    assert after is kept


def test_grown_groups_are_as_from_scratch() -> None:
    bits, quality = drawn(21, 60, turns=True)
    _, kept = similar(bits[::2], quality[::2], stack(bits[::2], quality[::2]))
    stacks = stack(bits, quality)
    grown, _ = similar(bits, quality, stacks, kept)
    scratch, _ = similar(bits, quality, stacks)
    assert grown.leader.tolist() == scratch.leader.tolist()
    assert grown.distance.tolist() == scratch.distance.tolist()
