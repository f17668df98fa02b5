"""Killed at any moment, hash sets and matching are as before or as after."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.cli.conftest import Logged, said, take_in, trawl

pytestmark = pytest.mark.slow

ENTRIES = 400_000
KILLS = 12


def command(workspace: Path, *arguments: object) -> list[str]:
    run = "from trawl.cli import main; main()"
    return [sys.executable, "-c", run, "-w", str(workspace), *map(str, arguments)]


def killed_after(seconds: float, arguments: list[str]) -> bool:
    """Run a command and kill it; True when it was killed before it had ended."""
    process = subprocess.Popen(
        arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def big_list(folder: Path, seed: int, *more: str) -> Path:
    path = folder / f"list-{seed}.txt"
    digests = random.Random(seed).randbytes(16 * ENTRIES).hex()
    lines = [digests[at : at + 32] for at in range(0, len(digests), 32)]
    path.write_text("\n".join([*lines, *more]) + "\n")
    return path


def sets(workspace: Path) -> list[tuple[str, int, int]]:
    found = said(trawl("-w", workspace, "hashset", "list", "--json"))
    return [(one["set"], one["entries"], one["lists"]) for one in found]


def test_a_list_that_is_killed_while_it_is_read_is_all_there_or_not_at_all(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    assert trawl("init", workspace).exit_code == 0
    chance = random.Random(3)
    whole = _seconds(lambda: _add(workspace, big_list(tmp_path, 0)))
    have, was_killed = 1, 0
    for seed in range(1, KILLS + 1):
        path = big_list(tmp_path, seed)
        arguments = command(workspace, *_adding(path))
        was_killed += killed_after(chance.uniform(0.2, 1.1) * whole, arguments)
        (told,) = sets(workspace)
        assert told in (("known", have * ENTRIES, have), ("known", (have + 1) * ENTRIES, have + 1))
        if told[2] == have:
            assert trawl("-w", workspace, *_adding(path)).exit_code == 0
        have += 1
        path.unlink()
    assert was_killed >= KILLS // 3
    assert not list((workspace / "hash-sets").glob("adding-*"))
    assert sets(workspace) == [("known", have * ENTRIES, have)]


def _adding(path: Path) -> tuple[object, ...]:
    return ("hashset", "add", path, "--name", "known", "--kind", "known-good", "-q")


def _add(workspace: Path, path: Path) -> None:
    subprocess.run(command(workspace, *_adding(path)), check=True, stdout=subprocess.DEVNULL)


def _seconds(work: Callable[[], None]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def test_a_matching_that_is_killed_is_done_by_the_next(tmp_path: Path) -> None:
    logged = take_in(tmp_path)
    log = said(logged.trawl("show", _sha(logged), "--json"))
    known = big_list(tmp_path, 1, log["md5"])
    _add(logged.workspace, known)
    arguments = command(logged.workspace, "match", "--case", "Heron", "--again", "-q")
    whole = _seconds(lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL))
    wanted = _state(logged.workspace)
    chance = random.Random(4)
    was_killed = 0
    for _ in range(KILLS):
        was_killed += killed_after(chance.uniform(0.3, 1.0) * whole, arguments)
        assert trawl("-w", logged.workspace, "match", "--case", "Heron", "-q").exit_code == 0
        assert _state(logged.workspace) == wanted
    assert was_killed >= KILLS // 3
    assert trawl("-w", logged.workspace, "audit", "verify").exit_code == 0


def _sha(logged: Logged) -> str:
    """A picture of the case."""
    where = ("--case", "Heron", "--kind", "image", "--format", "jsonl")
    first = next(line for line in logged.trawl("log", *where).stdout.splitlines() if line)
    return str(json.loads(first)["sha256"])


def _state(workspace: Path) -> tuple[object, ...]:
    kinds = ("--kind", "known-good", "--kind", "illegal", "--kind", "notable")
    return (
        said(trawl("-w", workspace, "hits", "--case", "Heron", *kinds, "--json")),
        said(trawl("-w", workspace, "stacks", "--case", "Heron", "--all", "--json")),
        said(trawl("-w", workspace, "status", "--json"))["cases"][0]["funnel"],
    )


def test_a_full_disk_leaves_the_sets_as_they_were(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    assert trawl("init", workspace).exit_code == 0
    _add(workspace, big_list(tmp_path, 0))
    before = sets(workspace)
    limit = 3 << 20  # bytes a file may have: the sorted digests are twice that

    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        command(workspace, *_adding(big_list(tmp_path, 1))),
        preexec_fn=small_disk,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Error:" in done.stderr
    assert sets(workspace) == before
    assert not [path for path in (workspace / "hash-sets").glob("adding-*") if any(path.iterdir())]
