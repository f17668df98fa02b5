"""Intake against the floor, against itself on known content, and against the peers.

    python benchmarks/intake.py [--web 8000] [--camera 1500] [--pictures FOLDER] [--many 2200000]

The floor does no more than anyone must: read, three digests, one scaled RGB decode to at least
512 px (simplejpeg, fastdct), one process a core, workers already started. Trawl is timed as a
user meets it: the whole ``trawl intake`` command, from the start of Python to the sealed
manifest (the matching that follows is another job, and measured in ``growing_case.py``). Each
pair is timed in turn, several rounds, and the ratio is that of the medians.
Peers run in their own virtual environment (``.venv-peers``), made on first use.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import shutil
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import simplejpeg

from memory import Watched, run_watched
from pictures import CAMERA, WEB, make, photographs

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
PEERS = ("perception[pdq]==0.9.3", "pdqhash==0.2.8", "czkawka==0.1.2")
PEER_PICTURES = {WEB: 800, CAMERA: 160}
TRAWL = [str(Path(sys.executable).with_name("trawl"))]
Run = Callable[[], float]


def read_and_digest(path: str) -> int:
    """What re-intake is measured against."""
    data = Path(path).read_bytes()
    for name in ("md5", "sha1", "sha256"):
        hashlib.new(name, data, usedforsecurity=False).digest()
    return len(data)


def floor(path: str) -> int:
    """What intake is measured against."""
    data = Path(path).read_bytes()
    for name in ("md5", "sha1", "sha256"):
        hashlib.new(name, data, usedforsecurity=False).digest()
    simplejpeg.decode_jpeg(data, "RGB", fastdct=True, min_height=512, min_width=512)
    return len(data)


def timed_pool(work: Callable[[str], int], paths: list[str]) -> Run:
    """Seconds to put every path through ``work`` on all cores, workers already started."""

    def run() -> float:
        with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
            pool.map(work, paths[:16], chunksize=1)
            start = time.perf_counter()
            pool.map(work, paths, chunksize=16)
            return time.perf_counter() - start

    return run


class Workspace:
    """A workspace for one round."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.last: dict[str, Any] = {}
        self.memory = Watched()

    def fresh(self) -> None:
        """A new one, with a case."""
        shutil.rmtree(self.folder, ignore_errors=True)
        for command in (["init", str(self.folder)], ["-w", str(self.folder), "case", "add", "B"]):
            subprocess.run([*TRAWL, *command], check=True, capture_output=True)

    def intake(self, pictures: Path, exhibit: str) -> float:
        """Seconds of one whole ``trawl intake``."""
        command = [*TRAWL, "-w", str(self.folder), "intake", str(pictures), "--case", "B"]
        start = time.perf_counter()
        told = ("--exhibit", exhibit, "--no-match", "--json", "--quiet")
        output, self.memory = run_watched([*command, *told])
        seconds = time.perf_counter() - start
        self.last = json.loads(output.splitlines()[-1])
        return seconds


def peer_python() -> Path | None:
    """The interpreter of the peers' environment; None where it cannot be made."""
    folder = HERE.parent / ".venv-peers"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print("setting up the peers …", flush=True)
        venv.create(folder, with_pip=True, clear=True)
        done = subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", *PEERS], capture_output=True
        )
        if done.returncode != 0:
            return None
        (folder / "ready").touch()
    return python


def timed_peer(python: Path, name: str, pictures: Path) -> float | None:
    """Seconds a peer says it took over the folder; None when it failed."""
    done = subprocess.run(
        [str(python), str(HERE / "peers" / f"{name}.py"), str(pictures)],
        capture_output=True,
        text=True,
    )
    if done.returncode != 0:
        print(f"  {name}: {done.stderr.strip().splitlines()[-1:]}")
        return None
    return float(done.stdout.split()[-1])


def timed_hashdeep(pictures: Path) -> float | None:
    """Seconds of hashdeep with the same three digests, one thread a core; None if not here."""
    program = shutil.which("hashdeep")
    if program is None:
        return None
    command = [program, "-c", "md5,sha1,sha256", "-r", f"-j{os.cpu_count()}", str(pictures)]
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def link_thrice(pictures: Path) -> Path:
    """The same pictures at three paths each. Re-intake is so fast that a few thousand files
    would measure the start of Python."""
    folder = pictures.with_name(f"{pictures.name}-thrice")
    if not folder.exists():
        for copy in ("a", "b", "c"):
            (folder / copy).mkdir(parents=True)
            for path in pictures.rglob("*.jpg"):
                os.link(path, folder / copy / path.name)
    return folder


