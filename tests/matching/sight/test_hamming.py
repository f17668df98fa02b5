from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.matching.sight import hamming
from trawl.matching.sight.hamming import distances, look_up_by_force, pairs_by_force

HASH = st.binary(min_size=32, max_size=32)


def by_hand(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def array(all_of: list[bytes]) -> hamming.Hashes:
    return np.frombuffer(b"".join(all_of), np.uint8).reshape(-1, 32)


@given(one=HASH, many=st.lists(HASH, max_size=5))
def test_distances(one: bytes, many: list[bytes]) -> None:
    found = distances(np.frombuffer(one, np.uint8), array(many))
    assert found.dtype == np.uint16
    assert found.tolist() == [by_hand(one, other) for other in many]


def test_distances_go_up_to_256() -> None:
    none = np.zeros(32, np.uint8)
    assert distances(none, ~none[None]).tolist() == [256]


@given(many=st.lists(HASH, max_size=6), threshold=st.integers(90, 150))
def test_pairs(many: list[bytes], threshold: int) -> None:
    found = pairs_by_force(array(many), threshold)
    wanted = [
        (a, b, by_hand(many[a], many[b]))
        for a in range(len(many))
        for b in range(a + 1, len(many))
        if by_hand(many[a], many[b]) <= threshold
    ]
    assert [*zip(*(column.tolist() for column in found), strict=True)] == wanted
    assert [column.dtype for column in found] == [np.uint32, np.uint32, np.uint8]


@given(bank=st.lists(HASH, max_size=5), queries=st.lists(HASH, max_size=5))
def test_look_up(bank: list[bytes], queries: list[bytes]) -> None:
    found = look_up_by_force(array(bank), array(queries), 128)
    wanted = sorted(
        (q, by_hand(query, entry), e)
        for q, query in enumerate(queries)
        for e, entry in enumerate(bank)
        if by_hand(query, entry) <= 128
    )
    assert [*zip(found.query, found.distance, found.entry, strict=True)] == wanted
    assert [column.dtype for column in found] == [np.int64, np.int64, np.uint8]


def test_runs_of_rows_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    bits = np.random.default_rng(0).integers(0, 256, (50, 32), np.uint8)
    whole = pairs_by_force(bits, 125)
    monkeypatch.setattr(hamming, "AT_ONCE", 120)
    for one, other in zip(whole, pairs_by_force(bits, 125), strict=True):
        assert np.array_equal(one, other)
    assert len(whole.first) > 100


@pytest.mark.parametrize("wrong", [np.zeros((2, 31), np.uint8), np.zeros(32, np.uint8), [[1]]])
def test_what_are_not_hashes_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match="uint8"):
        pairs_by_force(wrong, 3)  # type: ignore[arg-type]


def test_bytes_that_are_not_aligned() -> None:
    held = np.zeros(3 * 32 + 1, np.uint8)
    assert len(pairs_by_force(held[1:].reshape(3, 32), 0).first) == 3
