"""Random bytes are suspected, everything with structure is not."""

from __future__ import annotations

import hashlib
import lzma
import random
import zlib

import pytest

from trawl.entropy import chi_squared, looks_random, suspected_container


def noise(size: int, seed: bytes = b"seed") -> bytes:
    return hashlib.shake_256(seed).digest(size)


def test_chi_squared_of_one_value_is_as_far_as_it_goes():
    assert chi_squared(b"a" * 256) == 256 * 255


def test_chi_squared_of_every_value_alike_is_zero():
    assert chi_squared(bytes(range(256)) * 16) == 0


@pytest.mark.parametrize("size", [4096, 65_536, 262_144])
def test_noise_looks_random(size: int):
    assert sum(looks_random(noise(size, b"%d" % n)) for n in range(50)) >= 49


@pytest.mark.parametrize(
    "sample",
    [
        b"",
        noise(4095),
        bytes(65_536),
        bytes(range(256)) * 256,  # too even
        b"The quick brown fox jumps over the lazy dog. " * 2000,
        random.Random(1).randbytes(65_536).replace(b"\x00", b"\x01"),
    ],
)
def test_what_has_structure_does_not(sample: bytes):
    assert not looks_random(sample)


def test_a_container_is_whole_sectors_of_noise():
    assert suspected_container(noise(65_536), 1 << 20)
    assert not suspected_container(noise(65_536), (1 << 20) + 1)
    assert not suspected_container(noise(4096), 4096)


@pytest.mark.parametrize("pack", [lzma.compress, lambda data: zlib.compress(data, wbits=31)])
def test_packed_files_are_told_by_their_beginning(pack):
    words = [noise(6, b"%d" % n).hex() for n in range(500)]
    rng = random.Random(2)
    packed = pack(" ".join(rng.choices(words, k=60_000)).encode())
    packed = packed[: len(packed) // 512 * 512]
    assert not suspected_container(packed, len(packed))
