"""Stacks."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.matched.matched_bench import CASE, Bench, sha256

pytestmark = pytest.mark.slow


def test_stacks_come_the_largest_first(matched_case: Bench) -> None:
    told = matched_case.done("stacks", *CASE)
    assert told["stacks"] == 1
    (stack,) = told["shown"]
    assert (stack["media"], stack["files"], stack["similar_stacks"]) == (2, 3, 1)
    assert stack["top"] == sha256("a.jpg")
    every = matched_case.done("stacks", *CASE, "--all")
    assert every["stacks"] == 6
    assert len(matched_case.done("stacks", *CASE, "--all", "--limit", "2")["shown"]) == 2
    shown = matched_case.trawl("stacks", *CASE, "--all", "--limit", "2").stdout
    assert "2 of 6 stacks" in shown
    assert "c [x].jpg" in matched_case.trawl("stacks", *CASE, "--all").stdout


def test_a_stack_is_opened(matched_case: Bench) -> None:
    told = matched_case.done("stacks", *CASE, "--of", sha256("a smaller.jpg"))
    assert [Path(one["path"]).name for one in told["members"]] == ["a again.jpg", "a smaller.jpg"]
    assert told["members"][0]["known"] is True
    (other,) = told["similar"]
    assert Path(other["path"]).name == "a mirrored.png"
    shown = matched_case.trawl("stacks", *CASE, "--of", sha256("a.jpg")).stdout
    assert "2 media" in shown
    assert "a mirrored.png" in shown


@pytest.mark.parametrize(
    "wrong", ["zz", "ab" * 32, pytest.param(sha256("notes.txt"), id="no picture")]
)
def test_a_stack_of_nothing(matched_case: Bench, wrong: str) -> None:
    assert matched_case.refused("stacks", *CASE, "--of", wrong)["kind"] == "NotFound"
