"""What is like a file, a media or a part of either."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests.cli.matched.matched_bench import CASE, FILES, A, Bench, C, names, sha256
from tests.passes.pictures import saved

pytestmark = pytest.mark.slow


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
