"""Hostile input: everything is logged, nothing stops the intake, nothing leaves the workspace."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hostile_haul
import pytest
from launcher import Ended, Launcher, until
from small_haul import picture, tar_gz_of, zip_of
from workspaces import make_workspace

MakeWorkspace = Callable[..., Path]
FRAGILE = Path(__file__).with_name("fragile_worker.py")


def intake(launcher: Launcher, workspace: Path, haul: Path, **how: Any) -> Ended:
    arguments = ("-w", workspace, "intake", haul, "--case", "T", "--exhibit", "S/1", "--json")
    return launcher.run(*arguments, **how)


def log_of(launcher: Launcher, workspace: Path) -> dict[str, dict[str, Any]]:
    """The log by path, without the haul's own name."""
    told = launcher.run("-w", workspace, "log", "--case", "T", "--json")
    rows = [json.loads(line) for line in told.out.splitlines()]
    return {row["path"].partition("/")[2]: row for row in rows}


def findings(launcher: Launcher, workspace: Path, sha256: str) -> list[dict[str, Any]]:
    return launcher.run("-w", workspace, "show", sha256, "--json").last["findings"]


def status(launcher: Launcher, workspace: Path) -> dict[str, Any]:
    return launcher.run("-w", workspace, "status", "--json").last["cases"][0]["acquisitions"][0]


