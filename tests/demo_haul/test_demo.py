"""The demo as a user runs it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def _demo(into: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "demo_haul", "--into", str(into), *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_folder_that_is_not_there_fails_and_says_so(tmp_path: Path) -> None:
    done = _demo(tmp_path / "demo", "--haul", str(tmp_path / "gone"))
    assert done.returncode == 2
    assert "gone" in done.stderr


def test_a_folder_of_the_users_own_is_logged_in_a_fresh_workspace(tmp_path: Path) -> None:
    own, old = tmp_path / "own", tmp_path / "demo" / "workspace"
    own.mkdir()
    (own / "note.txt").write_text("Six o'clock.")
    old.mkdir(parents=True)
    (old / "of an earlier demo").touch()
    done = _demo(tmp_path / "demo", "--haul", str(own))
    assert done.returncode == 0, done.stderr
    assert "DEMO/1 is logged and sealed" in done.stdout
    assert "hashset" not in done.stdout
    assert "invented" not in done.stdout
    assert not (old / "of an earlier demo").exists()
    assert (own / "note.txt").read_text() == "Six o'clock."
    assert not (tmp_path / "demo" / "haul").exists()


def test_a_command_that_fails_fails_the_demo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAWL_WORKERS", "many")
    (tmp_path / "own").mkdir()
    done = _demo(tmp_path / "demo", "--haul", str(tmp_path / "own"))
    assert done.returncode == 1
    assert "intake" not in done.stdout


@pytest.mark.slow
def test_the_built_haul_is_logged_and_everything_odd_is_found(tmp_path: Path) -> None:
    done = _demo(tmp_path / "demo", "--files", "60", "--no-download")
    assert done.returncode == 0, done.stdout + done.stderr
    for found in ("lying names", "locked.7z", "half a zip.zip", "trawl unlock"):
        assert found in done.stdout


@pytest.mark.slow
def test_the_whole_path_is_shown(tmp_path: Path) -> None:
    done = _demo(tmp_path / "demo", "--files", "60", "--no-download")
    assert done.returncode == 0, done.stdout + done.stderr
    steps = re.findall(r"^\$ trawl (?:--workspace \S+ )?([a-z-]+)", done.stdout, re.MULTILINE)
    assert steps == [
        *("init", "case", "hashset", "hashset", "intake", "status", "hits", "stacks", "similar")
    ]
    told = dict(
        zip(steps, re.split(r"^\$ trawl .*$", done.stdout, flags=re.MULTILINE)[1:], strict=True)
    )
    assert "exposures avoided" in told["status"]
    assert "illegal by digest" in told["intake"]
    assert "known-good by digest" in told["intake"]
    assert "same SHA1" in told["hits"]
    assert "bits away" in told["hits"]
    assert "≤" in told["stacks"]
    assert " bits" in told["similar"]
    assert "what the lists say of them is invented" in done.stdout
    ask = re.search(r"trawl similar (\w{64}) --case Demo", done.stdout)
    assert ask is not None
    trawl = [str(Path(sys.executable).with_name("trawl")), "-w", str(tmp_path / "demo/workspace")]
    found = subprocess.run(
        [*trawl, "similar", ask[1], "--case", "Demo", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "holiday.mp4" in found.stdout
