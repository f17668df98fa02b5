"""Runs ``trawl`` in forks of one process that has imported everything, so that a hundred runs do
not cost a hundred starts. Started as a program; the tests talk to it through :class:`Launcher`.

A fork is a process of its own, with its own group, and is what a kill is aimed at.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit status (negative: the signal), what it said."""

    status: int
    out: str
    err: str

    @property
    def last(self) -> dict[str, Any]:
        """The last line of standard output, as JSON."""
        return json.loads(self.out.splitlines()[-1])


@dataclass
class Run:
    """One run of ``trawl``."""

    launcher: Launcher
    pid: int
    folder: Path

    @property
    def workers(self) -> list[int]:
        """The processes it has started."""
        with contextlib.suppress(OSError):
            return [
                int(one)
                for one in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            ]
        return []

    def kill(self, number: int = signal.SIGKILL) -> None:
        os.kill(self.pid, number)

    def wait(self) -> Ended:
        status = self.launcher.ask({"wait": self.pid})
        out, err = (self.folder / name for name in (f"{self.pid}.out", f"{self.pid}.err"))
        return Ended(
            os.waitstatus_to_exitcode(status),
            out.read_text("utf-8", "surrogateescape"),
            err.read_text("utf-8", "surrogateescape"),
        )


class Launcher:
    """The process that forks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, request: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def start(
        self,
        *arguments: str | Path,
        environment: dict[str, str] | None = None,
        dies: tuple[str, int] | None = None,
        file_size: int | None = None,
        worker: Path | None = None,
    ) -> Run:
        """Begin a run. ``dies``: kill it with SIGKILL when it calls this function
        (``module:name``) for the n-th time; ``file_size``: no file may grow over that;
        ``worker``: a program to run as the worker."""
        pid = self.ask(
            {
                "arguments": [str(one) for one in arguments],
                "folder": str(self._folder),
                "environment": environment or {},
                "dies": dies,
                "file_size": file_size,
                "worker": str(worker) if worker else None,
            }
        )
        return Run(self, pid, self._folder)

    def run(self, *arguments: str | Path, **how: Any) -> Ended:
        return self.start(*arguments, **how).wait()

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@contextlib.contextmanager
def launching(folder: Path) -> Iterator[Launcher]:
    launcher = Launcher(folder)
    try:
        yield launcher
    finally:
        launcher.close()


# In the process that forks ---------------------------------------------------------------------


def _serve() -> None:
    from trawl.cli import main

    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            _, status = os.waitpid(request["wait"], 0)
            sys.stdout.write(f"{status}\n")
            sys.stdout.flush()
            continue
        pid = os.fork()
        if pid == 0:
            _become(request, main)
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


def _become(request: dict[str, Any], main: Callable[[], None]) -> None:
    status = 1
    try:
        os.setsid()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        here, folder = os.getpid(), Path(request["folder"])
        os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
        for number, name in ((1, "out"), (2, "err")):
            path = folder / f"{here}.{name}"
            os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.environ.update(request["environment"])
        if request["dies"]:
            _die_at(*request["dies"])
        if request["file_size"]:
            # Python ignores the signal and gets the error instead.
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["file_size"],) * 2)
        if request["worker"]:
            _other_worker(request["worker"])
        sys.argv = ["trawl", *request["arguments"]]
        main()
        status = 0
    except SystemExit as left:
        status = left.code if isinstance(left.code, int) else int(left.code is not None)
    except KeyboardInterrupt:
        status = 130
    except Exception:  # noqa: BLE001 - said, as an interpreter that ends would
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _other_worker(program: str) -> None:
    original = subprocess.Popen

    def start(arguments: list[str], **how: Any) -> Any:
        assert arguments[1:3] == ["-m", "trawl.intake.worker"]
        return original([arguments[0], program, *arguments[3:]], **how)

    subprocess.Popen = start  # type: ignore[assignment, misc]


def _die_at(what: str, count: int) -> None:
    module, _, name = what.partition(":")
    holder: Any = importlib.import_module(module)
    *path, last = name.split(".")
    for part in path:
        holder = getattr(holder, part)
    original, left = getattr(holder, last), [count]

    def dying(*arguments: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)

    setattr(holder, last, dying)


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.01)


__all__: Sequence[str] = ("Ended", "Launcher", "Run", "launching", "until")

if __name__ == "__main__":
    _serve()
