"""Look-ups give what a dictionary gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from digest_lists import build, digests, expected, found, values_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trawl.errors import IndexDamaged
from trawl.matching.digests import merging, segment
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.matching.digests.segments import DigestSegments
from trawl.model.hash_set import DigestKind

# Words that collide on purpose: equal first halves, the smallest, the largest, neighbours.
_WORD = st.sampled_from([0, 1, 2, 2**63, 2**64 - 2, 2**64 - 1]) | st.integers(0, 2**64 - 1)
_DIGEST = st.builds(lambda hi, lo: hi.to_bytes(8, "big") + lo.to_bytes(8, "big"), _WORD, _WORD)
_LISTS = st.dictionaries(st.integers(1, 2**31 - 1), st.lists(_DIGEST, max_size=60), max_size=4)
_QUIETLY = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@_QUIETLY
@given(_LISTS, st.lists(_DIGEST, max_size=30), st.integers(3, 80), st.randoms())
def test_a_look_up_is_a_dictionary(tmp_path: Path, lists, absent, run, random) -> None:
    paths = []
    for list_id, listed in lists.items():
        paths.append(tmp_path / f"{list_id}")
        build(paths[-1], listed, list_id, run=run, batch=17)
    sought = absent + [digest for listed in lists.values() for digest in listed[::2]]
    random.shuffle(sought)
    with DigestSegments.open(paths) as segments:
        assert found(segments, sought) == expected(lists, sought)
        assert len(segments) == sum(map(len, lists.values()))


@pytest.mark.parametrize("kind", list(DigestKind))
def test_every_kind_of_digest(tmp_path: Path, kind: DigestKind) -> None:
    listed = digests(3000, 1, kind.size)
    build(tmp_path / "a", listed, kind=kind)
    sought = listed[::3] + digests(500, 2, kind.size)
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert segments.kind is kind
        assert found(segments, sought) == expected({1: listed}, sought)


def test_batches_of_every_size_in_every_window(tmp_path: Path, monkeypatch) -> None:
    """A few queries to a large segment, a large batch to a small one, and windows between."""
    monkeypatch.setattr(segment, "WINDOW", 3 * segment.CHUNK_BYTES)
    monkeypatch.setattr(segment, "SMALL_WINDOW", 4 * segment.CHUNK_BYTES)
    monkeypatch.setattr(segment, "TOUCHED", segment.CHUNK_BYTES)
    monkeypatch.setattr(segment, "AT_ONCE", 100)
    large, small = digests(20_000, 3), digests(40, 4)
    build(tmp_path / "large", large, 1)
    build(tmp_path / "small", small, 2)
    absent = digests(3000, 5)
    with DigestSegments.open([tmp_path / "large", tmp_path / "small"]) as segments:
        for step in (20_000, 5_000, 300, 50, 3, 1):
            sought = large[::step] + small[::2] + absent[::step]
            assert found(segments, sought) == expected({1: large, 2: small}, sought)
        assert found(segments, []) == []
        assert found(segments, absent) == []


def test_one_entry_matches(tmp_path: Path) -> None:
    listed = digests(1)
    build(tmp_path / "a", listed, 9)
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert found(segments, [*digests(5, 8), *listed]) == [(5, 9, 0)]


def test_no_entry_matches_nothing(tmp_path: Path) -> None:
    build(tmp_path / "a", [])
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert found(segments, digests(5)) == []
    with DigestSegments.open([]) as none:
        assert found(none, digests(5)) == []


@pytest.mark.parametrize("run", [700, 1 << 20])
def test_digests_that_are_all_alike(tmp_path: Path, monkeypatch, run: int) -> None:
    """Ranges stay small when every digest is the same, or all but their ends are."""
    monkeypatch.setattr(merging, "SAMPLE", 16)
    same = [b"\x00" * 16] * 3000
    ends = [b"\xff" * 12 + number.to_bytes(4, "big") for number in range(3000)]
    build(tmp_path / "a", same + ends, run=run)
    sought = [same[0], ends[0], ends[-1], b"\xff" * 16, b"\x00" * 15 + b"\x01"]
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert found(segments, sought) == expected({1: same + ends}, sought)
        assert found(segments, sought, most=7)[:8] == [(0, 1, n) for n in range(7)] + [(1, 1, 3000)]


def test_the_first_of_equal_digests_is_kept(tmp_path: Path) -> None:
    listed = digests(400, 6) * 5
    built = build(tmp_path / "a", listed, keep_duplicates=False, run=150)
    assert (built.rows, built.duplicates) == (400, 1600)
    with DigestSegments.open([tmp_path / "a"]) as segments:
        assert found(segments, listed[:400]) == [(n, 1, n) for n in range(400)]


def test_all_of_equal_digests_are_kept(tmp_path: Path) -> None:
    built = build(tmp_path / "a", digests(400, 6) * 5, run=150)
    assert (built.rows, built.duplicates) == (2000, 1600)


def test_removed_entries_and_lists_that_do_not_count(tmp_path: Path) -> None:
    lists = {4: digests(50, 1), 5: digests(50, 1)}
    for list_id, listed in lists.items():
        build(tmp_path / f"{list_id}", listed, list_id)
    gone = Removed().having(np.array([4, 5]), np.array([3, 7]))
    paths = [tmp_path / "4", tmp_path / "5"]
    with DigestSegments.open(paths, removed=gone) as segments:
        left = found(segments, lists[4][:10])
        assert left == [hit for hit in expected(lists, lists[4][:10]) if hit[1:] not in _GONE]
    with DigestSegments.open(paths, lists={5}) as segments:
        assert found(segments, lists[4][:2]) == [(0, 5, 0), (1, 5, 1)]


_GONE = {(4, 3), (5, 7)}


def test_one_kind_at_a_time(tmp_path: Path) -> None:
    build(tmp_path / "a", digests(5))
    build(tmp_path / "b", digests(5, 0, 20), kind=DigestKind.SHA1)
    with pytest.raises(ValueError, match="several kinds"):
        DigestSegments.open([tmp_path / "a", tmp_path / "b"])
    with DigestSegments.open([tmp_path / "a"]) as segments, pytest.raises(ValueError, match="md5"):
        segments.look_up(values_of(digests(2, 0, 20), 20))


@pytest.mark.parametrize("count", [0, 1, 600])
def test_a_segment_that_is_cut_is_damaged(tmp_path: Path, count: int) -> None:
    path = tmp_path / "a"
    build(path, digests(count))
    whole = path.read_bytes()
    edges = {0, 1, 8, 4095, 4096, 4097, len(whole) // 2, len(whole) - 25, len(whole) - 1}
    for size in edges & set(range(len(whole))):
        path.write_bytes(whole[:size])
        with pytest.raises(IndexDamaged):
            DigestSegments.open([path])
    path.write_bytes(whole + b"\0")
    with pytest.raises(IndexDamaged):
        DigestSegments.open([path])
    path.write_bytes(whole)
    DigestSegments.open([path]).close()


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    """Of header and directory when it is opened, of the rows when they are verified."""
    path = tmp_path / "a"
    build(path, digests(600))
    whole = path.read_bytes()
    with DigestSegments.open([path]) as segments:
        segments.segments[0].verify()
        tail = segments.segments[0].header.tail_at
    for at in (0, 9, 20, 2000, 4095, tail, len(whole) - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(IndexDamaged):
            DigestSegments.open([path])
    for at in (4096, tail - 1):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with DigestSegments.open([path]) as segments, pytest.raises(IndexDamaged):
            segments.segments[0].verify()


def test_a_segment_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(IndexDamaged, match="missing"):
        DigestSegments.open([tmp_path / "a"])


_ANSWERING = """
import sys
import numpy as np
from pathlib import Path
from trawl.matching.digests import segment
from trawl.matching.digests.segments import DigestSegments
segment.WINDOW = segment.SMALL_WINDOW = int(sys.argv[2])
def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024
with DigestSegments.open([Path(sys.argv[1])]) as segments:
    before = peak()
    for size in (3, 1000, 20_000):
        segments.look_up(np.random.default_rng(size).integers(0, 256, (size, 16), np.uint8))
print(peak() - before)
"""


@pytest.mark.slow
def test_a_look_up_keeps_no_more_resident_than_a_window(tmp_path: Path) -> None:
    """Of a segment of 80 MB: all of it when the window is larger, a window of it when not."""
    with SegmentWriter(tmp_path / "a", DigestKind.MD5, 1, keep_duplicates=True) as writer:
        for first in range(0, 4_000_000, 100_000):
            values = np.random.default_rng(first).integers(0, 256, (100_000, 16), np.uint8)
            writer.add(np.arange(first, first + 100_000), values)
        writer.finish()
    grown = []
    for window in (8 << 20, 200 << 20):
        command = [sys.executable, "-c", _ANSWERING, str(tmp_path / "a"), str(window)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        grown.append(int(done.stdout))
    assert grown[0] < 45 < 60 < grown[1], grown
