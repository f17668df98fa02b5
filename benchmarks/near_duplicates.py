"""All pairs within 31 bits of millions of PDQ hashes, against brute force and a multi-hash.

    python benchmarks/near_duplicates.py [--count 2200000] [--many 10000000] [--quick] [--into DIR]

Hashes have the skew of real pictures (see ``fingerprints.py``); uniformly random bits are timed
beside them. Trawl is timed in a fresh process each time, from the call to the pairs in order; its
peak memory is that process's own (VmHWM), with the hashes and the pairs. Faiss, in its own
environment and on all cores too, searches for the first so many hashes among all; the rest is
extrapolated (its search is one pass over all hashes for each, so time grows evenly). What is
found on a sample of 200,000 is compared with Faiss's brute force, pair by pair.
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
from fingerprints import make, make_random

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
THRESHOLD = 31


def peak_mb() -> float:
    """The most memory this process has had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1000
    return 0.0


def find(path: Path, found: Path | None) -> None:
    """The timed work itself, in a process of its own."""
    from trawl.matching.sight.pairs import all_pairs

    bits = np.load(path)
    start = time.perf_counter()
    pairs = all_pairs(bits, THRESHOLD)
    seconds = time.perf_counter() - start
    figures = {"seconds": seconds, "pairs": len(pairs.first), "peak_mb": peak_mb()}
    if found:
        np.savez(found, **pairs._asdict())
    print(json.dumps(figures))


def timed(path: Path, found: Path | None = None) -> dict[str, Any]:
    """``find`` in a fresh process."""
    command = [sys.executable, __file__, "--find", str(path)]
    command += ["--found", str(found)] if found else []
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def agreement(python: Path, sample: Path, into: Path) -> dict[str, Any]:
    """Trawl's pairs of a sample beside those of Faiss's brute force."""
    ours, theirs = into / "ours.npz", into / "theirs.npz"
    timed(sample, ours)
    count = len(np.load(sample, mmap_mode="r"))
    if faiss_near(python, "flat", sample, sample, count, THRESHOLD, theirs) is None:
        return {}
    with np.load(ours) as here, np.load(theirs) as there:
        first, second = (here[name].astype(np.int64) for name in ("first", "second"))
        mine = np.sort((first << 36) | (second << 8) | here["distance"])
        above = there["query"] < there["entry"]
        one, other, apart = (there[name][above] for name in ("query", "entry", "distance"))
        wanted = np.sort((one << 36) | (other << 8) | apart)
    both = len(np.intersect1d(mine, wanted, assume_unique=True))
    return {
        "hashes": count,
        "pairs": len(wanted),
        "recall": both / max(1, len(wanted)),
        "wrong": len(mine) - both,
    }


def extrapolated(
    python: Path, kind: str, path: Path, count: int, part: int
) -> dict[str, Any] | None:
    """Seconds for all hashes from those for ``part`` of them, and to add them once."""
    said = faiss_near(python, kind, path, path, part, THRESHOLD)
    if said is None:
        return None
    return {**said, "part": part, "seconds": said["add"] + said["search"] * count / part}


def report(figures: dict[str, Any]) -> None:
    for name in ("pictures", "random", "many"):
        if one := figures.get(name):
            print(
                f"{name}: {one['hashes']:,} hashes, {one['pairs']:,} pairs in "
                f"{one['seconds']:.1f} s, {one['peak_mb']:.0f} MB"
            )
    for name, one in figures["faiss"].items():
        print(
            f"  faiss {name}: {one['seconds']:,.0f} s extrapolated from {one['part']:,} "
            f"hashes; trawl is {figures['ratios'][name]:,.0f} x as fast"
        )
    if held := figures.get("agreement"):
        print(
            f"  on {held['hashes']:,}: recall {held['recall']:.6f} of {held['pairs']:,} pairs, "
            f"{held['wrong']} wrong"
        )


def measure(options: argparse.Namespace, into: Path) -> dict[str, Any]:
    """All figures."""
    pictures = make(options.count, into / f"pictures-{options.count}.npy", options.pictures)
    random = make_random(options.count, into / f"random-{options.count}.npy")
    sample = make(options.sample, into / f"pictures-{options.sample}.npy", options.pictures)
    timed(sample)  # compiled once for this machine, and cached, before anything is timed
    figures: dict[str, Any] = {
        "machine": {"processor": platform.processor(), "cores": os.cpu_count()},
        "threshold": THRESHOLD,
        "pictures": {"hashes": options.count, **timed(pictures)},
        "random": {"hashes": options.count, **timed(random)},
        "faiss": {},
    }
    if options.many:
        many = make(options.many, into / f"pictures-{options.many}.npy", options.pictures)
        figures["many"] = {"hashes": options.many, **timed(many)}
    python = faiss_python()
    if python:
        for kind, part in (("flat", options.part), ("multihash", options.part)):
            if one := extrapolated(python, kind, pictures, options.count, part):
                figures["faiss"][kind] = one
        figures["agreement"] = agreement(python, sample, into)
    seconds = figures["pictures"]["seconds"]
    figures["ratios"] = {name: one["seconds"] / seconds for name, one in figures["faiss"].items()}
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=2_200_000)
    parser.add_argument("--many", type=int, default=0, help="also so many, without a peer")
    parser.add_argument("--part", type=int, default=4_000, help="hashes that Faiss searches for")
    parser.add_argument("--sample", type=int, default=200_000)
    parser.add_argument("--quick", action="store_true", help="100,000 hashes")
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--into", type=Path, help="keep the hashes here")
    parser.add_argument("--find", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--found", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.find:
        find(options.find, options.found)
        return
    if options.quick:
        options.count, options.sample, options.part = 100_000, 20_000, 2_000
    with tempfile.TemporaryDirectory() as temporary:
        into = options.into or Path(temporary)
        into.mkdir(parents=True, exist_ok=True)
        figures = measure(options, into)
    report(figures)
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "near_duplicates.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
