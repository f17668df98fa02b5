"""Hash sets: adding, showing, removing."""

from __future__ import annotations

import hashlib
import json

import pytest
from tests.cli.matched.matched_bench import CASE, FILES, GOOD, ILLEGAL, KNOWN, Bench, md5

from trawl.cli.output import console

pytestmark = pytest.mark.slow


def test_a_list_is_told_as_it_was_read(fresh: Bench) -> None:
    (told,) = fresh.done("hashset", "add", fresh.folder / "known.json", *ILLEGAL, "-q")
    assert (told["list"], told["file"], told["entries"]) == (1, "known.json", 2)
    assert (told["with"], told["categories"]) == ({"md5": 2}, {"1": 1, "2": 1})
    assert told["sha256"] == hashlib.sha256(KNOWN.encode()).hexdigest()
    plain = fresh.trawl("hashset", "add", fresh.folder / "harmless.csv", *GOOD, "-q")
    assert plain.exit_code == 0
    assert "harmless.csv is list 2 of harmless: 2 entries" in plain.stdout
    assert "2 sha256" in plain.stdout
    assert "trawl match --case" in plain.stdout


def test_no_set_yet_says_how_to_make_one(fresh: Bench) -> None:
    assert fresh.done("hashset", "list") == []
    assert "trawl hashset add FILE" in fresh.trawl("hashset", "list").stdout


def test_sets_and_their_lists_are_shown(matched_case: Bench) -> None:
    by_name = {one["set"]: one for one in matched_case.done("hashset", "list")}
    assert by_name["known"]["kind"] == "illegal"
    assert by_name["harmless"]["scheme"] is None
    table = matched_case.trawl("hashset", "list").stdout
    assert "known-good" in table
    assert "project-vic-us" in table
    told = matched_case.done("hashset", "show", "known")
    assert [one["file"] for one in told["lists"]] == ["known.json"]
    shown = matched_case.trawl("hashset", "show", "known").stdout
    assert "2 entries in 1 list" in shown
    assert "1: 1, 2: 1" in shown


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("known.json", "--name", "k", "--kind", "illegal"), "ListRefused"),
        (("known.json", *ILLEGAL[:-1], "nobodys"), "SettingsError"),
        (("known.json", *ILLEGAL, "--format", "nobodys"), "ListRefused"),
        (("haul/a.jpg", *ILLEGAL), "ListRefused"),
        (("haul", *ILLEGAL), "ListRefused"),
        (("absent.json", *ILLEGAL), "ListRefused"),
        (("haul/notes.txt", *GOOD), "ListRefused"),
        (("known.json", "--name", "", *ILLEGAL[2:]), "StoreError"),
    ],
)
def test_what_cannot_be_read_changes_nothing(
    fresh: Bench, arguments: tuple[str, ...], kind: str
) -> None:
    told = fresh.refused("hashset", "add", fresh.folder / arguments[0], *arguments[1:], "-q")
    assert told["kind"] == kind, told


def test_the_same_list_again_says_so(own: Bench) -> None:
    told = own.refused("hashset", "add", own.folder / "known.json", *ILLEGAL, "-q")
    assert told["kind"] == "ListIsIn"
    assert "Nothing needs to be done" in told["hint"]


def test_of_several_lists_what_was_read_before_the_broken_one_is_kept(fresh: Bench) -> None:
    broken = fresh.folder / "broken.json"
    broken.write_text(KNOWN[:-30])
    files = (fresh.folder / "known.json", broken, fresh.folder / "harmless.csv")
    result = fresh.trawl("hashset", "add", *files, *ILLEGAL, "-q", "--json")
    assert result.exit_code == 1
    (line,) = result.stdout.splitlines()
    told = json.loads(line)
    assert told["kind"] == "ListRefused"
    assert [one["file"] for one in told["lists"]] == ["known.json"]
    (there,) = fresh.done("hashset", "list")
    assert there["lists"] == 1


