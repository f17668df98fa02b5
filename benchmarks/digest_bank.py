"""Look-ups in the digests of a hash set, against SQLite with an index and a Python set.

    python benchmarks/digest_bank.py [--digests 100000000] [--quick] [--folder FOLDER]

The digests are random bytes, uniform as those of real contents are, and half of those sought are
known. Building, and answering by each of the three, happen in a process of their own, whose peak
of resident memory is told: Python, NumPy and the batch included. Answers are timed with the
files in the system's cache, and ours once more after they were dropped from it. SQLite gets the
digests sorted, which suits it best, as the key of a table WITHOUT ROWID, and is asked in sorted
batches with IN; the set is asked for bytes that are already there, at ten million, as it does
not fit beyond. Needs 60 bytes of disk a digest. Writes ``benchmarks/results/digest_bank.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.matching.digests.segment import Segment
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.matching.digests.segments import DigestSegments
from trawl.model.hash_set import DigestKind

RESULTS = Path(__file__).resolve().parent / "results"
PART = 1 << 16
BATCHES = (1, 1_000, 10_000, 100_000, 1_000_000)
SET_FITS = 10_000_000
MOST_VARIABLES = 32_000
SEED = 1 << 40
Digests = npt.NDArray[np.uint8]
Answer = Callable[[Any], int]


def part_of(number: int, digests: int) -> Digests:
    """Some of the digests."""
    rows = min(PART, digests - number * PART)
    return np.random.default_rng(number).integers(0, 256, (rows, 16), np.uint8)


def batch_of(size: int, digests: int, seed: int) -> Digests:
    """Digests to seek, half of them known."""
    random = np.random.default_rng(SEED + seed)
    known = size // 2 if size > 1 else 1
    each = -(-known // 16)
    parts = [
        random.permutation(part_of(int(number), digests))[:each]
        for number in random.choice(digests // PART, 16, replace=False)
    ]
    absent = random.integers(0, 256, (size - known, 16), np.uint8)
    return random.permutation(np.concatenate([np.concatenate(parts)[:known], absent]))


def memory() -> dict[str, float]:
    """Of this process, in MB of a million bytes."""
    status = Path("/proc/self/status").read_text()
    names = {"peak_mb": "VmHWM:", "anonymous_mb": "RssAnon:", "mapped_mb": "RssFile:"}
    return {
        name: round(int(status.partition(key)[2].split()[0]) * 1024 / 1e6, 1)
        for name, key in names.items()
    }


def segment_path(folder: Path, digests: int) -> Path:
    """Where the segment of so many is."""
    return folder / f"{digests}.digests"


def build(folder: Path, digests: int) -> dict[str, Any]:
    """Our store."""
    start, making = time.perf_counter(), 0.0
    path = segment_path(folder, digests)
    with SegmentWriter(path, DigestKind.MD5, 1, keep_duplicates=False) as writer:
        for number in range(-(-digests // PART)):
            before = time.perf_counter()
            values = part_of(number, digests)
            making += time.perf_counter() - before
            first = number * PART
            writer.add(np.arange(first, first + len(values)), values)
        writer.finish()
    seconds = time.perf_counter() - start - making
    return {"seconds": round(seconds, 1), "file_mb": round(path.stat().st_size / 1e6), **memory()}


def build_sqlite(folder: Path, digests: int) -> dict[str, Any]:
    """SQLite, from our segment, in order."""
    path = folder / f"{digests}.sqlite"
    segment = Segment(segment_path(folder, digests))
    start = time.perf_counter()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(
            "CREATE TABLE known (digest BLOB PRIMARY KEY, entry INTEGER) WITHOUT ROWID"
        )
        for rows in _read(segment):
            connection.executemany("INSERT INTO known VALUES (?, ?)", rows)
    seconds = time.perf_counter() - start
    return {"seconds": round(seconds, 1), "file_mb": round(path.stat().st_size / 1e6), **memory()}


def _read(segment: Segment) -> Iterator[Iterator[tuple[bytes, int]]]:
    for at in range(0, segment.count, PART):
        rows = segment.read(at, min(at + PART, segment.count))
        words = np.stack([rows.hi, rows.lo], axis=1).astype(">u8").tobytes()
        digests = (words[start : start + 16] for start in range(0, len(words), 16))
        yield zip(digests, rows.number.tolist(), strict=True)


def times(
    answer: Answer, digests: int, prepared: Callable[[Digests], Any] = np.asarray
) -> dict[str, Any]:
    """Look-ups a second by the size of the batch; the median of several batches. ``prepared``:
    what is done to a batch before the clock starts."""
    rates: dict[str, Any] = {}
    for size in BATCHES:
        seconds = []
        for number in range(20 if size == 1 else 5):
            batch = prepared(batch_of(size, digests, number))
            start = time.perf_counter()
            found = answer(batch)
            seconds.append(time.perf_counter() - start)
            assert found == (size // 2 if size > 1 else 1), (size, found)
        rates[str(size)] = round(size / median(seconds))
    return rates


def answer_ours(folder: Path, digests: int) -> dict[str, Any]:
    """Ours, warm."""
    with DigestSegments.open([segment_path(folder, digests)]) as segments:
        idle = memory()
        rates = times(lambda batch: len(segments.look_up(batch).queries), digests)
    return {"rates": rates, "opened_mb": idle["peak_mb"], **memory()}


def answer_cold(folder: Path, digests: int) -> dict[str, Any]:
    """Ours, after the file was dropped from the cache: one batch of each size."""
    rates = {}
    path = segment_path(folder, digests)
    for size in BATCHES:
        batch = batch_of(size, digests, size)
        _drop(path)
        start = time.perf_counter()
        with DigestSegments.open([path]) as segments:
            segments.look_up(batch)
        rates[str(size)] = round(size / (time.perf_counter() - start))
    return {"rates": rates, **memory()}


def _drop(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(descriptor)


def answer_sqlite(folder: Path, digests: int) -> dict[str, Any]:
    """SQLite, warm."""
    connection = sqlite3.connect(folder / f"{digests}.sqlite")

    def answer(batch: Digests) -> int:
        sought = sorted(row.tobytes() for row in batch)
        found = 0
        for start in range(0, len(sought), MOST_VARIABLES):
            part = sought[start : start + MOST_VARIABLES]
            marks = ",".join("?" * len(part))
            query = f"SELECT digest, entry FROM known WHERE digest IN ({marks})"
            found += len(connection.execute(query, part).fetchall())
        return found

    rates = times(answer, digests)
    connection.close()
    return {"rates": rates, **memory()}


def answer_set(folder: Path, digests: int) -> dict[str, Any]:
    """A set of bytes."""
    del folder
    known: set[bytes] = set()
    for number in range(-(-digests // PART)):
        known.update(_bytes(part_of(number, digests)))
    rates = times(lambda batch: sum(digest in known for digest in batch), digests, _bytes)
    return {"rates": rates, **memory()}


def _bytes(values: Digests) -> list[bytes]:
    data = values.tobytes()
    return [data[start : start + 16] for start in range(0, len(data), 16)]


CHILDREN: dict[str, Callable[[Path, int], dict[str, Any]]] = {
    "build": build,
    "build-sqlite": build_sqlite,
    "ours": answer_ours,
    "ours-cold": answer_cold,
    "sqlite": answer_sqlite,
    "set": answer_set,
}


def in_a_process(child: str, folder: Path, digests: int) -> dict[str, Any]:
    """What a process of its own says of one measurement."""
    command = [sys.executable, __file__, "--child", child]
    command += ["--folder", str(folder), "--digests", str(digests)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    rates = {size: f"{rate:,}/s" for size, rate in told.get("rates", {}).items()}
    print(f"{digests:>11,} {child:>12}: {told | {'rates': rates}}", flush=True)
    return told


def measure(folder: Path, digests: int) -> dict[str, Any]:
    """Everything at one size."""
    told = {name: in_a_process(name, folder, digests) for name in ("build", "build-sqlite")}
    names = ["ours", "sqlite", "ours-cold"] + ["set"] * (digests <= SET_FITS)
    told |= {name: in_a_process(name, folder, digests) for name in names}
    for path in folder.iterdir():
        path.unlink()
    told["ratios"] = {
        f"ours / {other}, batches of {size}": round(
            told["ours"]["rates"][size] / told[other]["rates"][size], 2
        )
        for other in ("sqlite", "set")
        if other in told
        for size in told["ours"]["rates"]
    }
    return told


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--digests", type=int, default=100_000_000)
    arguments.add_argument("--quick", action="store_true", help="two million")
    arguments.add_argument("--folder", type=Path, help="where there is room; a temporary one")
    arguments.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    asked = arguments.parse_args()
    if asked.child:
        print(json.dumps(CHILDREN[asked.child](asked.folder, asked.digests)))
        return
    digests = 2_000_000 if asked.quick else asked.digests
    if digests < 16 * PART:
        arguments.error(f"--digests: at least {16 * PART:,}")
    results: dict[str, Any] = {"python": platform.python_version(), "cores": os.cpu_count()}
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        for size in sorted({min(digests, SET_FITS), digests}):
            results[str(size)] = measure(Path(folder), size)
    largest = results[str(digests)]
    for name, ratio in largest["ratios"].items():
        print(f"{name}: {ratio} ×")
    print(
        f"{digests:,} digests: {max(largest['ours']['rates'].values()):,} look-ups/s, "
        f"{largest['ours']['peak_mb']} MB resident (goal: 500,000/s, 300 MB)"
    )
    if not asked.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "digest_bank.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
