"""Slices that are finished before their turn."""

from __future__ import annotations

from pathlib import Path

import pytest
from made import entries, logged

from trawl.intake import ahead
from trawl.intake.ahead import Ahead


def test_each_is_given_back_once(tmp_path: Path) -> None:
    waiting = Ahead(tmp_path)
    rows = [logged(entry, b"x") for entry in entries(3)]
    waiting.put((1, 0), rows)
    assert len(waiting) == 1
    assert waiting.take((0, 0)) is None
    assert waiting.take((1, 0)) == rows
    assert waiting.take((1, 0)) is None
    assert len(waiting) == 0


def test_what_is_much_waits_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "HELD_BYTES", 4000)
    waiting = Ahead(tmp_path)
    kept = {(at % 3, at): [logged(entry, b"%d" % at) for entry in entries(3)] for at in range(9)}
    for order, rows in kept.items():
        waiting.put(order, rows)
    assert len(waiting) == 9
    assert [waiting.of(number) for number in range(4)] == [3, 3, 3, 0]
    assert len(list(tmp_path.glob("*.ahead"))) == 7
    for order, rows in kept.items():
        assert waiting.take(order) == rows
    assert list(tmp_path.iterdir()) == []


def test_one_slice_is_held_however_big_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "HELD_BYTES", 1)
    waiting = Ahead(tmp_path)
    waiting.put((0, 0), [logged(entry) for entry in entries(3)])
    assert list(tmp_path.iterdir()) == []
    assert waiting.take((0, 0)) is not None
