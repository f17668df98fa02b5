"""Tries what a worker may not do, once it is shut in; says what came of each. Run as a program:
SCRATCH EXHIBIT OTHER."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from trawl.intake.confinement import shut_in

SCRATCH, EXHIBIT, OTHER = map(Path, sys.argv[1:4])


def came_of(act: Callable[[], object]) -> str:
    try:
        act()
    except OSError as error:
        return type(error).__name__
    return "done"


ACTS: dict[str, Callable[[], object]] = {
    "write into scratch": lambda: (SCRATCH / "new").write_text("x"),
    "read the exhibit": (EXHIBIT / "a.txt").read_text,
    "list the exhibit": lambda: list(EXHIBIT.iterdir()),
    "write into the exhibit": lambda: (EXHIBIT / "new").write_text("x"),
    "change the exhibit": lambda: (EXHIBIT / "a.txt").write_text("x"),
    "delete from the exhibit": lambda: (EXHIBIT / "a.txt").unlink(),
    "rename in the exhibit": lambda: (EXHIBIT / "a.txt").rename(EXHIBIT / "b.txt"),
    "link out of scratch": lambda: os.link(SCRATCH / "new", EXHIBIT / "link"),
    "read elsewhere": (OTHER / "key").read_text,
    "write elsewhere": lambda: (OTHER / "new").write_text("x"),
    "open a socket": lambda: socket.socket(socket.AF_INET),
    "open a local socket": lambda: socket.socket(socket.AF_UNIX),
    "run a program": lambda: subprocess.run(["/bin/true"], check=True),
    "replace itself": lambda: os.execv("/bin/true", ["true"]),
    "kill": lambda: os.kill(os.getppid(), 0),
}

walls = shut_in(1 << 32, SCRATCH, [EXHIBIT])
found = {name: came_of(act) for name, act in ACTS.items()}
found["core"] = str(resource.getrlimit(resource.RLIMIT_CORE)[1])
found["memory"] = str(resource.getrlimit(resource.RLIMIT_AS)[0])
print(json.dumps({"walls": walls, "found": found}))  # noqa: T201
