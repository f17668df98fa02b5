"""The root hash of RFC 6962, against its own recursive definition and published vectors."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.custody.merkle import MerkleTree

# Leaves and roots of the test suite of Certificate Transparency's reference implementation.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def root_of(leaves: list[bytes]) -> bytes:
    """Section 2.1, word for word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    half = 1
    while half * 2 < len(leaves):
        half *= 2
    parts = root_of(leaves[:half]) + root_of(leaves[half:])
    return hashlib.sha256(b"\x01" + parts).digest()


def tree_of(leaves: list[bytes]) -> MerkleTree:
    tree = MerkleTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree


@pytest.mark.parametrize("count", ROOTS)
def test_published_vectors(count: int) -> None:
    assert tree_of(LEAVES[:count]).root().hex() == ROOTS[count]


@given(st.lists(st.binary(max_size=5), max_size=70))
def test_any_leaves(leaves: list[bytes]) -> None:
    tree = tree_of(leaves)
    assert tree.root() == root_of(leaves)
    assert tree.leaves == len(leaves)


def test_it_can_be_asked_on_the_way() -> None:
    tree = MerkleTree()
    for count, leaf in enumerate(LEAVES):
        assert tree.root() == root_of(LEAVES[:count])
        tree.add(leaf)


def test_it_holds_one_hash_per_level() -> None:
    tree = MerkleTree()
    for number in range(5000):
        tree.add(b"%d" % number)
    assert len(tree._peaks) <= 13
