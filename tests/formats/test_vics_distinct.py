from __future__ import annotations

import io
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.formats.vics_distinct import Distinct, DistinctFiles
from trawl.model.hash_set import MOST_PLACES

_MD5 = st.binary(min_size=16, max_size=16) | st.sampled_from(
    [bytes(15) + bytes([n]) for n in range(4)] + [bytes([n]) + bytes(15) for n in range(4)]
)


@given(named=st.lists(_MD5, max_size=60), held=st.integers(1, 70))
def test_the_count_is_exact_however_little_is_held(named: list[bytes], held: int) -> None:
    with DistinctFiles(held) as files:
        for entry, md5 in enumerate(named):
            files.add(md5, entry)
        counted = files.counted()
    again = [entry for entry, md5 in enumerate(named) if md5 in named[:entry]]
    assert counted == Distinct(len(set(named)), len(again), tuple(again[:MOST_PLACES]))


def test_it_counts_anew() -> None:
    with DistinctFiles(2) as files:
        for entry in range(5):
            files.add(bytes(16), entry)
        assert files.counted() == Distinct(1, 4, (1, 2, 3, 4))
        files.restart()
        assert files.counted() == Distinct(0, 0, ())
        files.add(bytes(16), 9)
        assert files.counted() == Distinct(1, 0, ())


class _Full(io.BytesIO):
    def write(self, _data: object) -> int:
        raise OSError(28, "No space left on device")


def test_without_room_there_is_no_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "TemporaryFile", _Full)
    with DistinctFiles(2) as files:
        for entry in range(5):
            files.add(bytes(16), entry)
        assert files.counted() is None
        files.restart()
        files.add(bytes(16), 0)
        assert files.counted() == Distinct(1, 0, ())
