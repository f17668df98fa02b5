"""The log of 2.2 million occurrences: load, page, count, export.

    python benchmarks/scale.py [--rows 2200000] [--database URL] [--keep]

Rows are made up, with the skew of a real haul, and go through the same ``write_slice`` as an
intake's. Pages are asked for with every filter, at random depths: "cold" by a database that was
opened for this one page, "warm" by one that has been asked before. Exports run in a process of
their own each, whose peak of resident memory is told. Writes ``benchmarks/results/scale.json``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from sqlalchemy import text

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.model.access import Act, Officer
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Logged
from trawl.model.media import (
    Digests,
    Facts,
    FileType,
    Finding,
    FindingState,
    Fingerprint,
    Kind,
    MediaRecord,
)
from trawl.store.acquisitions import begin_acquisition, finish_acquisition, totals
from trawl.store.audit import verify
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root, container
from trawl.store.database import Database
from trawl.store.log import LogFilter, count, page, stream
from trawl.store.log_export import ExportFormat, export
from trawl.store.officers import bootstrap
from trawl.store.slices import write_slice

SLICE = 512
EXHIBITS = 4
PAGE = 100
DEPTHS = 6
CASE = 1
YEAR_S = 365 * 86_400
YEAR_US = YEAR_S * 1_000_000
START_US = 1_262_304_000_000_000  # 2010-01-01

TYPES = (
    (0.68, FileType("image/jpeg", Kind.IMAGE, ("jpg", "jpeg")), "jpg"),
    (0.08, FileType("image/png", Kind.IMAGE, ("png",)), "png"),
    (0.02, FileType("image/heic", Kind.IMAGE, ("heic",)), "heic"),
    (0.06, FileType("video/mp4", Kind.VIDEO, ("mp4",)), "mp4"),
    (0.03, FileType("audio/mpeg", Kind.AUDIO, ("mp3",)), "mp3"),
    (0.05, FileType("application/pdf", Kind.DOCUMENT, ("pdf",)), "pdf"),
    (0.08, FileType("application/octet-stream", Kind.OTHER), "dat"),
)
CAMERAS = [f"Camera {number}" for number in range(60)]
WEIGHTS = [1 / (number + 1) for number in range(60)]
PRINTS = [hashlib.sha256(bytes([number])).digest() for number in range(256)]


def peak_mib() -> float:
    """Peak of resident memory of this program; getrusage would tell that of its parent too."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


