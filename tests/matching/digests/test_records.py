"""What a list says comes back as it was said."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trawl.errors import IndexDamaged, ListRefused
from trawl.matching.digests import records
from trawl.matching.digests.records import Records, RecordWriter
from trawl.model.hash_set import Known

# As JSON parsers give them: numbers of any size, halves of surrogate pairs on their own.
_TEXT = st.text(st.characters(exclude_categories=["Cs"]) | st.just("\udc00"), max_size=8)
_VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=6,
)
_FLAG = st.none() | st.booleans()
_KNOWN = st.builds(
    Known,
    category=st.none() | _TEXT,
    precategorized=_FLAG,
    victim_identified=_FLAG,
    offender_identified=_FLAG,
    distributed=_FLAG,
    suspected=_FLAG,
    self_generated=_FLAG,
    series=st.none() | _TEXT,
    tags=st.none() | _TEXT,
    comments=st.none() | _TEXT,
    size=st.none() | st.integers(),
    mime=st.none() | _TEXT,
    names=st.lists(_TEXT, max_size=3).map(tuple),
    extra=st.dictionaries(_TEXT, _VALUE, max_size=3),
)


def _write(path: Path, *batches: tuple[int, list[Known]]) -> None:
    with RecordWriter(path) as writer:
        for first, known in batches:
            writer.add(first, known)
        writer.finish()


@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.lists(_KNOWN, max_size=6)), max_size=5),
    st.integers(1, 400),
)
def test_exactly_as_it_was_said(tmp_path: Path, runs, block: int) -> None:
    batches, said, first = [], {}, 0
    for gap, known in runs:
        first += gap
        batches.append((first, known))
        said |= dict(enumerate(known, first))
        first += len(known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "BLOCK", block)
        _write(tmp_path / "records", *batches)
    with Records.open(tmp_path / "records") as read:
        asked = [*range(first + 3), *range(first, -1, -2)]
        assert [repr(one) for one in read.get(asked)] == [
            repr(said.get(entry, Known())) for entry in asked
        ]


def test_numbers_keep_their_type(tmp_path: Path) -> None:
    extra = {"a": 1, "b": 1.0, "c": True, "d": 2**80, "e": -0.0, "f": math.inf, "g": None}
    _write(tmp_path / "records", (0, [Known(extra=extra), Known(extra={"n": 1e300})]))
    with Records.open(tmp_path / "records") as read:
        first, second = read.get([0, 1])
    assert repr(first.extra) == repr(extra)
    assert second.extra == {"n": 1e300}


def test_a_list_that_says_nothing(tmp_path: Path) -> None:
    _write(tmp_path / "records")
    with Records.open(tmp_path / "records") as read:
        assert read.get([0, 5]) == [Known(), Known()]
        assert read.get([]) == []


def test_many_are_small(tmp_path: Path) -> None:
    """A category and a flag cost a few bytes."""
    known = [Known(category=str(number % 3), precategorized=True) for number in range(50_000)]
    _write(tmp_path / "records", (0, known))
    assert (tmp_path / "records").stat().st_size < 4 * len(known)
    with Records.open(tmp_path / "records") as read:
        assert read.get([49_999, 7, 7]) == [known[49_999], known[7], known[7]]


def test_nested_too_deep(tmp_path: Path) -> None:
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with RecordWriter(tmp_path / "records") as writer, pytest.raises(ListRefused, match="Entry 2"):
        writer.add(0, [Known(), Known(extra={"a": deep})])
    assert list(tmp_path.iterdir()) == []


def test_damage_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "records"
    _write(path, (0, [Known(comments=str(number)) for number in range(100)]))
    whole = path.read_bytes()
    for size in (0, 1, 31, 32, 33, len(whole) - 33, len(whole) - 32, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(IndexDamaged):
            Records.open(path)
    for at in (0, 9, 30, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(IndexDamaged):
            Records.open(path)
    path.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    with Records.open(path) as read, pytest.raises(IndexDamaged, match="block"):
        read.get([5])
    with pytest.raises(IndexDamaged, match="missing"):
        Records.open(tmp_path / "none")


def test_out_of_order_is_a_fault(tmp_path: Path) -> None:
    with RecordWriter(tmp_path / "records") as writer:
        writer.add(0, [Known()] * 5)
        with pytest.raises(ValueError, match="after"):
            writer.add(4, [Known()])


def test_a_full_disk(tmp_path: Path) -> None:
    script = """
import os, resource, sys
from pathlib import Path
from trawl.errors import StoreError
from trawl.matching.digests.records import RecordWriter
from trawl.model.hash_set import Known
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
try:
    with RecordWriter(Path(sys.argv[1])) as writer:
        for number in range(3000):
            writer.add(number, [Known(comments=os.urandom(40).hex())])
        writer.finish()
except StoreError as error:
    print(error)
"""
    command = [sys.executable, "-c", script, str(tmp_path / "records")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "no room left" in done.stdout
    assert list(tmp_path.iterdir()) == []
