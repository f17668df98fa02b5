"""A root hash over lines, as in RFC 6962, section 2.1 (Certificate Transparency).

A plain digest of the file would do to find a change; the tree also lets a unit prove to another
that one line belongs to a manifest without handing over the other lines.
"""

from __future__ import annotations

import hashlib


class MerkleTree:
    """Takes leaves one by one; holds one hash per level."""

    def __init__(self) -> None:
        self._peaks: list[tuple[int, bytes]] = []  # (leaves under it, hash), largest first
        self.leaves = 0

    def add(self, leaf: bytes) -> None:
        """Append a leaf."""
        size, node = 1, hashlib.sha256(b"\x00" + leaf).digest()
        while self._peaks and self._peaks[-1][0] == size:
            _, left = self._peaks.pop()
            size, node = size * 2, _parent(left, node)
        self._peaks.append((size, node))
        self.leaves += 1

    def root(self) -> bytes:
        """The root hash of what was added so far: 32 bytes."""
        if not self._peaks:
            return hashlib.sha256(b"").digest()
        _, node = self._peaks[-1]
        for _, left in reversed(self._peaks[:-1]):
            node = _parent(left, node)
        return node


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
