"""Matching, by itself and at the end of an intake; the funnel."""

from __future__ import annotations

import hashlib

import pytest
from tests.cli.matched.matched_bench import CASE, FILES, GOOD, Bench, D
from tests.passes.pictures import photograph, saved

from trawl.errors import StoreError

pytestmark = pytest.mark.slow


def test_a_case_that_was_not_matched_says_what_to_do(fresh: Bench) -> None:
    assert "Not matched yet" in fresh.trawl("status").stdout
    (case,) = fresh.done("status")["cases"]
    assert case["funnel"]["seen"] is False
    assert "trawl match" in fresh.refused("stacks", *CASE)["hint"]
    assert fresh.done("hits", *CASE) == {"media": 0, "hits": []}
    assert "trawl match --case Heron" in fresh.trawl("hits", *CASE).stdout


def test_matching_says_what_it_came_to(fresh: Bench) -> None:
    fresh.add_lists()
    told = fresh.done("match", *CASE, "-q")
    assert (told["media"], told["new"]) == (8, 8)
    assert {(one["kind"], one["by"]): one["media"] for one in told["hits"]} == {
        ("illegal", "digest"): 1,
        ("known-good", "digest"): 1,
    }
    funnel = told["funnel"]
    # Seven viewable media; one is known-good, one illegal; the rest: the smaller copy, the
    # mirrored one, c, the plain one, the film.
    assert (funnel["files"], funnel["viewable_files"], funnel["viewable"]) == (9, 8, 7)
    assert (funnel["known_good"], funnel["known_illegal"], funnel["not_known"]) == (1, 1, 5)
    assert (funnel["stacks"], funnel["exposures_avoided"], funnel["unmatched"]) == (5, 3, 0)
    again = fresh.trawl("match", *CASE, "-q").stdout
    assert "Heron is matched: 0 new of 8 media" in again
    assert "No new hit" in again
    assert "5 stacks left" in again
    assert "3 exposures avoided of 8 (38%)" in again


def test_the_funnel_is_in_the_status(matched_case: Bench) -> None:
    shown = matched_case.trawl("status", *CASE).stdout
    assert "9 files → 8 media → 7 pictures and videos → 5 not known → 5 stacks left" in shown
    assert "with a proposed category: 1 media" in shown


def test_what_sets_contradict_each_other_on_is_said(own: Bench) -> None:
    listed = own.folder / "also.txt"
    listed.write_text(hashlib.md5(FILES["a.jpg"]).hexdigest() + "\n")
    own.done("hashset", "add", listed, *GOOD, "-q")
    shown = own.trawl("match", *CASE, "-q").stdout
    assert "1 media that known-good and illegal sets both name" in shown


def test_an_intake_matches_unless_told_otherwise(fresh: Bench) -> None:
    more = fresh.folder / "more"
    more.mkdir()
    (more / "d.jpg").write_bytes(saved(D, "JPEG"))
    fresh.add_lists()
    told = fresh.done("intake", more, *CASE, "--exhibit", "S/2", "-q")
    assert told["match"]["new"] == 9
    assert told["match"]["funnel"]["stacks"] == 6
    (more / "e.jpg").write_bytes(saved(photograph(360, 256, 5), "JPEG"))
    told = fresh.done("intake", more, *CASE, "--exhibit", "S/3", "--no-match", "-q")
    assert "match" not in told
    assert "1 media came after the last matching" in fresh.trawl("status").stdout


@pytest.mark.parametrize("name", ["state.json", "media.npz"])
def test_what_was_logged_is_sealed_though_an_index_is_damaged(own: Bench, name: str) -> None:
    (own.workspace / "matching/000001" / name).write_bytes(b"noise")
    (own.folder / "more.jpg").write_bytes(saved(D, "JPEG"))
    arguments = ("intake", own.folder / "more.jpg", *CASE, "--exhibit", "S/2", "-q")
    result = own.trawl(*arguments)
    assert result.exit_code == 0
    assert "Logged, not matched:" in result.stderr
    assert "--again" in result.stderr
    assert own.done("match", *CASE, "-q", "--again")["media"] == 9


def test_what_was_logged_is_sealed_though_the_disk_is_full(
    fresh: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    (fresh.folder / "more.jpg").write_bytes(saved(D, "JPEG"))
    monkeypatch.setattr("trawl.matching.case_index.write_arrays", full)
    told = fresh.done("intake", fresh.folder / "more.jpg", *CASE, "--exhibit", "S/2", "-q")
    assert (told["files"], told["match"]) == (1, None)


def test_a_damaged_index_keeps_nobody_from_the_status(own: Bench) -> None:
    (own.workspace / "matching/000001/media.npz").write_bytes(b"noise")
    shown = own.trawl("status")
    assert shown.exit_code == 0
    assert "media.npz is damaged." in shown.stdout
    assert "trawl match --case NAME --again" in shown.stdout
    assert "S/1" in shown.stdout
    (case,) = own.done("status")["cases"]
    assert "pickle" not in case["funnel"]["error"]
    assert case["acquisitions"][0]["files"] == 9


def test_an_intake_is_told_in_words(fresh: Bench) -> None:
    (fresh.folder / "more.jpg").write_bytes(saved(D, "JPEG"))
    result = fresh.trawl("intake", fresh.folder / "more.jpg", *CASE, "--exhibit", "S/2", "-q")
    assert result.exit_code == 0
    assert "Heron is matched: 9 new of 9 media" in result.stdout


def test_a_case_of_nobody_is_not_matched(matched_case: Bench) -> None:
    for command in ("match", "hits", "stacks", "not-a-match", "embed"):
        assert matched_case.refused(command, "--case", "Nobody")["kind"] == "NotFound"
