"""Look-ups against a bank of ten million PDQ hashes: how many a second, exact to 31 bits.

    python benchmarks/pdq_bank.py [--count 10000000] [--queries 400000] [--quick] [--into DIR]

The bank has the skew of real pictures (see ``fingerprints.py``). Half the queries are hashes of
the bank with 0 to 31 random bits flipped, half are pictures that are not in it. A fresh process
opens the bank and looks them up, all at once, as a matching does (50,000 pictures in eight turns
are so many), and the first of them a thousand at a time; its peak memory is its own
(VmHWM). Everything found for the first so many is compared with Faiss's brute force, whose rate
is the peer's.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from faiss_peer import faiss_near, faiss_python
from fingerprints import make, noisy, of_pictures
from near_duplicates import RESULTS, THRESHOLD, peak_mb

OTHERS = 1_000_000  # where the seeds of pictures that are not in the bank begin
AT_A_TIME = 1_000
FEW = 20_000  # of the queries that are looked up so many at a time


def make_queries(bank: Path, count: int, into: Path, folder: Path | None) -> Path:
    """Hashes to look up, uint8 (count, 32), at ``into``."""
    if not into.exists():
        chance = np.random.default_rng(7)
        held = np.load(bank, mmap_mode="r")
        near = noisy(held[np.sort(chance.integers(0, len(held), count // 2))], chance, 31)
        fresh = of_pictures(count - len(near), folder, OTHERS)
        np.save(into, chance.permutation(np.concatenate([near, fresh])))
    return into


def build(bits: Path, into: Path) -> None:
    """The timed building, in a process of its own."""
    from trawl.matching.sight.bank import Bank

    start = time.perf_counter()
    Bank.build(into, np.load(bits, mmap_mode="r"))
    print(json.dumps({"seconds": time.perf_counter() - start, "peak_mb": peak_mb()}))


def look_up(bank_at: Path, queries_at: Path, some: int, found_at: Path) -> None:
    """The timed looking up, in a process of its own."""
    from trawl.matching.sight.bank import Bank

    queries = np.load(queries_at)
    start = time.perf_counter()
    bank = Bank.open(bank_at)
    opened = time.perf_counter() - start
    bank.look_up(queries[:AT_A_TIME], THRESHOLD)  # compiled, or fetched from the cache
    start = time.perf_counter()
    found = bank.look_up(queries, THRESHOLD)
    at_once = time.perf_counter() - start
    few = queries[:FEW]
    start = time.perf_counter()
    for begin in range(0, len(few), AT_A_TIME):
        bank.look_up(few[begin : begin + AT_A_TIME], THRESHOLD)
    in_runs = time.perf_counter() - start
    first = found.query < some
    np.savez(found_at, **{name: one[first] for name, one in found._asdict().items()})
    figures = {
        "open_seconds": opened,
        "per_second": len(queries) / at_once,
        f"per_second_{AT_A_TIME}_at_a_time": len(few) / in_runs,
        "found": len(found.query),
        "peak_mb": peak_mb(),
    }
    print(json.dumps(figures))


def fresh(*arguments: object) -> dict[str, Any]:
    """This script with other arguments, in a process of its own; what it says."""
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def agrees(ours: Path, theirs: Path) -> bool:
    """Whether both found the same entries at the same distances for the same queries."""
    with np.load(ours) as here, np.load(theirs) as there:
        order = np.lexsort((there["entry"], there["distance"], there["query"]))
        names = ("query", "entry", "distance")
        return all(np.array_equal(here[name], there[name][order]) for name in names)


def measure(options: argparse.Namespace, into: Path) -> dict[str, Any]:
    """All figures."""
    bits = make(options.count, into / f"pictures-{options.count}.npy", options.pictures)
    name = f"queries-{options.queries}-{options.count}.npy"
    queries = make_queries(bits, options.queries, into / name, options.pictures)
    bank, ours, theirs = into / "measured.bank", into / "ours.npz", into / "theirs.npz"
    figures: dict[str, Any] = {
        "machine": {"processor": platform.processor(), "cores": os.cpu_count()},
        "threshold": THRESHOLD,
        "hashes": options.count,
        "queries": options.queries,
        "build": fresh("--build", bits, "--at", bank),
        "file_mb": bank.stat().st_size / 1e6,
        "trawl": fresh("--look-up", queries, "--at", bank, "--some", options.some, "--found", ours),
    }
    bank.unlink()
    python = faiss_python()
    if python:
        said = faiss_near(python, "flat", bits, queries, options.some, THRESHOLD, theirs)
        if said:
            figures["faiss"] = {**said, "queries": options.some}
            figures["same_as_faiss"] = agrees(ours, theirs)
            rate = options.some / said["search"]
            figures["ratio"] = figures["trawl"]["per_second"] / rate
    return figures


def report(figures: dict[str, Any]) -> None:
    mine = figures["trawl"]
    print(
        f"{figures['hashes']:,} hashes, built in {figures['build']['seconds']:.0f} s "
        f"({figures['build']['peak_mb']:.0f} MB), opened in {mine['open_seconds']:.1f} s\n"
        f"{mine['per_second']:,.0f} look-ups/s at once, "
        f"{mine[f'per_second_{AT_A_TIME}_at_a_time']:,.0f} in runs of {AT_A_TIME:,}, "
        f"{mine['found']:,} found, {mine['peak_mb']:.0f} MB"
    )
    if "faiss" in figures:
        print(
            f"{figures['ratio']:,.0f} x the rate of faiss's brute force; "
            f"the same answers: {figures['same_as_faiss']}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000_000)
    parser.add_argument("--queries", type=int, default=400_000)
    parser.add_argument("--some", type=int, default=500, help="queries that Faiss answers too")
    parser.add_argument("--quick", action="store_true", help="200,000 hashes")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--into", type=Path, help="keep the hashes here")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--look-up", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--at", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--found", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.build:
        build(options.build, options.at)
        return
    if options.look_up:
        look_up(options.at, options.look_up, options.some, options.found)
        return
    if options.quick:
        options.count, options.queries = 200_000, 10_000
    with tempfile.TemporaryDirectory() as temporary:
        into = options.into or Path(temporary)
        into.mkdir(parents=True, exist_ok=True)
        figures = measure(options, into)
    report(figures)
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "pdq_bank.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
