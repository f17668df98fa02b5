"""What the gate costs a sheet of 200 tiles, in an empty ledger and in one of 2.2 million showings.

    python benchmarks/gate.py [--showings 2200000] [--sheets 200] [--json FILE]

SQLite, every call its own transaction that is on the disk when it returns. Near: media that lie
beside each other, as the tiles of a view in its usual order do; far: media from all over the case.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from trawl.casework.cases import add_case
from trawl.model.access import Act, Officer
from trawl.store.bulk import insert_rows
from trawl.store.database import Database
from trawl.store.officers import bootstrap
from trawl.store.showings import COLUMNS
from trawl.store.welfare_tables import showing
from trawl.welfare.gate import Shown, show
from trawl.welfare.heartbeat import Looked, beat
from trawl.welfare.ledger import own_ledger
from trawl.welfare.line import line

TILES = 200
MEDIA = 2_200_000
SECOND = 1_000_000
FIRST = 1 << 32  # numbers of the rows that are made up, behind those of the empty ledger


class Desk:
    """An officer in a case, with a clock that a call moves by a second."""

    def __init__(self, path: Path) -> None:
        Database.create(f"sqlite:///{path}").close()
        self.now_us = 1_793_577_600 * SECOND
        self.database = Database.open(f"sqlite:///{path}", clock=lambda: self.now_us)
        self.officer = bootstrap(self.database, "bench")
        self.case_id = add_case(self.database, self.officer, "gate").id

    def fill(self, count: int) -> None:
        """A ledger of so many showings, to four officers."""
        rows = [
            (FIRST + at, 1 + at % 4, self.case_id, at * 7919 % MEDIA, "grey", "A", at, 0)
            for at in range(count)
        ]
        with self.database.session(self.officer) as session:
            insert_rows(session.connection, showing, COLUMNS, rows)
            session.audit(Act.CASE_READ, case_id=None, subject="filled", detail={})

    def sheet(self, media: Sequence[int]) -> None:
        shown = [Shown(each, "A") for each in media]
        show(self.database, self.officer, self.case_id, shown, "grey")

    def beat(self) -> None:
        looked = [Looked(each, "grey", 900) for each in range(60)]
        beat(self.database, self.officer, "a", showing=True, case_id=self.case_id, looked=looked)


def near() -> list[int]:
    begin = random.randrange(MEDIA - TILES)
    return list(range(begin, begin + TILES))


def far() -> list[int]:
    return random.sample(range(MEDIA), TILES)


def timed(desk: Desk, what: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each call."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append((time.perf_counter() - began) * 1000)
        desk.now_us += SECOND
    return sorted(taken)


def sheets(desk: Desk, count: int, times: int) -> dict[str, float]:
    figures: dict[str, float] = {}
    for name, pick in (("near", near), ("far", far)):
        taken = timed(desk, lambda pick=pick: desk.sheet(pick()), times)
        figures[f"{TILES} {name} in {count:,}, median ms"] = statistics.median(taken)
        figures[f"{TILES} {name} in {count:,}, p95 ms"] = taken[int(len(taken) * 0.95)]
    return figures


def others(desk: Desk, times: int) -> dict[str, float]:
    officer: Officer = desk.officer
    asked: dict[str, Callable[[], object]] = {
        "heartbeat with 60 media": desk.beat,
        "the line": lambda: line(desk.database, officer),
        "own ledger of a year": lambda: own_ledger(desk.database, officer, 366),
    }
    return {f"{name}, ms": statistics.median(timed(desk, f, times)) for name, f in asked.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--showings", type=int, default=2_200_000)
    parser.add_argument("--sheets", type=int, default=200)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    random.seed(5)
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder) / "trawl.db")
        figures = sheets(desk, 0, arguments.sheets)
        desk.fill(arguments.showings)
        figures |= sheets(desk, arguments.showings, arguments.sheets)
        figures |= others(desk, arguments.sheets)
        desk.database.close()
    full, empty = (figures[f"{TILES} near in {n:,}, median ms"] for n in (arguments.showings, 0))
    figures["near, full : empty"] = full / empty
    figures = {name: round(value, 2) for name, value in figures.items()}
    for name, value in figures.items():
        print(f"{name:<45} {value:>10,}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