def measure(size: str, count: int, rounds: int, into: Path, sources: list[Any]) -> dict[str, Any]:
    """All figures of one size of picture."""
    pictures = make(size, count, into, sources)
    paths = sorted(str(path) for path in pictures.rglob("*.jpg"))
    total = sum(Path(path).stat().st_size for path in paths)
    print(f"{size}: {len(paths):,} pictures, {total / len(paths) / 1e3:.0f} kB each", flush=True)
    workspace = Workspace(into / "workspace")
    taken: dict[str, list[float]] = {
        name: [] for name in ("floor", "intake", "read and digest", "known")
    }
    linked = link_thrice(pictures)
    again = sorted(str(path) for path in linked.rglob("*.jpg"))
    peak = Watched()
    for _ in range(rounds):
        taken["floor"].append(timed_pool(floor, paths)())
        workspace.fresh()
        taken["intake"].append(workspace.intake(pictures, "B/1"))
        peak = peak.larger(workspace.memory)
        assert workspace.last["pictures"] == len(paths), workspace.last
        assert workspace.last["failed"] == workspace.last["undecoded"] == 0, workspace.last
        taken["read and digest"].append(timed_pool(read_and_digest, again)())
        taken["known"].append(workspace.intake(linked, "B/2"))
        assert workspace.last["known"] == len(again), workspace.last
    counts = {"read and digest": len(again), "known": len(again)}
    rates = {
        name: counts.get(name, len(paths)) / statistics.median(each) for name, each in taken.items()
    }
    rates |= peers(pictures, len(paths), PEER_PICTURES[size])
    figures = {
        "count": len(paths),
        "bytes": total,
        "seconds": taken,
        "per_second": rates,
        "peak_mb": {"coordinator": peak.coordinator_mb, "workers": peak.workers_mb},
        "ratios": ratios(rates),
    }
    shutil.rmtree(workspace.folder, ignore_errors=True)
    report(figures)
    return figures


def peers(pictures: Path, count: int, some: int) -> dict[str, float]:
    """Pictures a second of each peer that can be had. Those that decode at full size see the
    first ``some`` pictures only: they would take hours over all, and their rate is steady."""
    python = peer_python()
    rates = {}
    seconds = timed_hashdeep(pictures)
    if seconds:
        rates["hashdeep (digests alone)"] = count / seconds
    few = pictures.with_name(f"{pictures.name}-first-{some}")
    if not few.exists():
        few.mkdir()
        for path in sorted(pictures.rglob("*.jpg"))[:some]:
            os.link(path, few / path.name)
    for name, script in (
        ("perception (PDQ)", "perception_pdq"),
        ("czkawka", "czkawka_similar"),
    ):
        seconds = timed_peer(python, script, few) if python is not None else None
        if seconds:
            rates[name] = min(some, count) / seconds
    return rates


def ratios(rates: dict[str, float]) -> dict[str, float]:
    """The claims."""
    found = {
        "intake : floor": rates["intake"] / rates["floor"],
        "known : read and digest": rates["known"] / rates["read and digest"],
    }
    for name in rates.keys() - {"floor", "intake", "known", "read and digest"}:
        base = "known" if name.startswith("hashdeep") else "intake"
        found[f"{base} : {name}"] = rates[base] / rates[name]
    return found


def report(figures: dict[str, Any]) -> None:
    """Print one size's figures."""
    for name, rate in sorted(figures["per_second"].items(), key=lambda item: -item[1]):
        print(f"  {name:28} {rate:9,.1f} pictures/s")
    for name, ratio in sorted(figures["ratios"].items()):
        print(f"  {name:44} {ratio:6.2f}")
    peak = figures["peak_mb"]
    print(f"  peak memory: coordinator {peak['coordinator']:.0f} MB, ", end="")
    print(f"workers together {peak['workers']:.0f} MB", flush=True)


def many(count: int, into: Path, sources: list[Any]) -> dict[str, Any]:
    """A real intake of very many files: hard links to a few thousand different small pictures.
    It shows that memory does not grow with the haul."""
    few = make("small", 2000, into, sources)
    originals = sorted(few.rglob("*.jpg"))
    folder = into / f"many-{count}"
    print(f"linking {count:,} files …", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    for number in range(count):
        target = folder / f"{number // 5000:04d}" / f"IMG_{number:07d}.jpg"
        if number % 5000 == 0:
            target.parent.mkdir(parents=True)
        os.link(originals[number % len(originals)], target)
    workspace = Workspace(into / "workspace-many")
    workspace.fresh()
    seconds = workspace.intake(folder, "B/1")
    assert workspace.last["files"] == count, workspace.last
    peak = workspace.memory
    figures = {
        "files": count,
        "seconds": seconds,
        "files_per_second": count / seconds,
        "peak_mb": {"coordinator": peak.coordinator_mb, "workers": peak.workers_mb},
        "peak_total_mb": peak.total_mb,
    }
    print(
        f"many: {count:,} files in {seconds:,.0f} s ({count / seconds:,.0f}/s); peak memory "
        f"{peak.total_mb:,.0f} MB together, coordinator {peak.coordinator_mb:,.0f} MB",
        flush=True,
    )
    shutil.rmtree(workspace.folder)
    shutil.rmtree(folder)
    return figures


def machine() -> dict[str, Any]:
    """The machine's shape."""
    cpus = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next(
        (line.split(":")[1].strip() for line in cpus if "model name" in line),
        "",
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
    }


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--web", type=int, default=8000, help="pictures of web size")
    parser.add_argument("--camera", type=int, default=1500, help="pictures of camera size")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pictures", type=Path, help="photographs to make them of")
    parser.add_argument("--into", type=Path, default=RESULTS / "tmp")
    parser.add_argument("--many", type=int, default=0, help="files of the memory run; 0: none")
    options = parser.parse_args()
    sources = photographs(options.pictures)
    options.into.mkdir(parents=True, exist_ok=True)
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "intake.json"
    figures: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    figures["machine"] = machine()
    for size, count in ((WEB, options.web), (CAMERA, options.camera)):
        if count:
            figures[size] = measure(size, count, options.rounds, options.into, sources)
            path.write_text(json.dumps(figures, indent=1) + "\n")
    if options.many:
        figures["many"] = many(options.many, options.into, sources)
        path.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
