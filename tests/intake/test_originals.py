"""Media shown from their sources again: wherever they lie, and only as they were logged."""

from __future__ import annotations

import io
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import pyzipper
from demo_haul.images import fat_image
from PIL import Image
from small_haul import picture, tar_gz_of, zip_of
from sqlalchemy import select
from tests.passes.clips import clip, scenes
from tests.passes.pictures import photograph, saved

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.errors import Locked, NotFound, PassFailed, TrawlError, Unreadable
from trawl.intake import reaching, seats
from trawl.intake.fetching import find_ways
from trawl.intake.originals import Originals
from trawl.model.looking import Clarity
from trawl.settings import Settings
from trawl.sources.base import SourceLimits
from trawl.store import schema
from trawl.workbench import Workbench

FRAGILE = Path(__file__).with_name("fragile_shower.py")
CHUNKS = (b"IHDR" + struct.pack(">IIBBBBB", 1 << 16, 1 << 16, 8, 2, 0, 0, 0), b"IDAT", b"IEND")
BOMB = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(one) - 4) + one + struct.pack(">I", zlib.crc32(one)) for one in CHUNKS
)
DEATHS = (
    b"showing crashes",
    b"showing hangs",
    b"showing never ends",
    b"showing gives all",
)


def locked_zip(name: str, data: bytes) -> bytes:
    into = io.BytesIO()
    with pyzipper.AESZipFile(into, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"letmein")
        archive.writestr(name, data)
    return into.getvalue()


def build(haul: Path) -> None:
    inner = zip_of({"deep.jpg": picture(30)})
    archive = zip_of({"only here.jpg": picture(20), "inner.zip": inner})
    files = {
        "plain.jpg": saved(photograph(), "JPEG", quality=90),
        "changed.jpg": picture(2),
        "twice.jpg": picture(3),
        "a/other.jpg": picture(6),
        "b/other.jpg": picture(6),
        "odd \udcff name.png": picture(4, "PNG"),
        "clip.mp4": clip(scenes(3, 20), codec="libx264", sound=True),
        "broken.jpg": picture(5)[:400],
        "bomb.png": BOMB,
        "words.txt": b"only words",
        "packed.tar.gz": tar_gz_of({"in tar.jpg": picture(40)}),
        "locked.zip": locked_zip("secret.jpg", picture(50)),
        **{said.decode() + ".txt": said for said in DEATHS},
        "reads.txt": b"showing reads\n" + bytes(haul.parent / "workspace/trawl.toml"),
    }
    for name, data in files.items():
        path = haul / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    fat_image(haul / "card.img", {"DCIM/B.ZIP": archive, "DCIM/1.JPG": picture(60)}, 8)


@dataclass
class Taken:
    """A haul that was taken in; ``ids``: media by the last part of one of their paths."""

    bench: Workbench
    case_id: int
    haul: Path
    ids: dict[str, int]

    def originals(self, **settings: Any) -> Originals:
        wanted = Settings(**({"hang_seconds": 20.0} | settings))
        return Originals(self.bench.workspace, wanted, self.bench.database)


def take_in(folder: Path, make: Callable[[Path], None], database_url: str = "") -> Taken:
    bench = Workbench.create(folder / "workspace", database_url)
    haul = folder / "haul"
    make(haul)
    case = add_case(bench.database, bench.officer, "T")
    exhibit = ensure_exhibit(bench.database, bench.officer, case, "JB/1")
    with (bench.workspace.folder / "trawl.toml").open("a") as file:
        file.write("workers = 1\n")
    bench.close()
    bench = Workbench.open(folder / "workspace")
    taken, _ = bench.intake.begin(case, exhibit, (haul,))
    assert bench.intake.run(case, taken, lambda _: None, lambda: False)
    if (haul / "locked.zip").exists():
        assert bench.intake.unlock(case, taken, "letmein", None, lambda _: None, lambda: False)
    with bench.database.reader() as reader:
        rows = reader.connection.execute(
            select(schema.occurrence.c.path, schema.occurrence.c.media_id)
        )
        ids = {path.rpartition("/")[2]: media for path, media in rows if media is not None}
    return Taken(bench, case.id, haul, ids)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    one = take_in(tmp_path_factory.mktemp("originals"), build)
    yield one
    one.bench.close()


@pytest.fixture(scope="module")
def originals(taken: Taken) -> Iterator[Originals]:
    one = taken.originals()
    yield one
    one.close()
    assert list((taken.bench.workspace.folder / "scratch").iterdir()) == []


