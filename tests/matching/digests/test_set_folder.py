"""A set grows, shrinks and is merged; an entry keeps its address."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from digest_lists import build, digests, expected, found
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trawl.errors import IndexDamaged, StoreError, WorkspaceBusy
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.steps import Stopped
from trawl.model.hash_set import DigestKind

MD5 = DigestKind.MD5
Lists = dict[int, list[bytes]]


def _grown(folder: Path, lists: Lists) -> SetFolder:
    made = SetFolder(folder)
    for list_id, listed in lists.items():
        build(made.segment_path(list_id, MD5), listed, list_id)
    return made


def _answers(folder: SetFolder, lists: Lists, sought: list[bytes]) -> list[tuple[int, int, int]]:
    with folder.digests(MD5, lists) as segments:
        return found(segments, sought)


def _lists(count: int = 5, entries: int = 300) -> Lists:
    return {number: digests(entries, number % 3) for number in range(1, count + 1)}


_ACT = st.tuples(
    st.sampled_from(["add", "drop", "take out", "merge", "merge small"]), st.integers()
)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(_ACT, max_size=14))
def test_whatever_is_done_it_answers_as_a_dictionary(tmp_path_factory, acts) -> None:
    folder = SetFolder(tmp_path_factory.mktemp("set"))
    lists: Lists = {}
    gone: set[tuple[int, int]] = set()
    for number, (act, at) in enumerate(acts, 1):
        if act == "add":
            lists[number] = digests(at % 700, at % 3)
            build(folder.segment_path(number, MD5), lists[number], number)
        elif act == "drop" and lists:
            del lists[sorted(lists)[at % len(lists)]]
        elif act == "take out" and lists:
            one = sorted(lists)[at % len(lists)]
            gone |= {(one, at % 97), (one, at % 11)}
            folder.remove(np.array([one, one]), np.array([at % 97, at % 11]))
        elif act.startswith("merge"):
            folder.compact(MD5, lists, up_to=300 if act == "merge small" else None)
        sought = digests(700, at % 3)[:200] + digests(5, 50)
        wanted = [hit for hit in expected(lists, sought) if hit[1:] not in gone]
        assert _answers(folder, lists, sought) == wanted


def test_merging_leaves_one_file(tmp_path: Path) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    built = folder.compact(MD5, lists)
    assert built is not None
    assert built.rows == 1500
    assert list(tmp_path.rglob("*.digests")) == [tmp_path / "merged" / "000001.md5.digests"]
    assert folder.compact(MD5, lists) is None
    lists[9] = digests(10, 9)
    build(folder.segment_path(9, MD5), lists[9], 9)
    assert len(folder.paths(MD5, lists)) == 2
    folder.compact(MD5, lists)
    assert list(tmp_path.rglob("*.digests")) == [tmp_path / "merged" / "000002.md5.digests"]
    assert _answers(folder, lists, lists[9]) == expected(lists, lists[9])


def test_merging_frees_what_was_removed(tmp_path: Path) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    folder.remove(np.array([1, 1, 2]), np.array([0, 5, 7]))
    del lists[3]
    built = folder.compact(MD5, lists)
    assert built is not None
    assert built.rows == 4 * 300 - 3


def test_killed_between_merging_and_clearing(tmp_path: Path, monkeypatch) -> None:
    """Both are there then; every entry still answers once, and the next writer clears."""
    lists = _lists()
    folder = _grown(tmp_path, lists)
    calls = []

    def killed(*_: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(SetFolder, "_clear", killed)
        with pytest.raises(KeyboardInterrupt):
            folder.compact(MD5, lists)
    (tmp_path / "merged" / "000002.md5.digests.part").write_bytes(b"half")
    assert len(list(tmp_path.rglob("*.digests"))) == 6
    assert _answers(folder, lists, lists[1]) == expected(lists, lists[1])
    folder.compact(MD5, lists)
    assert len(list(tmp_path.rglob("*.digests*"))) == 1
    assert _answers(folder, lists, lists[1]) == expected(lists, lists[1])


def test_stopped_or_without_room_it_is_as_before(tmp_path: Path, monkeypatch) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    before = sorted(tmp_path.rglob("*.digests"))
    with pytest.raises(Stopped):
        folder.compact(MD5, lists, stop=lambda: True)

    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError, match="no room"):
        folder.compact(MD5, lists)
    assert sorted(tmp_path.rglob("*.digests*")) == before


def test_a_list_that_lost_its_file_is_no_empty_answer(tmp_path: Path) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    folder.segment_path(2, MD5).unlink()
    with pytest.raises(IndexDamaged, match="missing"):
        folder.digests(MD5, lists)


def test_merged_while_it_was_opened(tmp_path: Path, monkeypatch) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    stale = [folder.paths(MD5, lists)]
    folder.compact(MD5, lists)
    now = SetFolder.paths
    monkeypatch.setattr(
        SetFolder, "paths", lambda self, *asked: stale.pop() if stale else now(self, *asked)
    )
    assert _answers(folder, lists, lists[1]) == expected(lists, lists[1])


def test_merged_while_it_is_open(tmp_path: Path) -> None:
    lists = _lists()
    folder = _grown(tmp_path, lists)
    with folder.digests(MD5, lists) as segments:
        folder.compact(MD5, lists)
        assert found(segments, lists[1]) == expected(lists, lists[1])


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    folder = SetFolder(tmp_path)
    with folder.writing(), pytest.raises(WorkspaceBusy):
        folder.remove(np.array([1]), np.array([1]))


def test_a_damaged_file_of_removed_entries(tmp_path: Path) -> None:
    folder = SetFolder(tmp_path)
    folder.remove(np.array([1, 2]), np.array([5, 6]))
    assert len(folder.removed) == 2
    whole = (tmp_path / "removed").read_bytes()
    for size in (0, 7, 23, 24, len(whole) - 1):
        (tmp_path / "removed").write_bytes(whole[:size])
        with pytest.raises(IndexDamaged):
            assert folder.removed
    none = Removed.read(tmp_path / "none")
    assert not none.has(np.array([1]), np.array([5])).any()