def traces(folder: Path, but: Path) -> dict[str, tuple[int, int, str]]:
    """Mode, time of change and content of everything below a folder, but for one in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path == but or but in path.parents:
            continue
        stat = path.lstat()
        regular = path.is_file() and not path.is_symlink()
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if regular else ""
        found[str(path)] = (stat.st_mode, stat.st_mtime_ns, digest)
    return found


# One haul of everything ------------------------------------------------------------------------


@dataclass
class Taken:
    """What became of the haul."""

    launcher: Launcher
    workspace: Path
    ended: Ended
    log: dict[str, dict[str, Any]]
    before: dict[str, Any]
    after: dict[str, Any]
    variants: int


@pytest.fixture(scope="module", params=[8, pytest.param(60, marks=pytest.mark.slow)])
def taken(
    request: pytest.FixtureRequest, launcher: Launcher, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Taken]:
    around = tmp_path_factory.mktemp("around")
    haul = hostile_haul.build(around / "haul", request.param)
    workspace = make_workspace(
        around / "workspace", unpack_ratio=100, video_seconds=1.0, slice_files=64
    )
    before = traces(around, workspace)
    ended = intake(launcher, workspace, haul)
    after = traces(around, workspace)
    log = log_of(launcher, workspace)
    yield Taken(launcher, workspace, ended, log, before, after, request.param)
    shutil.rmtree(around)


def test_the_intake_comes_to_its_end(taken: Taken) -> None:
    assert taken.ended.status == 0, taken.ended.err
    assert taken.ended.last["finished"] is True
    assert taken.log["last.jpg"]["state"] == "logged"


def test_every_fuzzed_file_is_logged_with_its_digest(taken: Taken) -> None:
    fuzzed = [row for path, row in taken.log.items() if path.startswith("fuzzed/")]
    assert sum("zip" not in row["path"] for row in fuzzed) >= 5 * taken.variants
    assert {row["state"] for row in fuzzed} == {"logged"}
    assert all(row["sha256"] for row in fuzzed)
    assert any(row["undecoded"] for row in fuzzed)


def test_no_pass_meets_an_error_it_does_not_know(taken: Taken) -> None:
    unknown = []
    for path, row in taken.log.items():
        if row["undecoded"]:
            for one in findings(taken.launcher, taken.workspace, row["sha256"]):
                if "unexpected" in (one["reason"] or "") or one["pass"] == "decode":
                    unknown.append((path, one["pass"], one["reason"]))
    assert unknown == []


def test_a_bomb_is_refused_and_its_neighbours_are_not(taken: Taken) -> None:
    assert taken.log["ratio.zip/bomb.bin"]["state"] == "refused"
    assert "ratio" in taken.log["ratio.zip/bomb.bin"]["reason"]
    assert taken.log["ratio.zip/harmless.txt"]["state"] == "logged"


def test_overlapping_members_are_refused(taken: Taken) -> None:
    rows = [row for path, row in taken.log.items() if path.startswith("overlapping.zip/")]
    assert len(rows) == 200
    refused = [row["reason"] for row in rows if row["state"] == "refused"]
    assert len(refused) >= 90
    assert all("overlap" in reason or "ratio" in reason for reason in refused), set(refused)


def test_copies_of_one_archive_are_opened_once(taken: Taken) -> None:
    rows = [path for path in taken.log if path.startswith("copies.zip/")]
    # Ten copies in each of six levels, one of each opened.
    assert len(rows) == 60


def test_too_deep_is_a_row_that_says_so(taken: Taken) -> None:
    inside = [path for path in taken.log if path.startswith("deep.zip/")]
    assert len(inside) == 16
    not_opened = status(taken.launcher, taken.workspace)["not_opened"]
    deepest = max(inside, key=len)
    reasons = {each["path"].partition("/")[2]: each["reason"] for each in not_opened}
    assert "deeper than the limit of 16" in reasons[deepest]


@pytest.mark.parametrize("archive", ["escaping.zip", "escaping.tar"])
def test_names_that_escape_are_logged_as_they_are(taken: Taken, archive: str) -> None:
    inside = {path.removeprefix(f"{archive}/") for path in taken.log if path.startswith(archive)}
    for name in hostile_haul.ESCAPES:
        shown = {name, name.replace("\\", "/"), name.lstrip("/")}
        assert inside & shown, (name, inside)
    assert not Path("/tmp/trawl-escaped.txt").exists()
    assert not Path("/tmp/trawl-absolute.txt").exists()


@pytest.mark.parametrize("name", ["enormous header.png", "enormous.png"])
def test_an_enormous_picture_is_not_decoded(taken: Taken, name: str) -> None:
    row = taken.log[name]
    assert row["state"] == "logged"
    assert row["undecoded"]
    reasons = [
        one["reason"] or "" for one in findings(taken.launcher, taken.workspace, row["sha256"])
    ]
    assert any("pixels" in reason for reason in reasons), reasons


@pytest.mark.parametrize("name", ["endless.mpg", "years.mp4"])
def test_a_video_that_never_ends(taken: Taken, name: str) -> None:
    row = taken.log[name]
    assert row["state"] == "logged"
    video = [
        one
        for one in findings(taken.launcher, taken.workspace, row["sha256"])
        if one["pass"] == "video"
    ]
    assert [one["state"] for one in video] != ["failed"]
    if name == "endless.mpg":
        assert video[0]["state"] == "partial"


def test_what_is_no_file_is_a_row(taken: Taken) -> None:
    kinds = {name: taken.log[name]["entry_kind"] for name in ("fifo", "socket", "loop", "passwd")}
    assert kinds == {"fifo": "fifo", "socket": "socket", "loop": "symlink", "passwd": "symlink"}
    assert all(taken.log[name]["sha256"] is None for name in kinds)
    assert not any(path.startswith("loop/") for path in taken.log)


def test_a_name_in_any_bytes(taken: Taken) -> None:
    (row,) = [row for path, row in taken.log.items() if path.startswith("\\xff")]
    assert row["path"].endswith("\\xff\\xfe\\n\\t\\x1b[31m.jpg")
    assert row["sha256"] == hashlib.sha256(picture(6)).hexdigest()


def test_nothing_outside_the_workspace_has_changed(taken: Taken) -> None:
    assert taken.after == taken.before


# What needs a haul of its own --------------------------------------------------------------------


def test_files_that_vanish_and_change_between_listing_and_reading(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace(slice_files=4)
    haul.mkdir()
    for number in range(12):
        (haul / f"{number:02}.txt").write_text(f"number {number}")
    ended = intake(launcher, where, haul, dies=("trawl.intake.plan:Plan._slices", 1))
    assert ended.status == -signal.SIGKILL
    (haul / "05.txt").unlink()
    (haul / "06.txt").write_text("something else")
    (haul / "07.txt").unlink()
    (haul / "07.txt").mkdir()
    assert intake(launcher, where, haul).last["failed"] == 2
    log = log_of(launcher, where)
    assert len(log) == 12
    assert log["05.txt"]["state"] == "unreadable"
    assert "not there any more" in log["05.txt"]["reason"]
    assert log["06.txt"]["sha256"] == hashlib.sha256(b"something else").hexdigest()
    assert log["07.txt"]["state"] == "unreadable"
    assert log["08.txt"]["state"] == "logged"


def test_an_archive_that_is_another_one_when_the_intake_goes_on(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace(slice_files=4)
    haul.mkdir()
    inner = zip_of({f"{n}.txt": b"%d" % n for n in range(12)})
    (haul / "a.zip").write_bytes(
        zip_of({"inner.zip": inner, "innermost.zip": zip_of({"in.zip": inner})})
    )
    # It dies in the middle of inner.zip, which lies inside a.zip.
    ended = intake(launcher, where, haul, dies=("trawl.intake.ledger:Ledger.slice", 4))
    assert ended.status == -signal.SIGKILL
    shutil.rmtree(where / "scratch")  # what was unpacked would still do
    (haul / "a.zip").write_bytes(zip_of({"other.txt": b"other"}))
    ended = intake(launcher, where, haul)
    assert ended.status == 0, ended.err
    log = log_of(launcher, where)
    inside = [log[f"a.zip/inner.zip/{n}.txt"] for n in range(12)]
    lost = [row for row in inside if row["state"] == "unreadable"]
    assert lost
    assert all("cannot be opened again" in row["reason"] for row in lost)
    reasons = [each["reason"] for each in status(launcher, where)["not_opened"]]
    assert any("not the same" in reason or "no such" in reason for reason in reasons), reasons


@pytest.mark.slow
def test_decoders_that_crash_hang_or_never_end_cost_one_file_each(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul = tmp_path / "haul"
    haul.mkdir()
    where = workspace(slice_files=8, hang_seconds=2.0, decode_seconds=4.0)
    expected = {
        "decoding crashes": ("logged", "decoding it crashed the worker (SIGSEGV)"),
        "decoding hangs": ("logged", "decoding it hung: no progress for 2 s"),
        "decoding never ends": ("logged", "decoding it took longer than 4 s"),
        "reading crashes": ("unreadable", "reading it crashed the worker (SIGSEGV)"),
        "reading hangs": ("unreadable", "reading it hung: no progress for 2 s"),
        "reading takes memory": (
            "unreadable",
            "reading it needs more memory than a worker may have",
        ),
    }
    for number, name in enumerate(expected):
        (haul / f"{number}0 {name}").write_text(name)
        (haul / f"{number}0 {name} again").write_text(name)
        for other in range(1, 6):
            (haul / f"{number}{other} good").write_text(f"good {number} {other}")
    ended = intake(launcher, where, haul, worker=FRAGILE)
    assert ended.status == 0, ended.err
    log = log_of(launcher, where)
    assert len(log) == len(expected) * 7
    assert all(row["state"] == "logged" for path, row in log.items() if path.endswith("good"))
    for number, (name, (state, reason)) in enumerate(expected.items()):
        for path in (f"{number}0 {name}", f"{number}0 {name} again"):
            row = log[path]
            assert row["state"] == state, path
            if state == "unreadable":
                assert row["reason"] == reason
                continue
            assert row["sha256"] == hashlib.sha256(name.encode()).hexdigest()
            (finding,) = findings(launcher, where, row["sha256"])
            assert finding["pass"] == "decode"
            assert finding["reason"] == reason


@pytest.mark.slow
def test_a_worker_that_is_stopped_is_replaced(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    haul, where = tmp_path / "haul", workspace(slice_files=4, hang_seconds=2.0)
    haul.mkdir()
    for number in range(200):
        (haul / f"{number:03}.jpg").write_bytes(picture(number))
    arguments = ("-w", where, "intake", haul, "--case", "T", "--exhibit", "S/1", "--json")
    run = launcher.start(*arguments)
    until(lambda: any(where.rglob("*.pack")))
    os.kill(run.workers[0], signal.SIGSTOP)
    ended = run.wait()
    assert ended.status == 0, ended.err
    assert ended.last["files"] == 200
    assert ended.last["failed"] + ended.last["undecoded"] <= 1


@pytest.mark.slow
def test_standing_still_for_long_costs_nothing(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    """Ctrl-Z stops coordinator and workers alike; when they go on, nobody has hung."""
    haul, where = tmp_path / "haul", workspace(slice_files=4, hang_seconds=2.0)
    haul.mkdir()
    for number in range(200):
        (haul / f"{number:03}.jpg").write_bytes(picture(number))
    arguments = ("-w", where, "intake", haul, "--case", "T", "--exhibit", "S/1", "--json")
    run = launcher.start(*arguments)
    until(lambda: any(where.rglob("*.pack")))
    os.killpg(run.pid, signal.SIGSTOP)
    time.sleep(6)
    os.killpg(run.pid, signal.SIGCONT)
    ended = run.wait()
    assert ended.status == 0, ended.err
    assert (ended.last["failed"], ended.last["undecoded"]) == (0, 0)


def test_slices_of_very_long_names_do_not_block(
    launcher: Launcher, workspace: MakeWorkspace, tmp_path: Path
) -> None:
    """A message to a worker that is larger than what a socket holds, while the worker speaks."""
    haul, where = tmp_path / "haul", workspace(slice_files=2000, hang_seconds=20.0)
    folder = haul.joinpath(*(["n" * 200] * 15))
    folder.mkdir(parents=True)
    for number in range(1500):
        (folder / f"{number}").write_text(f"{number}")
    began = time.monotonic()
    ended = intake(launcher, where, haul)
    assert ended.status == 0, ended.err
    assert ended.last["files"] == 1500
    assert ended.last["failed"] == 0
    assert time.monotonic() - began < 25  # it waited 30 seconds for a worker that waited for it


# Full disks --------------------------------------------------------------------------------------


@pytest.fixture
def fat_haul(tmp_path: Path) -> Path:
    haul = tmp_path / "haul"
    haul.mkdir()
    for number in range(40):
        (haul / f"{number}.jpg").write_bytes(picture(number))
    noise = {f"{n}.bin": os.urandom(1 << 20) for n in range(24)}
    (haul / "packed.tar.gz").write_bytes(tar_gz_of(noise))
    (haul / "outer.zip").write_bytes(zip_of({"inner.zip": zip_of(noise)}))
    return haul


@pytest.mark.parametrize(
    ("size", "kind"),
    [(150_000, "DatabaseAway"), (6 << 20, "StoreError")],
    ids=["database", "scratch"],
)
def test_a_full_disk_is_said_and_the_intake_goes_on_later(
    launcher: Launcher, workspace: MakeWorkspace, fat_haul: Path, size: int, kind: str
) -> None:
    """A limit on the size of files stands for the disk: the error comes at the same places."""
    where = workspace(slice_files=8)
    ended = intake(launcher, where, fat_haul, file_size=size)
    assert ended.status == 1
    assert "Traceback" not in ended.err, ended.err
    assert ended.last["kind"] == kind
    again = intake(launcher, where, fat_haul)
    assert again.status == 0, again.err
    assert again.last["failed"] == 0
    assert again.last["files"] == 40 + 2 + 24 + 1 + 24
    assert status(launcher, where)["not_opened"] == []
