"""The memory of a process and its children, watched from outside."""

from __future__ import annotations

import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Watched:
    """Peaks in MB. Memory shared between processes is counted once (proportional set size)."""

    coordinator_mb: float = 0.0
    workers_mb: float = 0.0
    total_mb: float = 0.0

    def larger(self, other: Watched) -> Watched:
        """The larger of each."""
        return Watched(
            max(self.coordinator_mb, other.coordinator_mb),
            max(self.workers_mb, other.workers_mb),
            max(self.total_mb, other.total_mb),
        )


def _proportional_mb(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1000
    except OSError:
        pass
    return 0.0


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def run_watched(command: list[str], every: float = 0.5) -> tuple[str, Watched]:
    """Run a command; its standard output and its peaks. Raises CalledProcessError."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peaks = Watched()
    done = threading.Event()

    def watch() -> None:
        nonlocal peaks
        while not done.wait(every):
            own = _proportional_mb(process.pid)
            workers = sum(map(_proportional_mb, _children(process.pid)))
            peaks = peaks.larger(Watched(own, workers, own + workers))

    thread = threading.Thread(target=watch)
    thread.start()
    output, _ = process.communicate()
    done.set()
    thread.join()
    time.sleep(0)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return output, peaks
