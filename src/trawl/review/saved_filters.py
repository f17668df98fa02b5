"""Filters an officer has saved, by name, in one case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from sqlalchemy import insert, select, update

from trawl.errors import NotFound, StoreError
from trawl.model.access import Act, Officer
from trawl.review.marking import worded
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.store.numbers import next_id
from trawl.store.review_tables import saved_filter

LONGEST_NAME = 80
LONGEST_VALUE = 16_384
MOST = 200


@dataclass(frozen=True, slots=True)
class SavedFilter:
    """One filter. ``value``: as the page gave it."""

    id: int
    name: str
    value: dict[str, Any]
    at_us: int


def save_filter(
    database: Database, officer: Officer, case_id: int, name: str, value: Mapping[str, Any]
) -> int:
    """Save a filter; its identifier. One of the same name is replaced. Raises StoreError."""
    kept, packed = worded("name", name, LONGEST_NAME), _packed(value)
    with database.session(officer) as session:
        require(session, officer, Act.FILTER_SAVE, case_id)
        own = _own(session, officer, case_id)
        before = [one.id for one in own if one.name == kept]
        if len(own) - len(before) >= MOST:
            raise StoreError(f"at most {MOST} filters are saved", hint="Remove one first.")
        for one_id in before:
            _remove(session, one_id)
        filter_id = next_id(session.connection, saved_filter)
        session.connection.execute(
            insert(saved_filter).values(
                id=filter_id,
                case_id=case_id,
                officer_id=officer.id,
                name=kept,
                value=packed,
                at_us=session.clock(),
            )
        )
        session.audit(Act.FILTER_SAVE, case_id=case_id, subject=kept, detail={"id": filter_id})
    return filter_id


def list_filters(database: Database, officer: Officer, case_id: int) -> list[SavedFilter]:
    """The officer's own filters in a case, by name."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        session.audit(Act.REVIEW_READ, case_id=case_id, subject="own filters", detail={})
    with database.reader() as reader:
        return _own(reader, officer, case_id)


def remove_filter(database: Database, officer: Officer, case_id: int, filter_id: int) -> None:
    """Remove one of the officer's own filters. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.FILTER_SAVE, case_id)
        found = [one for one in _own(session, officer, case_id) if one.id == filter_id]
        if not found:
            raise NotFound("there is no such filter of yours")
        _remove(session, filter_id)
        session.audit(
            Act.FILTER_SAVE,
            case_id=case_id,
            subject=found[0].name,
            detail={"id": filter_id, "removed": True},
        )


def _packed(value: Mapping[str, Any]) -> str:
    try:
        packed = msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError as error:
        raise StoreError("the filter holds characters that no text can have") from error
    if len(packed) > LONGEST_VALUE:
        raise StoreError("the filter is too long to be saved")
    return packed.decode()


def _own(view: Reader | Session, officer: Officer, case_id: int) -> list[SavedFilter]:
    columns = saved_filter.c
    rows = view.connection.execute(
        select(columns.id, columns.name, columns.value, columns.at_us)
        .where(
            columns.case_id == case_id,
            columns.officer_id == officer.id,
            columns.removed_us.is_(None),
        )
        .order_by(columns.name, columns.id)
    )
    return [
        SavedFilter(
            row.id, row.name, msgspec.json.decode(row.value, type=dict[str, Any]), row.at_us
        )
        for row in rows
    ]


def _remove(session: Session, filter_id: int) -> None:
    session.connection.execute(
        update(saved_filter)
        .where(saved_filter.c.id == filter_id)
        .values(removed_us=session.clock())
    )