Show = Callable[..., Any]


@pytest.fixture
def show(taken: Taken, originals: Originals) -> Show:
    def at(name: str, clarity: Clarity = Clarity.CLEAR, longest: int = 256, **how: Any) -> Any:
        wanted = {"stand_in": False} | how
        return originals.picture(taken.case_id, taken.ids[name], clarity, longest, **wanted)

    return at


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize(
    ("name", "seed"),
    [
        ("odd \\xff name.png", 4),
        ("only here.jpg", 20),  # in a zip in a disk image
        ("deep.jpg", 30),  # in a zip in that zip
        ("in tar.jpg", 40),
        ("1.JPG", 60),
        ("twice.jpg", 3),
    ],
)
def test_a_picture_is_shown_wherever_it_lies(show: Show, name: str, seed: int) -> None:
    shown = show(name)
    assert (shown.mime, shown.instead, shown.at_ms) == ("image/jpeg", None, None)
    assert opened(shown.data).size == (shown.width, shown.height) == (200, 150)
    wanted = np.asarray(opened(picture(seed)).convert("RGB"), np.int16)
    assert float(np.abs(np.asarray(opened(shown.data), np.int16) - wanted).mean()) < 4


def test_blurred_shares_nothing_with_the_original(taken: Taken, show: Show) -> None:
    original = (taken.haul / "plain.jpg").read_bytes()
    shown = show("plain.jpg", Clarity.BLURRED, 900)
    image = opened(shown.data)
    assert image.mode == "L"
    assert image.size == (900, 640)
    assert not any(original[at : at + 16] in shown.data for at in range(700, len(original), 16))
    assert not image.getexif()
    # Brought down to the few pixels that are left and up again it is the same picture.
    again = image.resize((24, 17), Image.Resampling.BOX).resize(
        (900, 640), Image.Resampling.BICUBIC
    )
    apart = np.abs(np.asarray(image, np.int16) - np.asarray(again, np.int16))
    assert float(apart.mean()) < 3
    sharp = np.asarray(opened(original).convert("L"), np.int16)
    assert int(np.abs(np.diff(np.asarray(image, np.int16))).max()) < 9
    assert int(np.abs(np.diff(sharp)).max()) > 14


def test_grey_has_no_colour_and_clear_is_encoded_anew(taken: Taken, show: Show) -> None:
    assert opened(show("plain.jpg", Clarity.GREY).data).mode == "L"
    clear = show("plain.jpg", Clarity.CLEAR, 4096)
    assert opened(clear.data).size == (900, 640)
    original = (taken.haul / "plain.jpg").read_bytes()
    assert original[-5000:-4900] not in clear.data


def test_a_part_of_a_picture_is_shown(show: Show) -> None:
    part = show("plain.jpg", box=(100, 200, 300, 150), longest=150)
    assert (part.width, part.height) == (150, 75)
    with pytest.raises(PassFailed, match="not inside the picture"):
        show("plain.jpg", box=(800, 0, 101, 5))


def test_a_frame_and_a_segment_of_a_video(taken: Taken, originals: Originals) -> None:
    media_id = taken.ids["clip.mp4"]
    frame = originals.frame(taken.case_id, media_id, 2450, Clarity.GREY, 100)
    assert (frame.at_ms, frame.instead) == (2400, None)
    assert opened(frame.data).size == (100, 82)
    made = originals.segment(taken.case_id, media_id, 1000, 2000, Clarity.CLEAR, sound=True)
    assert (made.mime, made.from_ms, made.to_ms, made.sound) == ("video/mp4", 1000, 2000, True)
    with av.open(io.BytesIO(made.data)) as container:
        assert len(list(container.decode(video=0))) == 10
    faint = originals.segment(taken.case_id, media_id, 1000, 2000, Clarity.BLURRED)
    assert (faint.from_ms, faint.to_ms, faint.sound) == (1000, 2000, False)
    assert faint.data != made.data
    # Asked for again it is the very same, from memory.
    again = originals.segment(taken.case_id, media_id, 1000, 2000, Clarity.CLEAR, sound=True)
    assert again is made


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("bomb.png", "pixels are more than the limit"),
        ("words.txt", "it is no picture but text/plain"),
        ("clip.mp4", "it is no picture but video/mp4"),
    ],
)
def test_what_cannot_be_decoded_is_a_sentence(show: Show, name: str, says: str) -> None:
    with pytest.raises(PassFailed, match=says) as caught:
        show(name, stand_in=True)
    assert str(caught.value).startswith("This media cannot be shown: ")


