"""The haul that the demo logs: complete, repeatable, and nothing in it from outside."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import stat
from pathlib import Path

import av
import pytest
from demo_haul.build import NOT_REPEATED, build
from demo_haul.clips import CUT, FILM
from demo_haul.images import has_ext4_tools
from demo_haul.lists import ASKED, HARMLESS, KNOWN
from demo_haul.oddities import UNDECODABLE
from demo_haul.scenes import scene
from PIL import Image

ENDINGS = """jpg png gif webp bmp tif tiff avif jp2 heic mov mp4 3gp mkv webm avi flv wmv mpg wav
flac ogg mp3 m4a docx pdf csv db zip 7z gz zst dd img vhd"""


@pytest.fixture(scope="module")
def haul(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("first"), 60, download=False)


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in _files(folder)
        if path.name not in NOT_REPEATED
    }


@pytest.mark.slow
def test_two_builds_are_the_same_byte_for_byte(haul: Path, tmp_path: Path) -> None:
    again = build(tmp_path, 60, download=False)
    assert _digests(again) == _digests(haul)
    assert _digests(again.parent / "lists") == _digests(haul.parent / "lists")
    for path in _files(haul):
        assert (again / path.relative_to(haul)).stat().st_mtime == path.stat().st_mtime


def test_a_complete_haul_is_kept_and_another_size_is_built_anew(
    haul: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_ino for path in _files(haul)}
    assert build(haul.parent, 60, download=False) == haul
    assert "there already" in capsys.readouterr().out
    assert {path: path.stat().st_ino for path in _files(haul)} == before


def test_every_kind_of_file_is_in_it(haul: Path) -> None:
    endings = {path.suffix.lower() for path in _files(haul)}
    assert endings >= {f".{ending}" for ending in ENDINGS.split()}
    assert (haul / "seized disks/linux.raw").is_file() == has_ext4_tools()


def test_names_that_stumble_are_in_it(haul: Path) -> None:
    folder = haul / "laptop/Users/kit/Downloads"
    names = [os.fsencode(path.name) for path in folder.iterdir()]
    assert UNDECODABLE in names
    assert b"new\nline.jpg" in names
    assert (folder / "link to nowhere").is_symlink()
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)
    assert (folder / "empty.jpg").stat().st_size == 0


def test_originals_say_when_and_where_they_were_taken(haul: Path) -> None:
    places = 0
    for path in _files(haul / "phone/DCIM/100APPLE"):
        if path.suffix == ".JPG":
            with Image.open(path) as picture:
                tags = picture.getexif()
                assert tags.get_ifd(0x8769)[0x9003].startswith("2024:")
                places += bool(tags.get_ifd(0x8825))
    assert places


def test_copies_are_exact(haul: Path) -> None:
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in _files(haul)]
    assert len(set(digests)) < len(digests) - 2


def test_the_lists_name_pictures_of_the_haul(haul: Path) -> None:
    there = {hashlib.sha1(path.read_bytes()).hexdigest() for path in _files(haul)}
    (case,) = json.loads((haul.parent / "lists" / KNOWN).read_text())["value"]
    known = {one["SHA1"].lower() for one in case["Media"]}
    with (haul.parent / "lists" / HARMLESS).open(newline="") as file:
        harmless = {row["sha1"] for row in csv.DictReader(file)}
    assert known
    assert harmless
    assert known | harmless <= there
    assert not known & harmless
    assert {one["Category"] for one in case["Media"]} <= {0, 1, 2, 3, 4}


def test_the_picture_asked_for_is_no_file_of_the_haul(haul: Path) -> None:
    asked = (haul.parent / "lists" / ASKED).read_bytes()
    with Image.open(io.BytesIO(asked)) as picture:
        assert max(picture.size) == 640
    assert asked not in {path.read_bytes() for path in _files(haul)}


def test_a_clip_was_cut_from_a_longer_one(haul: Path) -> None:
    lengths = []
    for clip in (FILM, CUT):
        with av.open(haul / clip.path) as container:
            assert container.duration is not None
            lengths.append(container.duration / av.time_base)
    assert lengths[0] > lengths[1] > 1


def test_scenes_differ_from_each_other() -> None:
    seen = set()
    for number in range(6):
        into = io.BytesIO()
        scene(number).save(into, "BMP")
        seen.add(into.getvalue())
    assert len(seen) == 6
