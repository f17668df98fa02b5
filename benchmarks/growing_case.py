"""What an exhibit of 1,000 files costs in a matched case of a million, beside the whole.

    python benchmarks/growing_case.py [--media 1000000] [--quick] [--keep FOLDER]

Builds a case of made-up media (see ``made_case.py``), a known-good set of five times as many
digests and a known-illegal one with fingerprints; matches it from scratch; asks for its funnel
and stacks; adds an exhibit of 1,000 files, 100 of which are near to old ones and 10 known, and
matches again; adds a hash set of 10,000 entries and matches again. Everything is done by a fresh
process, whose start and imports count; memory is its own peak (VmHWM). ``--keep`` keeps the case
as built, and takes one that was built there before. Writes into ``benchmarks/results/``.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def peak_mb() -> float:
    """The most memory this process has had."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


# In a process of its own -----------------------------------------------------------------------


def opened(workspace: Any) -> tuple[Any, Any, Any]:
    """The case, without what made it."""
    from trawl.store.cases import cases_named
    from trawl.store.database import Database
    from trawl.store.officers import officer_by_name

    database = Database.open(workspace.sqlite_url)
    with database.reader() as reader:
        return database, officer_by_name(reader, "bench"), cases_named(reader, "growing")[0]


class Steps:
    """Seconds by step, from what is told."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._last, self._under_way = time.perf_counter(), ""

    def __call__(self, step: Any) -> None:
        now = time.perf_counter()
        self.seconds[self._under_way or step.what] += now - self._last
        self._last = now
        self._under_way = step.what if step.done < step.total else ""

    def finish(self) -> dict[str, float]:
        """The rest goes to the writing at the end."""
        self.seconds["the rest"] += time.perf_counter() - self._last
        return {name: round(spent, 2) for name, spent in self.seconds.items()}


def match(workspace: Any) -> dict[str, Any]:
    """Match the case."""
    from trawl.matching.match import match_case

    database, officer, case = opened(workspace)
    steps = Steps()
    done = match_case(database, officer, workspace, case, tell=steps)
    hits = {f"{purpose}, {means}": count for (purpose, means), count in done.hits.items()}
    return {"media": done.media, "new": done.new, "hits": hits, "steps": steps.finish()}


def funnel(workspace: Any) -> dict[str, Any]:
    """The funnel."""
    from dataclasses import asdict

    from trawl.matching.funnel import funnel

    database, officer, case = opened(workspace)
    return asdict(funnel(database, officer, workspace, case))


def list_stacks(workspace: Any) -> dict[str, Any]:
    """The largest stacks."""
    from trawl.matching.stack_list import list_stacks

    database, officer, case = opened(workspace)
    some, total = list_stacks(database, officer, workspace, case)
    return {"stacks": total, "largest": some[0].media, "top": some[0].top.sha256.hex()}


def show_stack(workspace: Any, sha256: str) -> dict[str, Any]:
    """A stack opened."""
    from trawl.matching.stack_list import show_stack

    database, officer, case = opened(workspace)
    shown = show_stack(database, officer, workspace, case, bytes.fromhex(sha256))
    return {"members": len(shown.members), "similar": len(shown.similar)}


def search(workspace: Any, sha256: str) -> dict[str, Any]:
    """A picture asked for."""
    from trawl.matching.similar import search
    from trawl.matching.sought import sought_media

    database, officer, case = opened(workspace)
    given = database, officer, workspace, [case]
    return {"found": len(search(*given, sought_media(*given, bytes.fromhex(sha256))))}


DEEDS: dict[str, Callable[..., dict[str, Any]]] = {
    one.__name__: one for one in (match, funnel, list_stacks, show_stack, search)
}


def do(name: str, *arguments: str) -> None:
    """One deed in this process."""
    from trawl.workspace import Workspace

    folder, *more = arguments
    done = DEEDS[name](Workspace(Path(folder)), *more)
    print(json.dumps({**done, "peak_mb": peak_mb()}))


# All of it -------------------------------------------------------------------------------------


def measured(name: str, folder: Path, *more: str) -> dict[str, Any]:
    """A deed in a fresh process: wall and CPU seconds from its start to its end."""
    command = [sys.executable, __file__, "--do", name, str(folder), *more]
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"{name} failed")
    figures: dict[str, Any] = json.loads(told.splitlines()[-1])
    figures["wall_s"] = round(time.perf_counter() - start, 2)
    figures["cpu_s"] = round(used.ru_utime + used.ru_stime, 2)
    print(f"{name:12}", json.dumps(figures), flush=True)
    return figures


def build_once(folder: Path, media: int) -> None:
    """The case as built, unless it is there."""
    from made_case import Contents, Lists, build
    from trawl.workspace import Workspace

    if (folder / "built").exists():
        return
    unfinished = folder / "building"
    shutil.rmtree(unfinished, ignore_errors=True)
    start = time.perf_counter()
    lists = Lists(good=5 * media, illegal=max(5_000, media // 5))
    build(Workspace(unfinished), Contents(media, folder), lists)
    unfinished.rename(folder / "built")
    print(f"built in {time.perf_counter() - start:.0f} s", flush=True)


def run(folder: Path, media: int) -> dict[str, Any]:
    """Every figure of a case that is built, measured on a copy."""
    from made_case import Contents, Lists, add_exhibit, add_later_list
    from trawl.workspace import Workspace

    there = folder / "run"
    shutil.rmtree(there, ignore_errors=True)
    shutil.copytree(folder / "built", there)
    contents = Contents(media, folder)
    # Compiled code is kept from one process to the next; the first ever has to compile.
    result: dict[str, Any] = {"media": media, "first": measured("match", there)}
    result["idle"] = measured("match", there)
    result["funnel"] = measured("funnel", there)
    result["list_stacks"] = measured("list_stacks", there)
    top = result["list_stacks"]["top"]
    result["show_stack"] = measured("show_stack", there, top)
    result["search"] = measured("search", there, top)
    add_exhibit(Workspace(there), contents)
    result["exhibit"] = measured("match", there)
    add_later_list(Workspace(there), contents, Lists(0, 0))
    result["hash_set"] = measured("match", there)
    shutil.rmtree(there)
    return result


def show(result: dict[str, Any]) -> None:
    """Print the table."""
    full = result["first"]
    print(f"\n{'':34}{'wall s':>10}{'CPU s':>10}{'peak MB':>10}{'full : this':>13}")
    for name, what in (
        ("first", "match from scratch"),
        ("exhibit", "match 1,000 files more"),
        ("hash_set", "match 10,000 entries more"),
        ("idle", "match with nothing new"),
        ("funnel", "funnel"),
        ("list_stacks", "largest stacks"),
        ("show_stack", "one stack"),
        ("search", "search"),
    ):
        row = result[name]
        ratio = full["wall_s"] / row["wall_s"]
        print(
            f"{what:34}{row['wall_s']:10.1f}{row['cpu_s']:10.1f}{row['peak_mb']:10.0f}{ratio:13.1f}"
        )
    for name in ("first", "exhibit", "hash_set"):
        print(name, json.dumps(result[name]["steps"]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--media", type=int, default=1_000_000)
    parser.add_argument("--quick", action="store_true", help="50,000 media")
    parser.add_argument("--keep", type=Path, help="keep the case as built, or take it from there")
    parser.add_argument("--do", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.do:
        do(*asked.do)
        return
    media = 50_000 if asked.quick else asked.media
    with tempfile.TemporaryDirectory(prefix="trawl-growing-") as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        build_once(folder, media)
        result = run(folder, media)
    show(result)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    name = "growing_case.json" if media == 1_000_000 else f"growing_case_{media}.json"
    (results / name).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
