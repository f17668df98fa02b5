"""Pairs and sets told apart by an officer."""

from __future__ import annotations

import pytest
from tests.cli.matched.matched_bench import CASE, Bench, names, sha256

pytestmark = pytest.mark.slow


def test_a_pair_is_told_apart_and_taken_back(own: Bench) -> None:
    pair = (*CASE, sha256("a smaller.jpg"), sha256("a.jpg"))
    assert own.done("not-a-match", *CASE) == []
    assert "No pair" in own.trawl("not-a-match", *CASE).stdout
    assert own.done("not-a-match", *pair)["match"] is False
    (told,) = own.done("not-a-match", *CASE)
    assert (told["sha256"], told["other"]) == (pair[2], f"media:{pair[3]}")
    own.done("match", *CASE, "-q")
    assert own.done("stacks", *CASE)["stacks"] == 0
    assert "No two pictures" in own.trawl("stacks", *CASE).stdout
    assert "a smaller.jpg" not in names(own.done("similar", sha256("a.jpg"), *CASE))
    assert pair[3] in own.trawl("not-a-match", *CASE).stdout
    assert own.done("not-a-match", *pair, "--undo")["match"] is True
    own.done("match", *CASE, "-q")
    assert own.done("stacks", *CASE)["stacks"] == 1
    assert own.refused("not-a-match", *pair, "--undo")["kind"] == "NotFound"


def test_a_set_is_told_apart_by_its_name(own: Bench) -> None:
    pair = (*CASE, sha256("a.jpg"), "known")
    assert "Remembered" in own.trawl("not-a-match", *pair).stdout
    assert own.done("hits", *CASE)["media"] == 0
    assert "no match of set known" in own.trawl("not-a-match", *CASE).stdout
    assert "Forgotten" in own.trawl("not-a-match", *pair, "--undo").stdout
    assert own.done("hits", *CASE)["media"] == 1


@pytest.mark.parametrize(
    ("wrong", "kind"),
    [
        ((sha256("a.jpg"),), "SettingsError"),
        (("zz", "known"), "NotFound"),
        (("ab" * 32, "known"), "NotFound"),
        ((sha256("a.jpg"), "ab" * 32), "NotFound"),
        ((sha256("a.jpg"), "no such set"), "NotFound"),
        ((sha256("a.jpg"), "harmless", "--undo"), "NotFound"),
        ((sha256("a.jpg"), sha256("a.jpg")), "MatchingError"),
    ],
)
def test_what_is_no_pair_is_not_remembered(
    matched_case: Bench, wrong: tuple[str, ...], kind: str
) -> None:
    assert matched_case.refused("not-a-match", *CASE, *wrong)["kind"] == kind