def test_a_broken_picture_is_shown_as_far_as_it_goes_or_refused(show: Show) -> None:
    with pytest.raises(PassFailed, match="cannot be shown"):
        show("broken.jpg")


def test_what_needs_a_key_says_so_and_its_thumbnail_stands_in(taken: Taken, show: Show) -> None:
    with pytest.raises(Locked, match="locked") as caught:
        show("secret.jpg")
    assert "once its key is typed again" in str(caught.value.hint)
    shown = show("secret.jpg", stand_in=True)
    assert "locked" in shown.instead
    assert (shown.width, shown.height) == (200, 150)


def test_what_is_locked_is_shown_with_its_key_which_is_never_written(taken: Taken) -> None:
    one = taken.originals()
    try:
        media_id, wanted = taken.ids["secret.jpg"], {"stand_in": False}
        one.keep_key(1, "not this")
        with pytest.raises(Locked):
            one.picture(taken.case_id, media_id, Clarity.CLEAR, 256, **wanted)
        one.keep_key(1, "letmein")
        shown = one.picture(taken.case_id, media_id, Clarity.CLEAR, 256, **wanted)
        assert (shown.width, shown.height) == (200, 150)
        written = (p for p in taken.bench.workspace.folder.rglob("*") if p.is_file())
        assert not any(b"letmein" in path.read_bytes() for path in written)
    finally:
        one.close()


def test_a_media_of_another_case_is_not_there(taken: Taken, originals: Originals) -> None:
    for case_id, media_id in ((taken.case_id + 1, taken.ids["plain.jpg"]), (taken.case_id, 10**6)):
        with pytest.raises(NotFound, match=f"no media {media_id} is in this case"):
            originals.picture(case_id, media_id, Clarity.CLEAR, 256)


def test_other_bytes_at_its_path_are_refused(taken: Taken, show: Show) -> None:
    path = taken.haul / "changed.jpg"
    logged = path.read_bytes()
    path.write_bytes(picture(99))
    with pytest.raises(Unreadable, match="not the same as when it was logged") as caught:
        show("changed.jpg", longest=100)
    assert "trawl verify" in str(caught.value.hint)
    stands = show("changed.jpg", longest=100, stand_in=True)
    assert "not the same" in stands.instead
    path.write_bytes(logged)
    assert show("changed.jpg", longest=100).instead is None


def test_another_place_is_tried_where_one_is_gone(taken: Taken, show: Show) -> None:
    (taken.haul / "a").rename(taken.haul / "gone")
    try:
        (taken.haul / "b/other.jpg").write_bytes(b"other bytes")
        with pytest.raises(Unreadable, match="not the same"):
            show("other.jpg", longest=80)
        (taken.haul / "b/other.jpg").write_bytes(picture(6))
        assert show("other.jpg", longest=80).width == 80
    finally:
        (taken.haul / "gone").rename(taken.haul / "a")


def test_a_source_that_is_away_is_named_and_a_thumbnail_stands_in(
    taken: Taken, originals: Originals, show: Show
) -> None:
    away = taken.haul.with_name("unplugged")
    taken.haul.rename(away)
    try:
        with pytest.raises(Unreadable, match=r"not connected: JB/1\.") as caught:
            show("plain.jpg", longest=101)
        assert str(taken.haul) in str(caught.value.hint)
        shown = show("plain.jpg", Clarity.BLURRED, 101, stand_in=True)
        assert "not connected" in shown.instead
        assert opened(shown.data).size == (shown.width, shown.height) == (101, 72)
        scene = originals.frame(taken.case_id, taken.ids["clip.mp4"], 3000, Clarity.GREY, 101)
        assert scene.instead is not None
        assert scene.at_ms is not None
        assert scene.at_ms <= 3000
        with pytest.raises(Unreadable, match="not connected"):
            originals.segment(taken.case_id, taken.ids["clip.mp4"], 0, 500, Clarity.GREY)
    finally:
        away.rename(taken.haul)
    assert show("plain.jpg", longest=101).instead is None


def test_many_threads_are_served_and_ask_once_for_the_same(
    taken: Taken, originals: Originals
) -> None:
    found: list[Any] = []

    def ask(longest: int) -> None:
        found.append(
            originals.picture(taken.case_id, taken.ids["plain.jpg"], Clarity.GREY, longest)
        )

    threads = [threading.Thread(target=ask, args=(300 + at % 3,)) for at in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.width for one in found) == [300] * 4 + [301] * 4 + [302] * 4
    assert len({id(one) for one in found}) == 3


