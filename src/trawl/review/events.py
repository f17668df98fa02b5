"""What has happened in cases since: for the pages of those who work on them at the same time.

The audit trail is the one feed: every act leaves a row there, in the order the acts were
committed, whichever process did them. What is told names media, never a category, and of a vote
never who cast it, but to that officer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from sqlalchemy import Row, or_, select

from trawl.model.access import Act, Officer
from trawl.store.access import require, verdict
from trawl.store.changes import head_of_audit
from trawl.store.database import Database, Reader
from trawl.store.grading_acts import acts_by_id, media_of
from trawl.store.resolutions import resolved_by
from trawl.store.schema import audit

MOST_MEDIA = 1000
"""Media named in one event."""

MOST_EVENTS = 500
"""Events read at a time; of more, only that there are many."""


class EventKind(StrEnum):
    """What an event is about."""

    ACT = "act"  # votes, undo, resolutions, samples, policy
    LEASE = "lease"
    MARK = "mark"
    INTAKE = "intake"  # media, hits or stacks of the case have changed


_KIND = {
    Act.GRADE: EventKind.ACT,
    Act.GRADE_UNDO: EventKind.ACT,
    Act.DISPUTE_RESOLVE: EventKind.ACT,
    Act.SAMPLE_DRAW: EventKind.ACT,
    Act.POLICY_SET: EventKind.ACT,
    Act.LEASE: EventKind.LEASE,
    Act.MARK: EventKind.MARK,
    Act.INTAKE_SLICE: EventKind.INTAKE,
    Act.INTAKE_SEAL: EventKind.INTAKE,
    Act.MATCH_RUN: EventKind.INTAKE,
    Act.MATCH_REJECT: EventKind.INTAKE,
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``number``: of the audit row it was read from; ``case_id``: None for every
    case; ``officer``: who did it, identifier and name; ``more``: whether other media than those
    named are touched too."""

    number: int
    kind: EventKind
    case_id: int | None
    officer_id: int
    officer: str
    media_ids: tuple[int, ...]
    more: bool
    at_us: int

    def told(self, officer_id: int) -> dict[str, Any]:
        """What is told to one officer. Who has voted is told to nobody else."""
        named = self.kind is not EventKind.ACT or officer_id == self.officer_id
        said: dict[str, Any] = {"media": self.media_ids, "more": self.more, "at_us": self.at_us}
        return {**said, "officer": self.officer} if named else said


def follow_case(database: Database, officer: Officer, case_id: int) -> int:
    """Let an officer follow a case; the number of the newest event so far."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        session.audit(Act.REVIEW_READ, case_id=case_id, subject="live", detail={})
        return head_of_audit(session)


def may_follow(database: Database, officer: Officer, case_id: int) -> bool:
    """Whether an officer who follows a case still may."""
    with database.reader() as reader:
        return verdict(reader, officer, Act.REVIEW_READ, case_id).allowed


def events_after(view: Reader, number: int, case_ids: Collection[int]) -> tuple[int, list[Event]]:
    """What happened in some cases behind an event, the oldest first, and the number to go on
    from. Of more than can be told, one event says so for each case."""
    newest = head_of_audit(view)
    if newest <= number:
        return number, []
    columns = audit.c
    query = (
        select(audit)
        .where(
            columns.sequence > number,
            columns.sequence <= newest,
            columns.act.in_([str(act) for act in _KIND]),
            or_(columns.case_id.in_(sorted(case_ids)), columns.case_id.is_(None)),
        )
        .order_by(columns.sequence)
        .limit(MOST_EVENTS + 1)
    )
    rows = view.connection.execute(query).all()
    if len(rows) > MOST_EVENTS:
        return newest, [_many(case_id, newest, rows[-1].at_us) for case_id in sorted(case_ids)]
    found = (event for row in rows if (event := _event(view, row)) is not None)
    return newest, list(_without_repeats(found))


def _many(case_id: int, number: int, at_us: int) -> Event:
    return Event(number, EventKind.ACT, case_id, 0, "", (), True, at_us)


def _without_repeats(events: Iterable[Event]) -> Iterable[Event]:
    """Of an intake's slices one is enough: none of them says which media."""
    told: set[int | None] = set()
    for event in events:
        if event.kind is EventKind.INTAKE:
            if event.case_id in told:
                continue
            told.add(event.case_id)
        yield event


def _event(view: Reader, row: Row[Any]) -> Event | None:
    kind = _KIND[Act(row.act)]
    detail = msgspec.json.decode(row.detail, type=dict[str, Any])
    if detail.get("again") or (kind is EventKind.LEASE and detail.get("new") == 0):
        return None
    media_ids = _media(view, row.act, row.subject, detail)
    more = media_ids is None or len(media_ids) > MOST_MEDIA or _unnamed(detail, media_ids)
    return Event(
        row.sequence,
        kind,
        row.case_id,
        row.officer_id,
        row.officer_name,
        tuple((media_ids or ())[:MOST_MEDIA]),
        more,
        row.at_us,
    )


def _unnamed(detail: dict[str, Any], media_ids: list[int]) -> bool:
    """Whether an act was on more stacks than its row names."""
    return int(detail.get("stacks", 0)) > len(media_ids)


def _media(view: Reader, act: str, subject: str, detail: dict[str, Any]) -> list[int] | None:
    """The media an audit row is about; None where it does not say."""
    if act == Act.GRADE:
        return _of_acts(view, [detail["act"]])
    if act == Act.GRADE_UNDO:
        return _of_acts(view, _numbers(detail["acts"]))
    if act == Act.DISPUTE_RESOLVE:
        return _numbers(subject.removeprefix("media "))
    return _numbers(detail["media"]) if act in (Act.LEASE, Act.MARK) else None


def _of_acts(view: Reader, act_ids: list[int]) -> list[int]:
    found = list(resolved_by(view, act_ids).values())
    for act in acts_by_id(view, act_ids):
        found += media_of(view, act, MOST_MEDIA + 1)
    return list(dict.fromkeys(found))


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]
