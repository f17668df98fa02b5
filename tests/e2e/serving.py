"""A server of a test's own, as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Served:
    """A running server. ``first``: the path of the first administrator's link, or empty."""

    process: subprocess.Popen[str]
    address: str
    first: str
    clock: Path
    workspace: Path

    @classmethod
    def start(cls, workspace: Path, clock: Path, port: int = 0) -> Served:
        if not clock.exists():
            clock.write_text("0")
        script = Path(__file__).with_name("served.py")
        process = subprocess.Popen(
            [sys.executable, str(script), str(workspace), str(clock), str(port)],
            stdout=subprocess.PIPE,
            text=True,
            env={k: v for k, v in os.environ.items() if k != "TRAWL_WORKSPACE"},
        )
        assert process.stdout is not None
        said = process.stdout.readline().split()
        if not said:
            raise AssertionError(f"the server did not start (exit {process.wait()})")
        return cls(process, said[0], said[1] if len(said) > 1 else "", clock, workspace)

    def later(self, seconds: float) -> None:
        """Set the server's clock further on."""
        now = float(self.clock.read_text() or 0)
        new = self.clock.with_suffix(".new")
        new.write_text(str(now + seconds))
        new.replace(self.clock)

    def kill(self) -> None:
        """As a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()
        if self.process.stdout is not None:
            self.process.stdout.close()
