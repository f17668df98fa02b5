"""Vectors on disk: exact, whole, and never of two models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trawl.errors import IndexDamaged, ModelRefused
from trawl.matching.embedding import index as module
from trawl.matching.embedding.index import VectorIndex

MODEL = bytes(range(32))
OTHER = bytes(32)


def units(count: int, dimensions: int = 6, seed: int = 1) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (drawn / np.linalg.norm(drawn, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def built(tmp_path: Path) -> VectorIndex:
    return VectorIndex.build(tmp_path / "v", MODEL, 6, [(np.arange(10) * 3, units(10))])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(1, 9), st.integers(1, 70), st.integers(0, 999))
def test_it_finds_what_comparing_each_with_each_finds(
    tmp_path_factory: pytest.TempPathFactory, count: int, queries: int, most: int, seed: int
) -> None:
    vectors, sought = units(count, seed=seed), units(queries, seed=seed + 1)
    ids = np.random.default_rng(seed).permutation(1000)[:count]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_ROWS_AT_ONCE", 7)
        patch.setattr(module, "_QUERIES_AT_ONCE", 4)
        path = tmp_path_factory.mktemp("v") / "v"
        found = VectorIndex.build(path, MODEL, 6, [(ids, vectors)]).search(sought, 0.3, most)
    expected = []
    for query, vector in enumerate(sought):
        scores = vectors.astype(np.float16).astype(np.float32) @ vector
        near = sorted((-s, i) for s, i in zip(scores, ids, strict=True) if s >= 0.3)
        expected += [(query, i, -s) for s, i in near[:most]]
    assert found.query.tolist() == [query for query, _, _ in expected]
    assert found.media.tolist() == [media for _, media, _ in expected]
    np.testing.assert_allclose(found.score, [score for _, _, score in expected], atol=1e-6)


def test_scores_are_those_of_the_full_vectors_to_a_thousandth(tmp_path: Path) -> None:
    vectors = units(500, 512)
    built = VectorIndex.build(tmp_path / "v", MODEL, 512, [(np.arange(500), vectors)])
    found = built.search(vectors, -1, 500)
    exact = vectors[found.query] @ vectors.T
    assert np.abs(found.score - exact[np.arange(len(exact)), found.media]).max() < 1e-3


def test_added_is_as_built_at_once(built: VectorIndex, tmp_path: Path) -> None:
    more = units(5, seed=2)
    built.append(np.array([100, 3, 101, 100, 102]), more)
    assert built.media.tolist() == [*(np.arange(10) * 3), 100, 101, 102]
    whole = VectorIndex.build(
        tmp_path / "w",
        MODEL,
        6,
        [(np.arange(10) * 3, units(10)), ([100, 101, 102], more[[0, 2, 4]])],
    )
    assert (tmp_path / "v").read_bytes() == (tmp_path / "w").read_bytes()
    again = VectorIndex.open(tmp_path / "v", MODEL)
    assert len(again) == len(whole) == len(built) == 13
    assert again.search(more[2:3], 0.99).media.tolist() == [101]


def test_models_are_not_mixed(built: VectorIndex, tmp_path: Path) -> None:
    with pytest.raises(ModelRefused, match="another model"):
        VectorIndex.open(tmp_path / "v", OTHER)
    with pytest.raises(ModelRefused, match="dimensions"):
        built.append(np.array([50]), units(1, 7))
    with pytest.raises(ModelRefused, match="dimensions"):
        built.search(units(1, 7), 0.5)
    rebuilt = VectorIndex.build(tmp_path / "v", OTHER, 7, [(np.array([1]), units(1, 7))])
    assert (len(rebuilt), rebuilt.dimensions) == (1, 7)


def test_nothing_in_it_is_no_error(tmp_path: Path) -> None:
    built = VectorIndex.build(tmp_path / "v", MODEL, 6)
    assert len(built.search(units(3), 0.0).query) == 0
    assert len(built.media) == 0
    built.append(np.array([4]), units(1))
    assert built.search(units(1), 0.9).media.tolist() == [4]


def test_every_changed_byte_and_every_cut_is_noticed(built: VectorIndex, tmp_path: Path) -> None:
    path = tmp_path / "v"
    whole = path.read_bytes()
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        with pytest.raises(IndexDamaged):
            VectorIndex.open(path, MODEL)
    for length in (0, 79, 80, 100, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(IndexDamaged):
            VectorIndex.open(path, MODEL)
    with pytest.raises(IndexDamaged, match="there is no"):
        VectorIndex.open(tmp_path / "none", MODEL)


def test_an_addition_broken_off_is_as_if_not_begun(
    built: VectorIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / "v").read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_counted", killed)
        with pytest.raises(KeyboardInterrupt):
            built.append(np.array([70, 71]), units(2, seed=5))
    assert (tmp_path / "v").read_bytes() != before
    again = VectorIndex.open(tmp_path / "v", MODEL)
    assert len(again) == 10
    again.append(np.array([80]), units(1, seed=6))
    assert VectorIndex.open(tmp_path / "v", MODEL).media.tolist()[-1] == 80


def test_one_that_was_changed_meanwhile_is_not_written_to(
    built: VectorIndex, tmp_path: Path
) -> None:
    VectorIndex.open(tmp_path / "v", MODEL).append(np.array([70]), units(1))
    with pytest.raises(IndexDamaged, match="meanwhile"):
        built.append(np.array([71]), units(1))


def test_building_that_fails_leaves_what_was_there(built: VectorIndex, tmp_path: Path) -> None:
    before = (tmp_path / "v").read_bytes()
    with pytest.raises(ValueError, match="shape"):
        VectorIndex.build(tmp_path / "v", MODEL, 6, [(np.arange(2), units(2, 5))])
    assert (tmp_path / "v").read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["v"]
