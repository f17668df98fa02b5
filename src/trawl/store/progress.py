"""How far the intakes of a case have come, from what the database tells: they run in other
processes, on this machine or another.

Of a running one the journal says how many entries are listed and how many of them are logged;
how fast it goes is told by the slices the audit has of the last minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec
from sqlalchemy import func, select

from trawl.model.access import Act
from trawl.model.case import Acquisition
from trawl.model.exhibit import EntryKind, OccurrenceState
from trawl.store import acquisitions, cases, schema
from trawl.store.database import Reader
from trawl.store.log import LogFilter
from trawl.store.log_filter import Condition, Equal, conditions
from trawl.store.scan import scan

WINDOW_US = 60_000_000
"""What a rate is taken over."""
LOOKED_BACK = 2_000
"""Audit rows that are looked at for it: where more is going on, the window is shorter."""
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AcquisitionProgress:
    """One acquisition. ``files``: files in the log, read or not; ``total``: files listed so far,
    which grows while archives are opened (None: nothing is listed yet). What is no file, as a
    link or a locked volume, is taken off both as it is logged, as ``trawl status`` does.
    ``rate``: entries a second over the last minute, ``left_s``: seconds that are left at that
    rate (None: it is finished, or nothing was logged of late). ``failed``, ``locked``, ``lies``:
    files that could not be read as they are, as the log's filters count them."""

    id: int
    begun_us: int
    finished_us: int | None
    files: int
    total: int | None
    rate: float | None
    left_s: float | None
    failed: int
    locked: int
    lies: int


@dataclass(frozen=True, slots=True)
class ExhibitProgress:
    """An exhibit and its acquisitions, in the order they were begun."""

    reference: str
    acquisitions: tuple[AcquisitionProgress, ...]


@dataclass(frozen=True, slots=True)
class _Slices:
    """What the window has of one acquisition: entries logged, and since when."""

    entries: int
    since_us: int


def progress_of(view: Reader, case_id: int, now_us: int) -> list[ExhibitProgress]:
    """The exhibits of a case, in the order they were added, and how far each has come. Whoever
    calls has asked access."""
    found = acquisitions.find_acquisitions(view, case_id)
    running = {one.id for one in found if one.finished_us is None}
    slices = _slices(view, case_id, now_us) if running else {}
    by_exhibit: dict[int, list[AcquisitionProgress]] = {}
    for one in found:
        told = _progress(view, one, slices.get(one.id), now_us)
        by_exhibit.setdefault(one.exhibit_id, []).append(told)
    return [
        ExhibitProgress(exhibit.reference, tuple(by_exhibit.get(exhibit.id, ())))
        for exhibit in cases.exhibits_of(view, case_id)
    ]


def _progress(
    view: Reader, one: Acquisition, slices: _Slices | None, now_us: int
) -> AcquisitionProgress:
    listed, done = _journal(view, one.id)
    rate = None
    if slices is not None and one.finished_us is None:
        rate = slices.entries / max((now_us - slices.since_us) / _SECOND, 1.0)
    left = None if rate is None or listed is None else max(listed - done, 0) / max(rate, 1e-6)
    counts = {name: _count(view, one.id, conditions(wanted)) for name, wanted in UNREAD.items()}
    files = _count(view, one.id, [_A_FILE])
    return AcquisitionProgress(
        id=one.id,
        begun_us=one.begun_us,
        finished_us=one.finished_us,
        files=files,
        total=None if listed is None else listed - (done - files),
        rate=rate,
        left_s=left,
        failed=counts["failed"],
        locked=counts["locked"],
        lies=counts["lies"],
    )


UNREAD = {
    "failed": LogFilter(failed=True),
    "locked": LogFilter(state=OccurrenceState.LOCKED),
    "lies": LogFilter(lying=True),
}
"""The log's filters for what could not be read as it is."""
_A_FILE = Equal("entry", str(EntryKind.FILE))


def _count(view: Reader, acquisition_id: int, wanted: Sequence[Condition]) -> int:
    return sum(len(hits.positions) for hits in scan(view, [acquisition_id], wanted))


def _journal(view: Reader, acquisition_id: int) -> tuple[int | None, int]:
    """Entries listed so far (None: no listing yet), and those in the log."""
    container = schema.container.c
    listed, done = view.connection.execute(
        select(func.sum(container.members), func.sum(container.done)).where(
            container.acquisition_id == acquisition_id
        )
    ).one()
    return None if listed is None else int(listed), int(done or 0)


def _slices(view: Reader, case_id: int, now_us: int) -> dict[int, _Slices]:
    """By acquisition: what the window has of it."""
    found: dict[int, _Slices] = {}
    for at_us, acquisition_id, entries in _logged(view, case_id, now_us):
        before = found.get(acquisition_id, _Slices(0, at_us))
        found[acquisition_id] = _Slices(before.entries + entries, min(before.since_us, at_us))
    return found


def _logged(view: Reader, case_id: int, now_us: int) -> Iterator[tuple[int, int, int]]:
    audit = schema.audit.c
    last = select(func.max(audit.sequence)).scalar_subquery()
    rows = view.connection.execute(
        select(audit.at_us, audit.subject, audit.detail).where(
            audit.sequence > last - LOOKED_BACK,
            audit.act == str(Act.INTAKE_SLICE),
            audit.case_id == case_id,
            audit.at_us > now_us - WINDOW_US,
        )
    )
    for at_us, subject, detail in rows:
        words = subject.split()  # acquisition 3 container 7
        if len(words) > 1 and words[0] == "acquisition" and words[1].isdecimal():
            yield at_us, int(words[1]), int(msgspec.json.decode(detail).get("members", 0))
