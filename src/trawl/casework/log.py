"""The log of a case: looking at it and taking it out."""

from __future__ import annotations

from dataclasses import asdict
from typing import BinaryIO

from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition, Case
from trawl.store import log
from trawl.store.access import require
from trawl.store.acquisitions import totals
from trawl.store.chain import Scalar
from trawl.store.database import Database
from trawl.store.log import LogFilter, LogRow
from trawl.store.log_export import ExportFormat, export


def read_log(
    database: Database,
    officer: Officer,
    case: Case,
    wanted: LogFilter | None = None,
    *,
    after: int | None = None,
    limit: int = 100,
) -> list[LogRow]:
    """A page of the log: the first rows behind the occurrence ``after``."""
    with database.session(officer) as session:
        require(session, officer, Act.LOG_READ, case.id)
        detail = {**_detail(wanted), "after": after, "limit": limit}
        session.audit(Act.LOG_READ, case_id=case.id, subject="page", detail=detail)
    with database.reader() as reader:
        return log.page(reader, case.id, wanted, after, limit)


def count_log(
    database: Database, officer: Officer, case: Case, wanted: LogFilter | None = None
) -> int:
    """How many rows of the log meet the filter."""
    with database.session(officer) as session:
        require(session, officer, Act.LOG_READ, case.id)
        session.audit(Act.LOG_READ, case_id=case.id, subject="count", detail=_detail(wanted))
    with database.reader() as reader:
        return log.count(reader, case.id, wanted)


def export_log(
    database: Database,
    officer: Officer,
    case: Case,
    kind: ExportFormat,
    out: BinaryIO,
    wanted: LogFilter | None = None,
) -> int:
    """Write the log, or what of it meets the filter, to ``out``; returns the number of rows.

    The audit row is written first: rows that left the house before it broke off have left it,
    and minutes of writing must not keep an intake waiting.
    """
    with database.session(officer) as session:
        require(session, officer, Act.LOG_EXPORT, case.id)
        session.audit(Act.LOG_EXPORT, case_id=case.id, subject=str(kind), detail=_detail(wanted))
    with database.reader() as reader:
        return export(log.stream(reader, case.id, wanted), kind, out)


def acquisition_totals(
    database: Database, officer: Officer, acquisition: Acquisition
) -> dict[str, int]:
    """The figures of one acquisition."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, acquisition.case_id)
        session.audit(
            Act.CASE_READ,
            case_id=acquisition.case_id,
            subject="totals",
            detail={"acquisition": acquisition.id},
        )
    with database.reader() as reader:
        return totals(reader, acquisition.id)


def _detail(wanted: LogFilter | None) -> dict[str, Scalar]:
    """What of the filter is set."""
    return {
        name: value.hex() if isinstance(value, bytes) else value
        for name, value in asdict(wanted or LogFilter()).items()
        if value is not None
    }
