"""The promise: whatever is killed, whenever, the same command goes on where it stopped, and the
end is that of a run that nothing disturbed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small_haul
from end_state import end_state, is_sealed
from launcher import Ended, Launcher, Run, until
from tests.passes import clips
from workspaces import make_workspace

import postgres
from trawl.store.audit import verify
from trawl.store.database import Database

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SETTINGS: dict[str, object] = {"slice_files": 16}
MOMENTS = 50
GROUP = 10


@dataclass(frozen=True)
class Unbroken:
    """A run that nothing disturbed: its end, and how long it took."""

    haul: Path
    fresh: Path
    state: dict[str, Any]
    seconds: float


@pytest.fixture(scope="module")
def haul(tmp_path_factory: pytest.TempPathFactory) -> Path:
    moving = clips.clip(clips.scenes(2, 12))
    return small_haul.build(tmp_path_factory.mktemp("kills") / "haul", moving)


@pytest.fixture(scope="module")
def unbroken(haul: Path, launcher: Launcher, tmp_path_factory: pytest.TempPathFactory) -> Unbroken:
    folder = tmp_path_factory.mktemp("unbroken")
    fresh = make_workspace(folder / "fresh", **SETTINGS)
    done = shutil.copytree(fresh, folder / "done")
    launcher.run("--version")  # it has imported everything after that
    began = time.monotonic()
    ended = intake(launcher, done, haul).wait()
    assert ended.status == 0, ended.err
    return Unbroken(haul, fresh, end_state(done), time.monotonic() - began)


def intake(launcher: Launcher, workspace: Path, haul: Path, **how: Any) -> Run:
    """Up to the seal: the matching that follows is a job of its own, with kills of its own."""
    arguments = ("-w", workspace, "intake", haul, "--case", "T", "--exhibit", "S/1", "--json")
    return launcher.start(*arguments, "--no-match", **how)


def finish(launcher: Launcher, workspace: Path, haul: Path) -> None:
    """The same command again, to the end; unless the end was reached and only not said."""
    if is_sealed(workspace):
        return
    ended = intake(launcher, workspace, haul).wait()
    assert ended.status == 0, ended.err + ended.out


def assert_same(workspace: Path, expected: dict[str, Any]) -> None:
    found = end_state(workspace)
    assert found.keys() == expected.keys()
    for what, value in expected.items():
        assert found[what] == value, what
    url = f"sqlite:///{workspace / 'trawl.sqlite'}"
    if (workspace / "trawl.sqlite").exists():
        database = Database.open(url)
        with database.reader() as reader:
            verify(reader)
        database.close()


def strike(run: Run, aim: str, chance: random.Random) -> None:
    """Kill the coordinator, one of its workers, or everything."""
    workers = run.workers
    chosen = {
        "coordinator": [run.pid],
        "worker": [chance.choice(workers)] if workers else [],
        "all": [run.pid, *workers],
    }[aim]
    for pid in chosen:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def struck(
    launcher: Launcher, workspace: Path, haul: Path, number: int, of: int, seconds: float
) -> None:
    """One run that is struck at the moment of that number, and then brought to its end."""
    chance = random.Random(number)
    aim = ("coordinator", "worker", "all")[number % 3]
    run = intake(launcher, workspace, haul)
    time.sleep((number + chance.random()) / of * seconds)
    strike(run, aim, chance)
    ended = run.wait()
    if aim == "worker" and ended.status == 0:
        return
    assert ended.status in (0, -signal.SIGKILL), ended.err
    finish(launcher, workspace, haul)


@pytest.mark.parametrize("group", range(GROUP))
def test_killed_at_a_random_moment(
    unbroken: Unbroken, launcher: Launcher, tmp_path: Path, group: int
) -> None:
    for number in range(group, MOMENTS, GROUP):
        workspace = shutil.copytree(unbroken.fresh, tmp_path / str(number))
        struck(launcher, workspace, unbroken.haul, number, MOMENTS, unbroken.seconds)
        assert_same(workspace, unbroken.state)
        shutil.rmtree(workspace)


# What a random moment seldom meets: between two steps that belong together.
WORST = (
    ("trawl.intake.acquire:add_root", 1),
    ("trawl.intake.listing:ListingWriter.add", 1),
    ("trawl.intake.listing:ListingWriter.finish", 1),
    ("trawl.intake.plan:Plan.listed", 1),
    ("trawl.intake.plan:Plan.listed", 4),
    ("trawl.intake.ledger:set_listed", 1),
    ("trawl.intake.ledger:set_state", 1),
    ("trawl.store.blobs:PackWriter.append", 7),
    ("trawl.store.blobs:PackWriter.sync", 5),
    ("trawl.store.database:Session.audit", 6),
    ("trawl.store.database:Session.audit", 20),
    ("trawl.intake.plan:Plan.logged", 9),
    ("trawl.intake.plan:Plan.advance", 1),
    ("trawl.intake.plan:Plan.advance", 3),
    ("trawl.intake.plan:Plan.advance", 5),
    ("trawl.intake.pool:Pool.close", 1),
    ("trawl.custody.sealing:seal", 1),
    ("trawl.custody.manifest:canonical", 100),
    ("trawl.custody.sealing:finish_acquisition", 1),
    ("trawl.custody.sealing:checkpoint", 1),
)


@pytest.mark.parametrize(("where", "count"), WORST)
def test_killed_at_the_worst_moment(
    unbroken: Unbroken, launcher: Launcher, tmp_path: Path, where: str, count: int
) -> None:
    workspace = shutil.copytree(unbroken.fresh, tmp_path / "workspace")
    ended = intake(launcher, workspace, unbroken.haul, dies=(where, count)).wait()
    assert ended.status == -signal.SIGKILL, ended.err
    finish(launcher, workspace, unbroken.haul)
    assert_same(workspace, unbroken.state)


def test_ctrl_c_stops_cleanly_and_the_same_command_goes_on(
    unbroken: Unbroken, launcher: Launcher, tmp_path: Path
) -> None:
    workspace = shutil.copytree(unbroken.fresh, tmp_path / "workspace")
    run = intake(launcher, workspace, unbroken.haul)
    until(lambda: any(workspace.rglob("*.pack")))  # the first slice is being written
    run.kill(signal.SIGINT)
    stopped: Ended = run.wait()
    assert stopped.status == 130
    assert stopped.last["finished"] is False
    assert "goes on from here" in stopped.err
    again = intake(launcher, workspace, unbroken.haul).wait()
    assert again.status == 0
    assert "Going on where it stopped" in again.err
    assert_same(workspace, unbroken.state)


# PostgreSQL -----------------------------------------------------------------------------------


@pytest.fixture
def on_postgres(postgres_folder: str, tmp_path: Path) -> Iterator[Any]:
    names: list[str] = []

    def make(name: str) -> Path:
        names.append(f"kills_{name}")
        postgres.execute(postgres_folder, f"CREATE DATABASE {names[-1]}")
        url = postgres.url(postgres_folder, names[-1])
        return make_workspace(tmp_path / name, url, **SETTINGS)

    yield make
    for name in names:
        postgres.execute(postgres_folder, f"DROP DATABASE {name} WITH (FORCE)")


def test_killed_at_a_random_moment_on_postgresql(
    unbroken: Unbroken, launcher: Launcher, on_postgres: Any
) -> None:
    whole = on_postgres("whole")
    began = time.monotonic()
    finish(launcher, whole, unbroken.haul)
    seconds, expected = time.monotonic() - began, end_state(whole)
    for number in range(10):
        workspace = on_postgres(f"n{number}")
        struck(launcher, workspace, unbroken.haul, number, 10, seconds)
        assert_same(workspace, expected)
