"""The commands that recognise what is known, as an officer and as a program meet them."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from PIL import Image, ImageOps
from tests.cli.conftest import said, trawl
from tests.matching.embedding.tiny_models import mean_colour
from tests.older import make_old
from tests.passes.clips import clip, scenes
from tests.passes.pictures import photograph, saved

from trawl.cli.output import console
from trawl.errors import StoreError
from trawl.store.schema import REVISIONS

pytestmark = pytest.mark.slow  # half a minute together

CASE = ("--case", "Heron")
ILLEGAL = ("--name", "known", "--kind", "illegal", "--scheme", "project-vic-us")
GOOD = ("--name", "harmless", "--kind", "known-good")

A, B, C, D = (photograph(360, 256, seed) for seed in (1, 2, 3, 4))
PICTURES = {
    "a.jpg": saved(A, "JPEG", quality=92),
    "a smaller.jpg": saved(A.resize((270, 192)), "JPEG", quality=60),
    "a mirrored.png": saved(ImageOps.mirror(A), "PNG"),
    "b.jpg": saved(B, "JPEG"),
    "c [x].jpg": saved(C, "JPEG"),
    "plain.png": saved(Image.new("RGB", (200, 200), (40, 90, 200)), "PNG"),
}
FILES = {**PICTURES, "film.mp4": clip(scenes(2, 20)), "notes.txt": b"notes"}


def sha256(name: str) -> str:
    return hashlib.sha256(FILES[name]).hexdigest()


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest().upper()


def vics(*entries: dict[str, Any]) -> str:
    schema = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml"
    return json.dumps({"@odata.context": f"{schema}/US/$metadata#Media", "value": list(entries)})


KNOWN = vics(
    {
        "MediaID": 1,
        "MD5": md5(FILES["a.jpg"]),
        "Category": 1,
        "Series": "Heron [1]",
        "VictimIdentified": True,
    },
    {"MediaID": 2, "MD5": "00" * 16, "Category": 2},
)
HARMLESS = f"name,sha256\nb,{sha256('b.jpg')}\nelsewhere,{'ab' * 32}\n"


@dataclass(frozen=True)
class Bench:
    """A workspace whose case is logged, two lists beside it."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def trawl(self, *arguments: object, given: str | None = None) -> Result:
        return trawl("-w", self.workspace, *arguments, given=given)

    def done(self, *arguments: object, given: str | None = None) -> Any:
        """What a command that must succeed says, as JSON."""
        result = self.trawl(*arguments, "--json", given=given)
        assert result.exit_code == 0, result.output
        assert len(result.stdout.splitlines()) == 1
        return said(result)

    def refused(self, *arguments: object) -> dict[str, Any]:
        """What a command that must fail says: in words for people, in one line for programs."""
        before = self.state()
        plain, result = self.trawl(*arguments), self.trawl(*arguments, "--json")
        assert (plain.exit_code, result.exit_code) == (1, 1), plain.output + result.output
        assert plain.stderr.startswith("Error: ")
        assert "Traceback" not in plain.stderr
        told = said(result)
        assert told["error"] in plain.stderr
        assert self.state() == before
        return dict(told)

    def state(self) -> dict[str, Any]:
        """What hash sets, hits and pairs there are, and the files of the sets."""
        tables = ("hash_set", "hash_list", "hit", "not_a_match")
        with closing(sqlite3.connect(self.workspace / "trawl.sqlite")) as database:
            rows = {name: database.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        files = sorted((self.workspace / "hash-sets").rglob("*"))
        return {**rows, "files": [path for path in files if path.name != "lock"]}

    def add_lists(self) -> None:
        self.done("hashset", "add", self.folder / "known.json", *ILLEGAL, "-q")
        self.done("hashset", "add", self.folder / "harmless.csv", *GOOD, "-q")


@pytest.fixture(scope="session")
def logged_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A haul that is logged and not matched, and lists to be read in."""
    folder = tmp_path_factory.mktemp("case")
    haul = folder / "haul"
    haul.mkdir()
    for name, data in FILES.items():
        (haul / name).write_bytes(data)
    (haul / "a again.jpg").write_bytes(FILES["a.jpg"])
    (folder / "known.json").write_text(KNOWN)
    (folder / "harmless.csv").write_text(HARMLESS)
    bench = Bench(folder)
    assert trawl("init", bench.workspace).exit_code == 0
    assert bench.trawl("case", "add", "Heron").exit_code == 0
    where = (*CASE, "--exhibit", "S/1", "--no-match", "-q")
    told = bench.done("intake", haul, *where)
    assert "match" not in told
    return folder


@pytest.fixture(scope="session")
def matched_case(logged_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The same with both lists read in, matched. For tests that change nothing."""
    folder = tmp_path_factory.mktemp("matched")
    shutil.copytree(logged_case, folder, dirs_exist_ok=True)
    bench = Bench(folder)
    bench.add_lists()
    bench.done("match", *CASE, "-q")
    return bench


@pytest.fixture
def fresh(logged_case: Path, tmp_path: Path) -> Bench:
    """Logged, not matched, no lists; a test's own."""
    shutil.copytree(logged_case, tmp_path / "own")
    return Bench(tmp_path / "own")


@pytest.fixture
def own(matched_case: Bench, tmp_path: Path) -> Bench:
    """Matched; a test's own."""
    shutil.copytree(matched_case.folder, tmp_path / "own")
    return Bench(tmp_path / "own")


# Hash sets --------------------------------------------------------------------------------------


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


# Matching ---------------------------------------------------------------------------------------


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


# What was hit -----------------------------------------------------------------------------------


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


# Stacks -----------------------------------------------------------------------------------------


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


# Similar ----------------------------------------------------------------------------------------


def names(found: dict[str, Any]) -> list[str]:
    return [Path(one["path"]).name for one in found["pictures"]]


def test_copies_of_a_file_are_found(matched_case: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "ü [1].jpg"
    outside.write_bytes(saved(A.resize((500, 356)), "JPEG", quality=50))
    found = matched_case.done("similar", outside, *CASE)
    assert sorted(names(found)) == ["a again.jpg", "a mirrored.png", "a smaller.jpg"]
    turns = {Path(one["path"]).name: one["turn"] for one in found["pictures"]}
    assert turns["a mirrored.png"] == "flipped left to right"
    assert all(one["same"] for one in found["pictures"])
    assert names(matched_case.done("similar", outside, "--all")) == names(found)
    shown = matched_case.trawl("similar", outside, *CASE, "--limit", "1").stdout
    assert " bits" in shown
    assert len(shown.splitlines()) == 1


def test_copies_of_a_media_and_of_its_part(matched_case: Bench) -> None:
    found = matched_case.done("similar", sha256("a.jpg"), *CASE)
    assert names(found)[0] == "a again.jpg"
    assert found["pictures"][0]["bits"] == 0
    whole = matched_case.done("similar", sha256("a.jpg"), *CASE, "--region", "0,0,360,256")
    assert set(names(whole)) == set(names(found))
    corner = matched_case.done("similar", sha256("a.jpg"), *CASE, "--region", "0,0,120,100")
    assert names(corner) == []
    assert "Nothing within" in (
        matched_case.trawl("similar", sha256("a.jpg"), *CASE, "--region", "0,0,120,100").stdout
    )


def test_what_a_screenshot_shows_is_found(matched_case: Bench, tmp_path: Path) -> None:
    page = Image.new("RGB", (400, 700), (255, 255, 255))
    page.paste(C.resize((400, 284)), (0, 200))
    page.save(tmp_path / "screenshot.png")
    assert names(matched_case.done("similar", tmp_path / "screenshot.png", *CASE)) == ["c [x].jpg"]


def test_a_part_of_a_file_is_sought_by_itself(matched_case: Bench, tmp_path: Path) -> None:
    page = Image.new("RGB", (800, 600), (255, 255, 255))
    page.paste(C.resize((360, 256)), (200, 150))
    outside = tmp_path / "screenshot.png"
    page.save(outside)
    assert "c [x].jpg" not in names(matched_case.done("similar", outside, *CASE))
    part = ("--region", "200,150,360,256")
    assert names(matched_case.done("similar", outside, *CASE, *part)) == ["c [x].jpg"]


def test_a_plain_picture_is_answered_in_words(matched_case: Bench, tmp_path: Path) -> None:
    outside = tmp_path / "plain.png"
    outside.write_bytes(FILES["plain.png"])
    for asked in (outside, sha256("plain.png")):
        told = matched_case.refused("similar", asked, *CASE)
        assert told["kind"] == "TooPlain"
        assert "too plain to be matched by sight" in told["error"]


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ((sha256("a.jpg"),), "SettingsError"),
        ((sha256("a.jpg"), *CASE, "--all"), "SettingsError"),
        (("ab" * 32, *CASE), "NotFound"),
        ((sha256("notes.txt"), *CASE), "NotFound"),
        (("/nowhere/at/all.jpg", *CASE), "Unreadable"),
        (("/dev/null", *CASE), "Unreadable"),
        ((sha256("a.jpg"), *CASE, "--region", "1,2,3"), "SettingsError"),
        ((sha256("a.jpg"), *CASE, "--region", "0,0,361,256"), "MatchingError"),
        ((sha256("a.jpg"), *CASE, "--region", "0,0,0,0"), "MatchingError"),
        ((sha256("a.jpg"), "--case", "Nobody"), "NotFound"),
    ],
)
def test_what_cannot_be_sought_says_why(
    matched_case: Bench, arguments: tuple[str, ...], kind: str
) -> None:
    assert matched_case.refused("similar", *arguments)["kind"] == kind