def test_what_a_killed_server_left_is_removed(taken: Taken) -> None:
    scratch = taken.bench.workspace.folder / "scratch"
    left = scratch / "showing-left"
    left.mkdir()
    (left / "content").write_bytes(b"seized")
    (scratch / "showing-left.lock").touch()
    one = taken.originals()
    try:
        assert not left.exists()
        assert not (scratch / "showing-left.lock").exists()
    finally:
        one.close()


def test_a_killed_worker_is_replaced(taken: Taken) -> None:
    one = taken.originals()
    try:
        case_id, media_id = taken.case_id, taken.ids["plain.jpg"]
        assert one.picture(case_id, media_id, Clarity.GREY, 50).instead is None
        (seat,) = one._seats._idle
        os.kill(seat.process.process.pid, signal.SIGKILL)
        assert one.picture(case_id, media_id, Clarity.GREY, 51).instead is None
    finally:
        one.close()


@pytest.fixture
def fragile(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> Iterator[Originals]:
    original = subprocess.Popen

    def start(arguments: list[str], **how: Any) -> Any:
        assert arguments[1:3] == ["-m", "trawl.intake.shower"]
        how["env"] = how["env"] | {"PYTHONPATH": os.pathsep.join(sys.path)}
        return original([arguments[0], str(FRAGILE), *arguments[3:]], **how)

    monkeypatch.setattr(subprocess, "Popen", start)
    one = taken.originals(hang_seconds=1.0, decode_seconds=1.5)
    yield one
    one.close()


def test_a_worker_that_dies_over_a_media_is_a_sentence_and_the_next_one_serves(
    taken: Taken, fragile: Originals
) -> None:
    says = {
        "showing crashes.txt": "it crashed the worker",
        "showing hangs.txt": "no progress for 1 s",
        "showing never ends.txt": "took longer than 1.5 s",
        "showing gives all.txt": "not what was asked for",
        "reads.txt": "PermissionError",  # nothing of the workspace is its own
    }
    for name, sentence in says.items():
        with pytest.raises(PassFailed, match=sentence):
            fragile.picture(taken.case_id, taken.ids[name], Clarity.BLURRED, 64)
        assert (
            fragile.picture(
                taken.case_id, taken.ids["plain.jpg"], Clarity.BLURRED, len(name)
            ).instead
            is None
        )


def test_a_content_larger_than_memory_is_read_where_it_lies_or_from_scratch(
    taken: Taken, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(reaching, "WHOLE_BYTES", 4096)
    reach = reaching.Reach(SourceLimits(), tmp_path, lambda: None)
    for name in ("plain.jpg", "1.JPG", "only here.jpg", "in tar.jpg"):
        found = find_ways(
            taken.bench.database, taken.bench.workspace, taken.case_id, taken.ids[name]
        )
        reached = reach.content(found.sha256, found.ways)
        assert reached.whole is None
        with reached.opener() as one, reached.opener() as other:
            assert one.read() == other.read()
        assert reached.read_at(0, 10) == reached.head[:10]
    reach.let_go()
    assert list(tmp_path.iterdir()) == []


def test_workers_are_bound_to_their_ground(taken: Taken) -> None:
    """A worker may read the exhibits it was bound to, and nothing of the workspace."""
    one = taken.originals()
    try:
        one.picture(taken.case_id, taken.ids["plain.jpg"], Clarity.GREY, 60)
        (seat,) = one._seats._idle
        assert [path for path, _, _ in seat.ground] == [os.fsencode(taken.haul)]
        assert set(seat.walls) == {"limits", "landlock", "seccomp"}
    finally:
        one.close()


@pytest.mark.slow
def test_too_many_at_once_are_told_to_wait(
    taken: Taken, fragile: Originals, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seats, "WAIT_SECONDS", 0.1)
    said: list[str] = []

    def ask(name: str) -> None:
        try:
            fragile.picture(taken.case_id, taken.ids[name], Clarity.GREY, 33)
        except TrawlError as error:
            said.append(str(error))

    names = ["showing never ends.txt", "showing hangs.txt", "plain.jpg"]
    threads = [threading.Thread(target=ask, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
        time.sleep(0.2)
    for thread in threads:
        thread.join()
    assert "Too much is being shown at once." in said
