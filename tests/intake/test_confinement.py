"""What a worker cannot do, tried in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

PROGRAM = Path(__file__).with_name("confined.py")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("confined")
    scratch, exhibit, other = (folder / name for name in ("scratch", "exhibit", "other"))
    for each in (scratch, exhibit, other):
        each.mkdir()
    (exhibit / "a.txt").write_text("evidence")
    (other / "key").write_text("secret")
    command = [sys.executable, str(PROGRAM), str(scratch), str(exhibit), str(other)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)
    said["exhibit"] = {path.name: path.read_text() for path in exhibit.iterdir()}
    said["other"] = [path.name for path in other.iterdir()]
    return said


def needs(told: dict[str, Any], wall: str) -> None:
    if wall not in told["walls"]:
        pytest.skip(f"the kernel here has no {wall}")


def test_limits_always_stand(told: dict[str, Any]) -> None:
    assert "limits" in told["walls"]
    assert told["found"]["core"] == "0"
    assert int(told["found"]["memory"]) <= 1 << 32


@pytest.mark.parametrize("act", ["write into scratch", "read the exhibit", "list the exhibit"])
def test_what_it_needs_it_may(told: dict[str, Any], act: str) -> None:
    assert told["found"][act] == "done"


@pytest.mark.parametrize(
    "act",
    [
        *("write into the exhibit", "change the exhibit", "delete from the exhibit"),
        *("rename in the exhibit", "link out of scratch", "read elsewhere", "write elsewhere"),
    ],
)
def test_landlock_refuses(told: dict[str, Any], act: str) -> None:
    needs(told, "landlock")
    assert told["found"][act] in ("PermissionError", "OSError")


def test_the_exhibit_is_as_it_was(told: dict[str, Any]) -> None:
    needs(told, "landlock")
    assert told["exhibit"] == {"a.txt": "evidence"}
    assert told["other"] == ["key"]


@pytest.mark.parametrize(
    "act", ["open a socket", "open a local socket", "run a program", "replace itself", "kill"]
)
def test_seccomp_refuses(told: dict[str, Any], act: str) -> None:
    needs(told, "seccomp")
    assert told["found"][act] == "PermissionError"


def test_a_worker_dies_with_its_coordinator() -> None:
    inner = (
        "import os, time; from trawl.intake.confinement import die_with_parent; "
        "die_with_parent(os.getppid()); print(os.getpid(), flush=True); time.sleep(60)"
    )
    outer = (
        "import subprocess, sys, time; "
        f"subprocess.Popen([sys.executable, '-c', {inner!r}]); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
        for _ in range(100):
            try:
                state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                return
            if state == "Z":
                return
            time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    pytest.fail("it lives on")