def test_a_file_that_is_no_picture_says_what_it_is(matched_case: Bench, tmp_path: Path) -> None:
    for name in ("notes.txt", "film.mp4"):
        (tmp_path / name).write_bytes(FILES[name])
        told = matched_case.refused("similar", tmp_path / name, *CASE)
        assert told["kind"] == "Unreadable"
        assert "is no picture" in told["error"]
    assert not list((matched_case.workspace / "scratch").glob("look-*"))


# Not a match ------------------------------------------------------------------------------------


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


# Export -----------------------------------------------------------------------------------------


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


# Embed ------------------------------------------------------------------------------------------


def test_without_a_model_nothing_is_embedded(matched_case: Bench) -> None:
    told = matched_case.refused("embed", *CASE)
    assert told["kind"] == "ModelRefused"
    assert "--model" in told["hint"]


def test_a_model_that_is_none_is_refused(matched_case: Bench, tmp_path: Path) -> None:
    (tmp_path / "noise.onnx").write_bytes(b"noise")
    for model in (tmp_path / "noise.onnx", tmp_path / "absent.onnx", tmp_path):
        told = matched_case.refused("embed", *CASE, "--model", model)
        assert told["kind"] == "ModelRefused"
    assert not list(matched_case.workspace.rglob("*.vectors"))


