"""Three digests in one reading."""

from __future__ import annotations

import hashlib
import io

from hypothesis import given
from hypothesis import strategies as st

from trawl.passes.digest import digest_bytes, digest_stream


def test_known_values() -> None:
    found = digest_bytes(b"abc")
    assert found.md5.hex() == "900150983cd24fb0d6963f7d28e17f72"
    assert found.sha1.hex() == "a9993e364706816aba3e25717850c26c9cd0d89d"
    assert found.sha256 == hashlib.sha256(b"abc").digest()


@given(st.binary(max_size=5000), st.integers(1, 700))
def test_a_stream_in_any_chunks_gives_the_same(data: bytes, chunk: int) -> None:
    beats: list[None] = []
    found, length = digest_stream(io.BytesIO(data), lambda: beats.append(None), chunk)
    assert found == digest_bytes(data)
    assert length == len(data)
    assert len(beats) == -(-len(data) // chunk)
