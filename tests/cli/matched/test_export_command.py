"""A case as a list that goes out."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.matched.matched_bench import CASE, FILES, Bench, sha256

pytestmark = pytest.mark.slow


def test_what_goes_out_is_a_list_that_comes_in(own: Bench) -> None:
    target = own.folder / "out.json"
    told = own.done("export", *CASE, "-o", target, "-q")
    assert (told["file"], told["media"], told["precategorized"]) == (str(target), 7, 1)
    again = ("--name", "again", "--kind", "illegal", "--scheme", "project-vic-us")
    (listed,) = own.done("hashset", "add", target, *again, "-q")
    assert (listed["format"], listed["entries"]) == ("vics-2.0", 7)
    assert [(one["kind"], one["count"]) for one in listed["odd"]] == [("not-categorized", 6)]
    own.done("match", *CASE, "-q")
    hits = own.done("hits", *CASE)["hits"]
    named = {one["sha256"] for one in hits if one["set"] == "again" and one["means"] == "digest"}
    assert named == {sha256(name) for name in FILES if name != "notes.txt"}
    (own_category,) = {
        one["categories"]
        for one in hits
        if one["set"] == "again" and one["sha256"] == sha256("a.jpg")
    }
    assert own_category == "1"


def test_an_export_is_told_in_words(matched_case: Bench, tmp_path: Path) -> None:
    result = matched_case.trawl("export", *CASE, "--output", tmp_path / "out.json", "-q")
    assert "7 media of Heron are in" in result.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


@pytest.mark.parametrize(
    ("where", "more", "kind"),
    [
        ("none/out.json", (), "StoreError"),
        ("folder", (), "StoreError"),
        ("out.json", ("--scheme", "nobodys"), "SettingsError"),
    ],
)
def test_an_export_that_cannot_be_leaves_nothing(
    matched_case: Bench, tmp_path: Path, where: str, more: tuple[str, ...], kind: str
) -> None:
    (tmp_path / "folder").mkdir()
    told = matched_case.refused("export", *CASE, "-o", tmp_path / where, *more, "-q")
    assert told["kind"] == kind
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
