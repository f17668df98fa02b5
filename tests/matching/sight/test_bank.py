from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from trawl.errors import IndexDamaged
from trawl.matching.sight import bank as module
from trawl.matching.sight import bank_file
from trawl.matching.sight.bank import Bank
from trawl.matching.sight.hamming import Hashes, Near, look_up_by_force

COUNT = 30_000


def noisy(bits: Hashes, chance: np.random.Generator, most: int) -> Hashes:
    flipped = np.zeros((len(bits), 256), np.uint8)
    for row in flipped:
        row[chance.integers(0, 256, chance.integers(0, most + 1))] = 1
    return bits ^ np.packbits(flipped, axis=1)


@pytest.fixture(scope="module")
def known() -> Hashes:
    """Some alone, some in families, 5,000 the same, all with three bytes that hardly vary."""
    chance = np.random.default_rng(1)
    alone = chance.integers(0, 256, (20_000, 32), np.uint8)
    alone[:, :3] &= 1
    families = noisy(np.repeat(alone[:100], 50, axis=0), chance, 20)
    return chance.permutation(np.concatenate([alone, families, np.repeat(alone[:1], 5000, axis=0)]))


@pytest.fixture(scope="module")
def queries(known: Hashes) -> Hashes:
    chance = np.random.default_rng(2)
    near = noisy(known[chance.integers(0, COUNT, 150)], chance, 50)
    return np.concatenate([near, chance.integers(0, 256, (50, 32), np.uint8)])


@pytest.fixture(scope="module")
def path(known: Hashes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bank") / "known.bank"
    Bank.build(path, known)
    return path


def same(one: Near, other: Near) -> bool:
    return all(a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("threshold", [0, 1, 9, 10, 11, 22, 31, 32, 40, 47, 60])
@pytest.mark.parametrize("way", ["index", "joining", "best"])
def test_every_way_finds_what_force_finds(path, known, queries, threshold: int, way: str) -> None:
    bank = Bank.open(path)
    assert len(bank) == COUNT
    if way == "index":
        assert bank._index is not None
        found = bank._by_index(bank._index, queries, threshold)
    elif way == "joining":
        with patch.object(module, "PART", 9_999):
            found = bank._by_joining(queries, threshold)
    else:
        found = bank.look_up(queries, threshold)
    wanted = look_up_by_force(known, queries, threshold)
    assert same(found, wanted)
    assert len(found.query)


def test_more_candidates_than_wait_at_a_time(path: Path, known: Hashes) -> None:
    from trawl.matching.sight import bank_kernels

    with patch.object(module, "A_FEW_COMPARISONS", 0):
        heavy = np.repeat(known[:1], 40_000, axis=0)
        other = path.with_name("heavy.bank")
        Bank.build(other, heavy)
        bank = Bank.open(other)
        assert len(heavy) > bank_kernels.WAITING
        assert bank._index is not None
        found = bank._by_index(bank._index, known[:1], 31)
    assert np.array_equal(found.entry, np.arange(len(heavy)))


@pytest.mark.parametrize("count", [0, 1, 2, 20_001])
def test_of_any_size(tmp_path: Path, known: Hashes, count: int) -> None:
    Bank.build(tmp_path / "bank", known[:count])
    bank = Bank.open(tmp_path / "bank")
    assert len(bank) == count
    assert same(bank.look_up(known[:9]), look_up_by_force(known[:count], known[:9], 31))
    assert same(bank.look_up(known[:0]), look_up_by_force(known[:count], known[:0], 31))
    if count:
        assert 0 in bank.look_up(known[:1], 0).entry


def test_a_bank_of_runs_is_the_same_file(path: Path, known: Hashes) -> None:
    def runs() -> Iterator[Hashes]:
        yield from np.array_split(known, 7)

    other = path.with_name("runs.bank")
    Bank.build(other, runs())
    assert other.read_bytes() == path.read_bytes()


def test_what_was_there_stays_when_building_fails(tmp_path: Path, known: Hashes) -> None:
    def runs() -> Iterator[Hashes]:
        yield known[:10]
        raise OSError("gone")

    Bank.build(tmp_path / "bank", known[:3])
    with pytest.raises(OSError, match="gone"):
        Bank.build(tmp_path / "bank", runs())
    assert len(Bank.open(tmp_path / "bank")) == 3
    assert [one.name for one in tmp_path.iterdir()] == ["bank"]


@pytest.mark.parametrize("keep", [0, 10, 4095, 4096, 4096 + 32 * 5, -1, -100_000])
def test_a_truncated_file_is_refused(path: Path, tmp_path: Path, keep: int) -> None:
    damaged = tmp_path / "damaged.bank"
    damaged.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(IndexDamaged, match=r"damaged\.bank"):
        Bank.open(damaged)


def test_a_longer_file_is_refused(path: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.bank"
    damaged.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(IndexDamaged):
        Bank.open(damaged)


def _parts(data: bytes) -> list[int]:
    """A byte in the header, in its checksums, in the hashes, in starts, in rows, and the last."""
    hashes = 4096 + COUNT * 32
    return [0, 9, 13, 17, 21, 25, 40, 4096, hashes - 1, hashes + 1000, len(data) - 7, len(data) - 1]


@pytest.mark.parametrize("number", range(12))
def test_one_wrong_byte_is_refused(path: Path, tmp_path: Path, number: int) -> None:
    data = bytearray(path.read_bytes())
    data[_parts(data)[number]] ^= 16
    damaged = tmp_path / "damaged.bank"
    damaged.write_bytes(data)
    with pytest.raises(IndexDamaged):
        Bank.open(damaged)


def test_places_outside_are_refused_whatever_the_checksums_say(path: Path) -> None:
    _, index = bank_file.read(path)
    assert index is not None
    assert bank_file._sound(index, COUNT)
    index.rows[3, 5] = COUNT
    assert not bank_file._sound(index, COUNT)
    index.rows[3, 5] = 0
    index.starts[2, 7] = COUNT + 1
    assert not bank_file._sound(index, COUNT)