class Haul:
    """Made-up rows, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._next = seed << 32
        self._seen: list[tuple[MediaRecord, str]] = []

    def rows(self, first: int, many: int) -> list[Logged]:
        """Members ``first`` … of one exhibit."""
        return [self._row(number) for number in range(first, first + many)]

    def _row(self, number: int) -> Logged:
        chance = self._random.random
        record, extension = self._content()
        folder = number // 400
        lies = chance() < 0.005
        name = f"IMG_{number % 400:04}.{'txt' if lies else extension}"
        day = START_US + (folder * 7919 % 5000) * YEAR_US // 365
        entry = Entry(
            path=f"data/media/{folder % 37}/DCIM/{folder:05}/{name}".encode(),
            size=record.size,
            locator=str(number),
            modified_us=day + number % 400 * 1_000_000 + self._random.randrange(1_000_000),
            deleted=chance() < 0.03,
        )
        luck = chance()
        if luck < 0.001:
            return Logged(entry=entry, state=OccurrenceState.UNREADABLE, reason="input error")
        if luck < 0.0015:
            return Logged(entry=entry, state=OccurrenceState.LOCKED, reason="needs a password")
        return Logged(
            entry=entry,
            state=OccurrenceState.LOGGED,
            sha256=record.digests.sha256,
            size=record.size,
            lies=lies,
            media=record,
        )

    def _content(self) -> tuple[MediaRecord, str]:
        if self._seen and self._random.random() < 0.3:
            return self._seen[int(len(self._seen) * self._random.random() ** 3)]
        made = self._new()
        if self._random.random() < 0.02 and len(self._seen) < 20_000:
            self._seen.append(made)
        return made

    def _new(self) -> tuple[MediaRecord, str]:
        self._next += 1
        sha256 = hashlib.sha256(self._next.to_bytes(8, "big")).digest()
        draw = self._random.random()
        for share, kind, extension in TYPES:  # noqa: B007
            draw -= share
            if draw < 0:
                break
        record = MediaRecord(
            digests=Digests(sha256[:16], sha256[:20], sha256),
            size=int(self._random.lognormvariate(13, 1.5)),
            type=kind,
            findings=self._findings(kind, sha256),
        )
        return record, extension

    def _findings(self, kind: FileType, sha256: bytes) -> tuple[Finding, ...]:
        if kind.kind is not Kind.IMAGE:
            return (Finding(name="type", version=1),)
        pick = self._random
        if pick.random() < 0.01:
            return (
                Finding(name="picture", version=1, state=FindingState.FAILED, reason="truncated"),
            )
        camera = pick.choices(CAMERAS, WEIGHTS)[0] if pick.random() < 0.5 else None
        placed = camera is not None and pick.random() < 0.2
        facts = Facts(
            width=pick.choice((1600, 4000, 1080)),
            height=pick.choice((1200, 3000, 1920)),
            taken_at_us=START_US + pick.randrange(15 * YEAR_S) * 1_000_000 if camera else None,
            camera_make="Maker" if camera else None,
            camera_model=camera,
            camera_serial=str(pick.randrange(10_000)) if camera else None,
            latitude=pick.uniform(50, 59) if placed else None,
            longitude=pick.uniform(-6, 2) if placed else None,
        )
        print_ = Fingerprint(PRINTS[sha256[0]], pick.randrange(101))
        return (Finding(name="picture", version=1, facts=facts, fingerprint=print_),)


FILTERS: dict[str, LogFilter] = {
    "everything": LogFilter(),
    "pictures": LogFilter(kind=Kind.IMAGE),
    "videos": LogFilter(kind=Kind.VIDEO),
    "a kind there is none of": LogFilter(kind=Kind.DISK_IMAGE),
    "unreadable": LogFilter(state=OccurrenceState.UNREADABLE),
    "locked": LogFilter(state=OccurrenceState.LOCKED),
    "failed": LogFilter(failed=True),
    "lying": LogFilter(lying=True),
    "deleted": LogFilter(deleted=True),
    "has a place": LogFilter(has_place=True),
    "extension heic": LogFilter(extension="heic"),
    "extension there is none of": LogFilter(extension="xyz"),
    "camera, common": LogFilter(camera_model="Camera 0"),
    "camera, rare": LogFilter(camera_model="Camera 59"),
    "camera there is none of": LogFilter(camera_model="Nokia"),
    "text, in every path": LogFilter(text="dcim"),
    "text, in some names": LogFilter(text="img_0399"),
    "text, one folder": LogFilter(text="/DCIM/00500/"),
    "text, across the last slash": LogFilter(text="0/img_0001.p"),
    "text, nowhere": LogFilter(text="holiday"),
    "sha256 there is none of": LogFilter(sha256=bytes(32)),
    "size, a narrow range": LogFilter(size_min=1_000_000, size_max=1_000_100),
    "size, beyond all": LogFilter(size_min=1 << 45),
    "modified, one day": LogFilter(
        modified_from_us=START_US + YEAR_US, modified_until_us=START_US + YEAR_US + 86_400_000_000
    ),
    "taken, one hour": LogFilter(
        taken_from_us=START_US + YEAR_US, taken_until_us=START_US + YEAR_US + 3_600_000_000
    ),
    "pictures named .mp4": LogFilter(kind=Kind.IMAGE, extension="mp4"),
    "halves that never meet": LogFilter(
        kind=Kind.VIDEO, camera_model="Camera 0", size_min=100_000, deleted=False
    ),
    "four ranges and a text, no match": LogFilter(
        kind=Kind.IMAGE,
        size_min=100_000,
        size_max=900_000,
        modified_from_us=START_US,
        taken_from_us=START_US + YEAR_US,
        has_place=True,
        text="img_9",
    ),
    "last exhibit, rare": LogFilter(exhibit=f"S/{EXHIBITS}", lying=True, kind=Kind.VIDEO),
}


def load(database: Database, rows: int, packs: Path) -> dict[str, float]:
    """Write the haul; the time counted is the store's alone."""
    officer = bootstrap(database, "bench")
    case = add_case(database, officer, "scale")
    spent = 0.0
    for number in range(1, EXHIBITS + 1):
        exhibit = ensure_exhibit(database, officer, case, f"S/{number}")
        with database.session(officer) as session:
            acquisition_id = begin_acquisition(session, exhibit.id, ["/haul"], {})
            root = add_root(session, acquisition_id)
            session.audit(Act.INTAKE_BEGIN, case_id=case.id, subject="", detail={})
        haul = Haul(number)
        with PackWriter(packs / str(number)) as writer:
            for first in range(0, rows // EXHIBITS, SLICE):
                made = haul.rows(first, min(SLICE, rows // EXHIBITS - first))
                started = time.perf_counter()
                _write(database, officer, root.id, made, writer)
                spent += time.perf_counter() - started
        started = time.perf_counter()
        _seal(database, officer, acquisition_id)
        spent += time.perf_counter() - started
        print(f"  exhibit {number} loaded, {spent:,.0f} s in the store so far", flush=True)
    peak = peak_mib()
    return {"seconds": spent, "rows_per_s": rows / spent, "peak_mib": peak}


def _write(
    database: Database, officer: Officer, root: int, rows: list[Logged], writer: PackWriter
) -> None:
    with database.session(officer) as session:
        current = container(session, root)
        write_slice(
            session,
            container=current,
            first=current.done,
            rows=rows,
            thumbnails=writer,
            open_depth=8,
        )
        session.audit(
            Act.INTAKE_SLICE, case_id=CASE, subject=str(current.done), detail={"rows": len(rows)}
        )


def _seal(database: Database, officer: Officer, acquisition_id: int) -> None:
    with database.session(officer) as session:
        finish_acquisition(
            session,
            acquisition_id,
            manifest_root=b"",
            manifest_lines=0,
            signature=b"",
            key_id="bench",
        )
        session.audit(Act.INTAKE_SEAL, case_id=CASE, subject="", detail={})


def timed_pages(url: str, rows: int) -> dict[str, object]:
    """Milliseconds of a page with every filter at random depths, cold and warm."""
    pick = random.Random(7)
    depths = [None, *(_somewhere(pick, rows) for _ in range(DEPTHS - 1))]
    warm_database = Database.open(url)
    found: dict[str, dict[str, float]] = {}
    every: dict[str, list[float]] = {"cold": [], "warm": []}
    for name, wanted in FILTERS.items():
        cold = []
        for after in depths:
            fresh = Database.open(url)
            cold.append(_page_ms(fresh, wanted, after))
            fresh.close()
        for after in depths:
            _page_ms(warm_database, wanted, after)
        warm = [_page_ms(warm_database, wanted, after) for after in depths]
        started = time.perf_counter()
        with warm_database.reader() as reader:
            matching = count(reader, CASE, wanted)
        found[name] = {
            "rows": matching,
            "cold_ms_median": median(cold),
            "cold_ms_max": max(cold),
            "warm_ms_median": median(warm),
            "warm_ms_max": max(warm),
            "count_ms": (time.perf_counter() - started) * 1000,
        }
        every["cold"] += cold
        every["warm"] += warm
    warm_database.close()
    summary = {
        kind: {"p50_ms": median(times), "p95_ms": quantiles(times, n=20)[-1], "max_ms": max(times)}
        for kind, times in every.items()
    }
    return {"summary": summary, "filters": found}


def _somewhere(pick: random.Random, rows: int) -> int:
    each = rows // EXHIBITS
    return (pick.randrange(1, EXHIBITS + 1) << 36) + pick.randrange(each)


def _page_ms(database: Database, wanted: LogFilter, after: int | None) -> float:
    with database.reader() as reader:
        reader.connection.execute(text("SELECT 1"))  # connecting is not paging
        started = time.perf_counter()
        page(reader, CASE, wanted, after, PAGE)
        return (time.perf_counter() - started) * 1000


def export_here(url: str, kind: str) -> dict[str, float]:
    """Export everything in this process."""
    database = Database.open(url)
    before = peak_mib()
    with tempfile.TemporaryFile() as out, database.reader() as reader:
        started = time.perf_counter()
        written = export(stream(reader, CASE), ExportFormat(kind), out)
        seconds = time.perf_counter() - started
        size = out.tell()
    peak = peak_mib()
    return {
        "rows": written,
        "rows_per_s": written / seconds,
        "bytes": size,
        "peak_mib": peak,
        "before_mib": before,
    }


def exports(url: str) -> Iterator[tuple[str, dict[str, float]]]:
    """Each export in a process of its own."""
    for kind in ExportFormat:
        done = subprocess.run(
            [sys.executable, __file__, "--database", url, "--export", kind],
            check=True,
            stdout=subprocess.PIPE,
        )
        yield kind, json.loads(done.stdout)


def others(url: str) -> dict[str, float]:
    """Seconds of the figures of an acquisition, and audit rows verified a second."""
    database = Database.open(url)
    with database.reader() as reader:
        started = time.perf_counter()
        totals(reader, 1)
        figures = time.perf_counter() - started
        started = time.perf_counter()
        report = verify(reader)
        checked = time.perf_counter() - started
        if database.dialect == "postgresql":
            size = reader.connection.execute(
                text("SELECT pg_database_size(current_database())")
            ).scalar_one()
        else:
            size = Path(database.url.removeprefix("sqlite:///")).stat().st_size
    database.close()
    return {
        "totals_seconds": figures,
        "audit_rows_per_s": report.rows / checked,
        "database_bytes": size,
    }


def show(result: dict[str, object]) -> None:
    """Print the table."""
    print(json.dumps({key: value for key, value in result.items() if key != "pages"}, indent=1))
    pages = result["pages"]
    assert isinstance(pages, dict)
    print(f"{'filter':36}{'rows':>10}{'cold ms':>16}{'warm ms':>16}{'count ms':>10}")
    for name, row in pages["filters"].items():
        cold = f"{row['cold_ms_median']:.1f} / {row['cold_ms_max']:.1f}"
        warm = f"{row['warm_ms_median']:.1f} / {row['warm_ms_max']:.1f}"
        print(f"{name:36}{row['rows']:>10,}{cold:>16}{warm:>16}{row['count_ms']:>10.1f}")
    print(json.dumps(pages["summary"], indent=1))


def main() -> None:
    """Parse, run, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=2_200_000)
    parser.add_argument("--database", help="URL of an empty database (default: a new SQLite)")
    parser.add_argument("--export", help=argparse.SUPPRESS)
    parser.add_argument("--loaded", action="store_true", help="the database is loaded already")
    parser.add_argument("--folder", type=Path, help="where the database and the packs go")
    asked = parser.parse_args()
    if asked.export:
        print(json.dumps(export_here(asked.database, asked.export)))
        return
    with tempfile.TemporaryDirectory(prefix="trawl-scale-", dir=asked.folder) as folder:
        url = asked.database or f"sqlite:///{folder}/scale.db"
        result: dict[str, object] = {"rows": asked.rows, "database": url.split(":")[0]}
        if not asked.loaded:
            database = Database.create(url)
            result["load"] = load(database, asked.rows, Path(folder) / "packs")
            database.close()
        result["pages"] = timed_pages(url, asked.rows)
        result["exports"] = dict(exports(url))
        result["other"] = others(url)
    show(result)
    results = Path(__file__).with_name("results")
    results.mkdir(exist_ok=True)
    name = "scale.json" if result["database"] == "sqlite" else "scale_postgresql.json"
    (results / name).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
