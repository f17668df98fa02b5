"""The three digests of a content, in one reading."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import BinaryIO

from trawl.model.media import Digests

CHUNK = 1 << 20


def digest_bytes(data: bytes) -> Digests:
    """MD5, SHA-1 and SHA-256 of bytes in memory."""
    return Digests(
        hashlib.md5(data, usedforsecurity=False).digest(),
        hashlib.sha1(data, usedforsecurity=False).digest(),
        hashlib.sha256(data, usedforsecurity=False).digest(),
    )


def digest_stream(
    stream: BinaryIO, beat: Callable[[], None], chunk: int = CHUNK
) -> tuple[Digests, int]:
    """The digests and the length in bytes of what is left of ``stream``.

    ``beat`` is called after every ``chunk`` bytes. Memory stays at one chunk.
    """
    md5 = hashlib.md5(usedforsecurity=False)
    sha1 = hashlib.sha1(usedforsecurity=False)
    sha256 = hashlib.sha256(usedforsecurity=False)
    length = 0
    while data := stream.read(chunk):
        md5.update(data)
        sha1.update(data)
        sha256.update(data)
        length += len(data)
        beat()
    return Digests(md5.digest(), sha1.digest(), sha256.digest()), length