def test_of_several_lists_those_that_are_in_are_passed_over(own: Bench) -> None:
    more = own.folder / "more.txt"
    more.write_text("ab" * 16)
    there, added = own.done("hashset", "add", own.folder / "known.json", more, *ILLEGAL, "-q")
    assert there["file"] == "known.json"
    assert "already" in there["there"]
    assert (added["file"], added["entries"]) == ("more.txt", 1)


def test_of_several_lists_people_are_told_the_same(fresh: Bench) -> None:
    broken = fresh.folder / "broken.json"
    broken.write_text(KNOWN[:-30])
    result = fresh.trawl("hashset", "add", fresh.folder / "known.json", broken, *ILLEGAL, "-q")
    assert result.exit_code == 1
    assert "known.json is list 1 of known" in result.stdout
    assert result.stderr.startswith("Error: ")


def test_removing_must_be_meant(own: Bench) -> None:
    told = own.refused("hashset", "remove", "known")
    assert told["hint"] == "Say --yes."
    for what in (("--list", "1"), ("--digest", md5(FILES["a.jpg"]))):
        assert own.refused("hashset", "remove", "known", *what)["hint"] == "Say --yes."


@pytest.mark.parametrize("what", [(), ("--list", "1"), ("--digest", md5(FILES["a.jpg"]))])
def test_who_sits_at_a_terminal_is_asked(
    own: Bench, monkeypatch: pytest.MonkeyPatch, what: tuple[str, ...]
) -> None:
    monkeypatch.setattr(console, "_force_terminal", True)
    before = own.state()
    refused = own.trawl("hashset", "remove", "known", *what, given="n\n")
    assert refused.exit_code == 1
    assert "Remove " in refused.stdout
    assert own.state() == before
    assert own.trawl("hashset", "remove", "known", *what, given="y\n").exit_code == 0
    assert own.state()["hit"] != before["hit"]


def test_a_set_goes_with_its_hits(own: Bench) -> None:
    assert own.done("hits", *CASE)["media"] == 1
    told = own.done("hashset", "remove", "known", "--yes")
    assert told == {"set": "known", "list": None, "hits": 1}
    assert own.done("hits", *CASE) == {"media": 0, "hits": []}
    assert [one["set"] for one in own.done("hashset", "list")] == ["harmless"]
    assert own.refused("hashset", "remove", "known", "--yes")["kind"] == "NotFound"
    plain = own.trawl("hashset", "remove", "harmless", "--yes").stdout
    assert "harmless is removed, 1 hit with it." in plain


def test_one_list_goes_and_the_set_stays(own: Bench) -> None:
    told = own.done("hashset", "remove", "known", "--list", "1", "--yes")
    assert (told["list"], told["hits"]) == (1, 1)
    assert own.refused("hashset", "remove", "known", "--list", "1", "--yes")["kind"] == "NotFound"
    assert "known" in {one["set"] for one in own.done("hashset", "list")}


def test_single_entries_go_by_their_digest(own: Bench) -> None:
    digest = md5(FILES["a.jpg"])
    told = own.done("hashset", "remove", "known", "--digest", digest, "--yes")
    assert told == {"set": "known", "entries": 1}
    assert own.done("hits", *CASE)["media"] == 0
    own.done("match", *CASE, "--again", "-q")
    assert own.done("hits", *CASE)["media"] == 0
    assert (
        own.refused("hashset", "remove", "known", "--digest", "ab" * 16, "--yes")["kind"]
        == "NotFound"
    )


@pytest.mark.parametrize(
    "wrong", [("--digest", "zz"), ("--digest", "abcd"), ("--list", "1", "--digest", "ab" * 16)]
)
def test_what_is_no_digest_removes_nothing(own: Bench, wrong: tuple[str, ...]) -> None:
    assert own.refused("hashset", "remove", "known", *wrong, "--yes")["kind"] == "SettingsError"
