"""Keeping the pairs: what grows is what a run from scratch gives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive_stars import cases, drawn, flipped

from trawl.errors import IndexDamaged
from trawl.matching.sight.turns import TURNS, turned
from trawl.matching.stacks.links import Links, inserted
from trawl.matching.stacks.neighbours import Neighbours, grow, none_yet, restack
from trawl.matching.stacks.neighbours_file import read_neighbours, write_neighbours
from trawl.matching.stacks.relations import SIMILAR, STACK, Near, Work
from trawl.matching.stacks.stars import stack

Case = tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]


@settings(max_examples=60, deadline=None)
@given(cases, st.data())
def test_grown_in_parts_is_as_from_scratch(case: Case, data: st.DataObject) -> None:
    """Parts may overlap, come in any order, and hold what is no longer in the case."""
    bits, quality = case
    kept = none_yet(STACK)
    for seed in data.draw(st.lists(st.integers(0, 99), max_size=4)):
        chance = np.random.default_rng(seed)
        part = chance.permutation(len(bits))[: chance.integers(0, len(bits) + 1)]
        kept = grow(kept, bits[part], STACK)
    kept = grow(kept, drawn(1, 9)[0], STACK)
    found, after = restack(kept, bits, quality)
    expected = stack(bits, quality)
    assert found.leader.tolist() == expected.leader.tolist()
    assert found.distance.tolist() == expected.distance.tolist()
    assert after is not None
    scratch = STACK.within(after.bits, Work(10**6))
    assert [column.tolist() for column in after.links] == [column.tolist() for column in scratch]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_looser_links_of_old_and_new_are_as_from_scratch(seed: int) -> None:
    """In whichever turn: distance and turn of each pair, too."""
    chance = np.random.default_rng(seed)
    bits, _ = drawn(seed % 1000, 12)
    ways = [turned(bits[row : row + 1], TURNS[chance.integers(8)])[0] for row in range(len(bits))]
    ways = [flipped(one, int(chance.integers(0, 20)), chance) for one in ways]
    every = np.unique(np.concatenate([bits, ways]), axis=0)
    every = every[chance.permutation(len(every))]
    cut = len(every) * 2 // 3
    kept = grow(grow(none_yet(SIMILAR), every[:cut], SIMILAR), every[cut:], SIMILAR)
    scratch = SIMILAR.within(kept.bits, Work(10**6))
    assert len(scratch.first)
    assert [column.tolist() for column in kept.links] == [column.tolist() for column in scratch]


def test_links_put_in_among_others_are_in_order() -> None:
    def links(*pairs: tuple[int, int, int]) -> Links:
        first, second, distance = np.array(pairs, np.uint32).reshape(-1, 3).T
        small = distance.astype(np.uint8)
        return Links(first, second, small, small)

    old, more = links((0, 4, 1), (2, 3, 2), (2, 9, 3)), links((0, 5, 4), (0, 7, 5), (8, 9, 6))
    found = inserted(old, more)
    assert found.first.tolist() == [0, 0, 0, 2, 2, 8]
    assert found.second.tolist() == [4, 5, 7, 3, 9, 9]
    assert found.distance.tolist() == found.turn.tolist() == [1, 4, 5, 2, 3, 6]
    assert [column.dtype for column in found] == [column.dtype for column in old]
    assert inserted(old, links()).first.tolist() == [0, 2, 2]
    assert inserted(links(), more).second.tolist() == [5, 7, 9]


def test_what_is_known_costs_nothing_more() -> None:
    bits, quality = drawn(4, 40)
    _, kept = restack(None, bits, quality)
    assert restack(kept, bits[::-1], quality[::-1])[1] is kept


def test_too_many_pairs_are_not_kept_but_answered() -> None:
    bits, quality = drawn(6, 60)
    found, kept = restack(None, bits, quality, work=Work(30))
    assert kept is None
    assert found.leader.tolist() == stack(bits, quality).leader.tolist()


def test_what_was_kept_by_another_threshold_is_not_used() -> None:
    bits, quality = drawn(8, 40)
    _, kept = restack(None, bits, quality, Near(3))
    found, after = restack(kept, bits, quality)
    assert found.leader.tolist() == stack(bits, quality).leader.tolist()
    assert after is not None
    assert after.relation == "near 31"


@pytest.fixture
def written(tmp_path: Path) -> tuple[Path, Neighbours]:
    bits, quality = drawn(2, 60)
    _, kept = restack(None, bits, quality)
    assert kept is not None
    assert len(kept.links.first) > 5
    path = tmp_path / "stacks.near"
    write_neighbours(path, kept)
    return path, kept


def test_the_file_gives_back_what_was_kept(written: tuple[Path, Neighbours]) -> None:
    path, kept = written
    again = read_neighbours(path, STACK)
    assert again is not None
    assert again.bits.tolist() == kept.bits.tolist()
    assert [c.tolist() for c in again.links] == [c.tolist() for c in kept.links]
    assert list(path.parent.iterdir()) == [path]


def test_no_file_or_that_of_another_relation_is_nothing_kept(
    written: tuple[Path, Neighbours], tmp_path: Path
) -> None:
    assert read_neighbours(tmp_path / "absent", STACK) is None
    assert read_neighbours(written[0], SIMILAR) is None


def test_an_empty_one_is_whole(tmp_path: Path) -> None:
    write_neighbours(tmp_path / "none", none_yet(SIMILAR))
    again = read_neighbours(tmp_path / "none", SIMILAR)
    assert again is not None
    assert len(again.bits) == 0


def test_every_changed_byte_and_every_cut_is_noticed(written: tuple[Path, Neighbours]) -> None:
    path, _ = written
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        if 8 <= at < 28:  # of another version or relation: as if it were not there
            assert read_neighbours(path, STACK) is None
        else:
            with pytest.raises(IndexDamaged):
                read_neighbours(path, STACK)
    for length in (0, 10, 60, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexDamaged):
            read_neighbours(path, STACK)
    path.write_bytes(whole + b"\0")
    with pytest.raises(IndexDamaged):
        read_neighbours(path, STACK)


def test_a_failed_write_leaves_what_was_there(
    written: tuple[Path, Neighbours], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = written
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_neighbours(path, kept)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]
