"""The audit as auditors read it: every act, but nothing by which a restricted case shows itself
to one who is not its member."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import Row, Select, select

from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.store import cases, schema
from trawl.store.access import require
from trawl.store.chain import Scalar
from trawl.store.database import Database, Reader, Session
from trawl.store.values import storable_text

VEILED = "(a restricted case)"
MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Everything that is set must hold. ``act`` is its word or how it begins (``case.``);
    ``officer`` a name; ``case`` a name or a number. ``from_us`` and ``until_us`` bound the
    time, both included."""

    act: str | None = None
    officer: str | None = None
    case: str | None = None
    from_us: int | None = None
    until_us: int | None = None


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the audit, as this auditor may read it."""

    sequence: int
    at_us: int
    officer: str
    act: str
    case: str | None
    subject: str
    detail: dict[str, Scalar]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Rows, the newest first; ``next``: what to ask for the rows behind, None at the end."""

    rows: list[AuditEntry]
    next: int | None


def list_audit(
    database: Database,
    officer: Officer,
    wanted: AuditFilter | None = None,
    *,
    after: int | None = None,
    limit: int = 100,
) -> AuditPage:
    """A page of the audit, the newest rows first: those behind the row ``after``, at most
    ``limit`` (500). That it was read is in it."""
    wanted = wanted or AuditFilter()
    limit = max(1, min(limit, MOST))
    with database.session(officer) as session:
        require(session, officer, Act.AUDIT_READ, None)
        session.audit(Act.AUDIT_READ, case_id=None, subject="page", detail=_said(wanted, after))
    with database.reader() as reader:
        return _page(reader, officer, wanted, after, limit)


def _said(wanted: AuditFilter, after: int | None) -> dict[str, Scalar]:
    """What was asked for. A case's name is left out: it may be one that must not be told."""
    said: dict[str, Scalar] = {"after": after, "act": wanted.act, "officer": wanted.officer}
    return {name: value for name, value in said.items() if value is not None}


def _page(
    view: Reader, officer: Officer, wanted: AuditFilter, after: int | None, limit: int
) -> AuditPage:
    veil = _Veil.of(view, officer)
    case_id = None
    if wanted.case is not None:
        case_id = veil.number(wanted.case)
        if case_id is None:
            return AuditPage([], None)
    rows = view.connection.execute(_query(wanted, case_id, after).limit(limit + 1)).all()
    names = _names(view, rows)
    told = [veil.told(row, names) for row in rows[:limit]]
    return AuditPage(told, told[-1].sequence if len(rows) > limit else None)


def _query(wanted: AuditFilter, case_id: int | None, after: int | None) -> Select[Any]:
    audit = schema.audit.c
    query = select(schema.audit).order_by(audit.sequence.desc())
    if after is not None:
        query = query.where(audit.sequence < after)
    if wanted.act is not None:
        query = query.where(audit.act.startswith(storable_text(wanted.act) or "", autoescape=True))
    if wanted.officer is not None:
        query = query.where(audit.officer_name == storable_text(wanted.officer))
    if case_id is not None:
        query = query.where(audit.case_id == case_id)
    if wanted.from_us is not None:
        query = query.where(audit.at_us >= wanted.from_us)
    if wanted.until_us is not None:
        query = query.where(audit.at_us <= wanted.until_us)
    return query


def _names(view: Reader, rows: Sequence[Row[Any]]) -> dict[int, str]:
    table = schema.case.c
    ids = {row.case_id for row in rows if row.case_id is not None}
    found = view.connection.execute(select(table.id, table.name).where(table.id.in_(ids)))
    return {row.id: cases.plain_name(row.name) for row in found}


@dataclass(frozen=True, slots=True)
class _Veil:
    """The restricted cases this auditor is no member of, and how rows look without them."""

    hidden: dict[int, str]
    _names: re.Pattern[str] | None
    _view: Reader | Session

    @classmethod
    def of(cls, view: Reader | Session, officer: Officer) -> _Veil:
        own = {case.id for case in cases.cases_of(view, officer)}
        restricted: list[Case] = cases.restricted_cases(view)
        hidden = {case.id: case.name for case in restricted if case.id not in own}
        words = "|".join(re.escape(name.casefold()) for name in hidden.values())
        return cls(hidden, re.compile(rf"(?<!\w)(?:{words})(?!\w)") if hidden else None, view)

    def number(self, said: str) -> int | None:
        """The case of a name or number; None for one that is hidden or is not there."""
        found = [one.id for one in cases.cases_named(self._view, said)]
        if said.isdecimal() and len(said) < 19:
            found.append(int(said))
        return next((one for one in found if one not in self.hidden), None)

    def told(self, row: Row[Any], names: dict[int, str]) -> AuditEntry:
        """The row as it may be read."""
        detail: dict[str, Scalar] = msgspec.json.decode(row.detail)
        case, subject = names.get(row.case_id), row.subject
        if row.case_id in self.hidden:
            case, subject, detail = VEILED, VEILED, {}
        elif self._names_one(row.subject) or any(self._tells(*each) for each in detail.items()):
            subject, detail = VEILED, {}
        return AuditEntry(row.sequence, row.at_us, row.officer_name, row.act, case, subject, detail)

    def _tells(self, name: str, value: Scalar) -> bool:
        """Whether a part of a row's detail names a hidden case, by its name or its number."""
        if name in ("case", "cases", "case_id"):
            numbers = {word for word in str(value).split(",") if word.isdecimal()}
            return not numbers.isdisjoint(map(str, self.hidden)) or self._names_one(str(value))
        return isinstance(value, str) and self._names_one(value)

    def _names_one(self, text: str) -> bool:
        return self._names is not None and self._names.search(text.casefold()) is not None
