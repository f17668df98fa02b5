"""Looking at a picture from outside: what is seen of it, and what becomes of one that is none."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageOps
from small_haul import picture, zip_of
from tests.passes.clips import clip, scenes
from tests.passes.pictures import apart, bits_of, photograph, saved, seen

from trawl.errors import Unreadable
from trawl.intake.looking import Looked, look_at
from trawl.settings import Settings
from trawl.workspace import Workspace

FRAGILE = Path(__file__).with_name("fragile_worker.py")
PICTURE = photograph()

Look = Callable[..., Looked]


@pytest.fixture
def look(tmp_path: Path) -> Look:  # type: ignore[misc]
    """Looks at these bytes as a file; afterwards nothing may be left in the workspace."""
    workspace = Workspace(tmp_path / "workspace")
    workspace.make()
    before = sorted(workspace.folder.rglob("*"))

    def at(data: bytes | Path, region: Any = None, **settings: Any) -> Looked:
        path = data if isinstance(data, Path) else tmp_path / "a picture.bin"
        if isinstance(data, bytes):
            path.write_bytes(data)
        return look_at(workspace, Settings(**settings), path, region)

    yield at
    assert sorted(workspace.folder.rglob("*")) == before


def with_orientation(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[0x0112] = orientation
    return saved(PICTURE, "JPEG", quality=95, exif=tags.tobytes())


def crop(image: Image.Image, box: tuple[int, int, int, int]) -> bytes:
    x, y, wide, high = box
    return saved(image.crop((x, y, x + wide, y + high)), "BMP")


def test_a_picture_is_seen_as_an_intake_sees_it(look: Look) -> None:
    data = saved(PICTURE, "JPEG")
    found, logged = look(data), seen(data)
    assert found.fingerprint == logged.fingerprint
    assert found.thumbnail == logged.thumbnail
    assert found.inside == ()


def test_what_lies_inside_a_border_is_seen_as_well(look: Look) -> None:
    data = saved(ImageOps.expand(PICTURE, 60, "white"), "JPEG")
    (inside,) = look(data).inside
    assert inside == seen(data).frames[0].fingerprint
    assert apart(inside.bits, bits_of(seen(saved(PICTURE, "JPEG")))) <= 16


def test_a_turned_picture_is_seen_upright_and_so_is_its_part(look: Look) -> None:
    data = with_orientation(6)
    with Image.open(io.BytesIO(data)) as opened:
        shown = ImageOps.exif_transpose(opened).convert("RGB")
    assert look(data).fingerprint == seen(data).fingerprint
    assert apart(look(data).fingerprint.bits, bits_of(seen(saved(shown, "BMP")))) <= 10
    box = (100, 300, 400, 420)
    part = look(data, box)
    assert apart(part.fingerprint.bits, bits_of(seen(crop(shown, box)))) <= 10
    assert part.thumbnail is not None
    assert (part.thumbnail.width, part.thumbnail.height) == (200, 210)


def test_a_part_is_that_of_a_crop_by_hand(look: Look) -> None:
    box = (120, 80, 400, 360)
    part = look(saved(PICTURE, "PNG", compress_level=1), box)
    assert apart(part.fingerprint.bits, bits_of(seen(crop(PICTURE, box)))) <= 10


def test_a_part_that_is_not_inside_says_how_large_the_picture_is(look: Look) -> None:
    with pytest.raises(Unreadable, match="not inside the picture of 900 x 640 pixels"):
        look(saved(PICTURE, "PNG", compress_level=1), (800, 0, 101, 10))


def test_a_plain_picture_is_seen_with_its_quality(look: Look) -> None:
    found = look(saved(Image.new("RGB", (300, 300), (9, 9, 9)), "PNG"))
    assert found.fingerprint.quality == 0


def test_a_name_may_be_any_bytes_or_a_link(look: Look, tmp_path: Path) -> None:
    path = Path(os.fsdecode(bytes(tmp_path) + b"/\xff \xc3\xbc\n.jpg"))
    path.write_bytes(picture(1))
    there = tmp_path / "link.jpg"
    there.symlink_to(path)
    assert look(path) == look(there)


def declared(width: int, height: int) -> bytes:
    """A PNG that says it is so large, and has one line."""

    def chunk(name: bytes, body: bytes) -> bytes:
        sum_ = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", sum_)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + lines + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(picture(1)[:300], "cannot be decoded", id="truncated"),
        pytest.param(declared(200_000, 200_000), "more than the limit", id="bomb"),
        pytest.param(declared(0, 7), "cannot be decoded", id="no width"),
        pytest.param(clip(scenes(2, 6)), "is no picture: it is video/mp4", id="video"),
        pytest.param(b"only words", "is no picture: it is text/plain", id="text"),
        pytest.param(b"", "is no picture", id="empty"),
        pytest.param(zip_of({"a.jpg": picture(1)}), "it is application/zip", id="zip"),
        pytest.param(b"\xff\xd8\xff\xe0" + os.urandom(500), "cannot be decoded", id="noise"),
    ],
)
@pytest.mark.parametrize("region", [None, (0, 0, 5, 5)])
def test_what_is_no_picture_says_what_it_is(
    look: Look, data: bytes, says: str, region: Any
) -> None:
    with pytest.raises(Unreadable, match=says) as caught:
        look(data, region)
    assert "a picture.bin" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert (caught.value.hint is not None) is ("video" in says)


def test_what_is_no_file_says_so(look: Look, tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="absent cannot be opened") as caught:
        look(tmp_path / "absent")
    assert "SHA-256" in str(caught.value.hint)
    with pytest.raises(Unreadable, match="is no file"):
        look(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(Unreadable, match="is no file"):
        look(tmp_path / "pipe")
    (tmp_path / "round").symlink_to("round")
    with pytest.raises(Unreadable, match="cannot be opened"):
        look(tmp_path / "round")


def test_the_limits_of_the_workspace_hold(look: Look) -> None:
    with pytest.raises(Unreadable, match="pixels are more than the limit of 1,000"):
        look(picture(1), pixels=1000)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"decoding crashes", "crashed the worker"),
        (b"reading crashes", "crashed the worker"),
        (b"decoding hangs", "no progress for 1 s"),
        (b"decoding never ends", "took longer than 1 s"),
        (b"reading takes memory", "ended the worker|memory"),
    ],
)
def test_a_worker_that_dies_is_a_sentence(
    look: Look, monkeypatch: pytest.MonkeyPatch, data: bytes, says: str
) -> None:
    original, started = subprocess.Popen, []

    def start(arguments: list[str], **how: Any) -> Any:
        assert arguments[1:3] == ["-m", "trawl.intake.worker"]
        how["env"] = how["env"] | {"PYTHONPATH": os.pathsep.join(sys.path)}
        started.append(original([arguments[0], str(FRAGILE), *arguments[3:]], **how))
        return started[-1]

    monkeypatch.setattr(subprocess, "Popen", start)
    with pytest.raises(Unreadable, match=says):
        look(data, hang_seconds=1, decode_seconds=1)
    assert started
    assert all(one.returncode is not None for one in started)


def test_what_a_killed_look_left_stands_in_nobodys_way(look: Look, tmp_path: Path) -> None:
    left = tmp_path / "workspace" / "scratch" / f"look-{os.getpid()}"
    left.mkdir()
    assert look(picture(1)).fingerprint.quality > 0
    left.rmdir()
