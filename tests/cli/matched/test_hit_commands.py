"""What was hit, and why."""

from __future__ import annotations

import pytest
from tests.cli.matched.matched_bench import CASE, Bench, sha256

pytestmark = pytest.mark.slow


def test_a_hit_says_why(matched_case: Bench) -> None:
    told = matched_case.done("hits", *CASE)
    assert told["media"] == 1
    (hit,) = told["hits"]
    assert hit["sha256"] == sha256("a.jpg")
    assert (hit["set"], hit["kind"], hit["scheme"]) == ("known", "illegal", "project-vic-us")
    assert (hit["means"], hit["digest"], hit["categories"]) == ("digest", "md5", "1")
    assert hit["labels"][0].startswith("1 ")
    assert (hit["known"]["series"], hit["known"]["victim_identified"]) == ("Heron [1]", True)
    shown = matched_case.trawl("hits", *CASE).stdout
    assert "illegal known" in shown
    assert "same MD5" in shown
    assert "entry 1 of known.json" in shown
    assert "series Heron [1]" in shown


def test_hits_by_kind(matched_case: Bench) -> None:
    (good,) = matched_case.done("hits", *CASE, "--kind", "known-good")["hits"]
    assert good["sha256"] == sha256("b.jpg")
    both = matched_case.done("hits", *CASE, "--kind", "known-good", "--kind", "illegal")
    assert both["media"] == 2
    one = matched_case.trawl(
        "hits", *CASE, "--kind", "known-good", "--kind", "illegal", "--limit", "1"
    )
    assert "1 of 2 media" in one.stdout
    none = matched_case.trawl("hits", *CASE, "--kind", "never-match").stdout
    assert "No hit of a never-match set" in none


def test_what_is_seen_is_told_with_its_distance_and_turn(own: Bench) -> None:
    pdq = own.done("show", sha256("c [x].jpg"))["pdq"]
    (own.folder / "seen.txt").write_text(f"{pdq}\n")
    notable = ("--name", "look", "--kind", "notable", "--format", "pdq", "-q")
    own.done("hashset", "add", own.folder / "seen.txt", *notable)
    own.done("match", *CASE, "-q")
    shown = own.trawl("hits", *CASE, "--kind", "notable").stdout
    assert "c [x].jpg" in shown
    assert "notable look · 0 bits away" in shown


def test_show_names_what_is_known(matched_case: Bench) -> None:
    (hit,) = matched_case.done("show", sha256("b.jpg"))["hits"]
    assert hit["set"] == "harmless"
    assert "known from hash sets" in matched_case.trawl("show", sha256("b.jpg")).stdout
    assert "known from hash sets" not in matched_case.trawl("show", sha256("notes.txt")).stdout