def test_vectors_are_made_once_and_used_by_similar(own: Bench, tmp_path: Path) -> None:
    model = mean_colour(own.folder / "mean.onnx", name="mean colour", related=0.999)
    told = own.done("embed", *CASE, "--model", model, "-q")
    assert (told["pictures"], told["new"], told["without_thumbnail"]) == (5, 5, 0)
    assert told["model"] == "mean colour"
    again = own.trawl("embed", *CASE, "--model", model, "-q").stdout
    assert "0 new vectors for 5 pictures of Heron, by mean colour" in again
    assert own.done("embed", *CASE, "--model", model, "--again", "-q")["new"] == 5
    with (own.workspace / "trawl.toml").open("a") as file:
        file.write(f"copy_model = {json.dumps(str(model))}\n")
    assert own.done("embed", *CASE, "-q")["new"] == 0
    found = own.done("similar", sha256("c [x].jpg"), *CASE)["pictures"]
    by_model = [one for one in found if one["model"] == "mean colour"]
    assert by_model
    assert all(one["bits"] is None and one["score"] >= 0.999 for one in by_model)


def test_what_a_model_finds_is_told_with_its_score(own: Bench) -> None:
    model = mean_colour(own.folder / "mean.onnx", name="mean colour", related=0.999)
    own.done("embed", *CASE, "--model", model, "-q")
    with (own.workspace / "trawl.toml").open("a") as file:
        file.write(f"copy_model = {json.dumps(str(model))}\n")
    assert "by mean colour" in own.trawl("similar", sha256("c [x].jpg"), *CASE).stdout


# Upgrade ----------------------------------------------------------------------------------------


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(own: Bench) -> None:
    before = sorted(own.workspace.glob("*.sqlite.*"))
    told = own.done("upgrade")
    assert (told["from"], told["copy"]) == (told["to"], None)
    assert "this version's schema already" in own.trawl("upgrade").stdout
    assert sorted(own.workspace.glob("*.sqlite.*")) == before


def test_an_older_workspace_is_upgraded_and_says_where_the_copy_is(
    fresh: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fresh.workspace / "trawl.sqlite"
    newer = fresh.folder / "newer.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", (str(newer),))
    for file in fresh.workspace.glob("trawl.sqlite*"):
        file.unlink()
    make_old(f"sqlite:///{path}", "0001", newer)
    refused = fresh.trawl("status", "--json")
    assert refused.exit_code == 1
    assert "trawl upgrade" in said(refused)["hint"]
    monkeypatch.setenv("TRAWL_OFFICER", "nobody-here")
    assert fresh.trawl("upgrade").exit_code == 1
    monkeypatch.delenv("TRAWL_OFFICER")
    told = fresh.done("upgrade")
    assert (told["from"], told["to"]) == ("0001", REVISIONS[-1])
    assert Path(told["copy"]).is_file()
    fresh.add_lists()
    assert fresh.done("match", *CASE, "-q")["funnel"]["known_good"] == 1
    assert fresh.done("audit", "verify")["holds"] is True


# What starting costs ----------------------------------------------------------------------------


def test_help_imports_nothing_that_is_slow() -> None:
    script = (
        "import sys\n"
        "from trawl.cli import app\n"
        "try:\n"
        "    app(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "slow = {'numba', 'llvmlite', 'onnxruntime', 'onnx', 'ijson', 'av'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for command in ("hashset", "match", "similar", "not-a-match"):
        assert re.search(rf"\b{command}\b", done.stdout)
