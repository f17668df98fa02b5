"""Talks: an officer asks, whoever is on duty answers, nobody else knows what is said.

Readable by the officer who asked and by counsellors; to everybody else, the administrator too,
a talk that exists is told apart from one that does not by nothing. Audit rows carry no words,
no names and no numbers of talks: that somebody has asked, read or written is one and the same row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from trawl.errors import Conflict, NotFound, WelfareError
from trawl.model.access import Act, Officer
from trawl.store import talks as kept
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.talks import TalkRow
from trawl.store.unit_officers import names_of
from trawl.welfare.counsellors import counsellors, is_counsellor
from trawl.welfare.duty import OnDuty, on_duty_now
from trawl.welfare.policy import MINUTE_US, policy_of
from trawl.welfare.talk_seal import TalkSeal

LONGEST_TEXT = 8000
MOST_OPEN = 20
MOST_LISTED = 200
MOST_MESSAGES = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A talk that was asked for: who has been told, and the contact it falls back to when
    nobody answers within so many minutes (None: the unit has named none)."""

    id: int
    to: OnDuty | None
    fallback: str | None
    within_min: int


@dataclass(frozen=True, slots=True)
class Person:
    """An officer by number and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkEntry:
    """A talk as those who may know of it see it. ``fallback``: the contact it has fallen back
    to, while nobody has answered."""

    id: int
    officer: Person
    asked_us: int
    offered_to: Person | None
    answered_by: Person | None
    answered_us: int | None
    fell_back_us: int | None
    closed_us: int | None
    fallback: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said."""

    id: int
    author: Person
    at_us: int
    text: str


@dataclass(frozen=True, slots=True)
class Talk:
    """A talk with its messages, oldest first, and the counsellors who can read it."""

    entry: TalkEntry
    messages: tuple[Message, ...]
    readers: tuple[str, ...]


def ask_for_talk(database: Database, officer: Officer, seal: TalkSeal, text: str = "") -> Asked:
    """Ask for a talk, with a word ahead if one likes. It goes to the counsellor on duty who has
    the fewest waiting; to the fallback contact at once when nobody is on duty. Raises
    AccessRefused, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.TALK, None)
        if kept.open_talks(session, officer.id) >= MOST_OPEN:
            raise WelfareError(
                f"{MOST_OPEN} talks of yours are open.", hint="Write in one of them, or close some."
            )
        now_us = session.clock()
        policy = policy_of(session)
        to = _chosen(session, now_us)
        due_us = now_us if to is None else now_us + policy.answer_min * MINUTE_US
        number = kept.add_talk(session, None if to is None else to.id, now_us, due_us)
        if text.strip():
            _say(session, seal, number, text, now_us)
        _audit(session, Act.TALK, now_us)
    return Asked(number, to, policy.fallback_contact or None, policy.answer_min)


def list_talks(database: Database, officer: Officer) -> list[TalkEntry]:
    """Own talks, and for a counsellor those that wait or were theirs; newest first. Raises
    AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.TALK, None)
        _audit(session, Act.TALK, session.clock())
        rows = kept.own_talks(session, officer.id, MOST_LISTED)
        if is_counsellor(session, officer):
            rows += kept.talks_for(session, officer.id, MOST_LISTED)
        return _entries(session, officer, rows)


def read_talk(database: Database, officer: Officer, seal: TalkSeal, talk_id: int) -> Talk:
    """A talk with its messages. Raises AccessRefused, NotFound to all but its officer and
    counsellors, WelfareError when the key is not the one it was sealed with."""
    with database.session(officer) as session:
        row = _readable(session, officer, talk_id)
        _audit(session, _act(officer, row), session.clock())
        row = kept.talk_of(session, talk_id) or row
        messages = kept.messages_of(session, talk_id, MOST_MESSAGES)
        names = names_of(session, {each.author_id for each in messages})
        readers = [name for number, name in counsellors(session) if number != row.officer_id]
        entry = _entries(session, officer, [row])[0]
    said = [
        Message(
            each.id,
            Person(each.author_id, names[each.author_id]),
            each.at_us,
            seal.open(each.sealed, talk_id, each.id, each.author_id),
        )
        for each in messages
    ]
    return Talk(entry, tuple(said), tuple(readers))


def say(database: Database, officer: Officer, seal: TalkSeal, talk_id: int, text: str) -> int:
    """Add a message; a counsellor's first one answers the talk. Returns its number. Raises
    AccessRefused, NotFound, Conflict when the talk is closed, WelfareError on an empty or too
    long text."""
    with database.session(officer) as session:
        row = _readable(session, officer, talk_id)
        if row.closed_us is not None:
            raise Conflict("This talk is closed.", hint="Ask for a new one.")
        now_us = session.clock()
        _audit(session, _act(officer, row), now_us)
        if row.officer_id != officer.id and row.answered_us is None:
            kept.mark_answered(session, talk_id, now_us)
        return _say(session, seal, talk_id, text, now_us)


def answer_talk(database: Database, officer: Officer, talk_id: int) -> None:
    """A counsellor takes a talk that waits. Raises AccessRefused, NotFound, Conflict when it is
    taken or closed."""
    with database.session(officer) as session:
        row = _readable(session, officer, talk_id)
        require(session, officer, Act.TALK_ANSWER, None)
        if row.officer_id == officer.id:
            raise Conflict("This is your own talk; another counsellor answers it.")
        if row.answered_us is not None or row.closed_us is not None:
            raise Conflict("This talk is answered or closed already.")
        now_us = session.clock()
        _audit(session, Act.TALK_ANSWER, now_us)
        kept.mark_answered(session, talk_id, now_us)


def close_talk(database: Database, officer: Officer, talk_id: int) -> None:
    """The talk is over, say its officer or a counsellor. Raises AccessRefused, NotFound."""
    with database.session(officer) as session:
        row = _readable(session, officer, talk_id)
        now_us = session.clock()
        _audit(session, _act(officer, row), now_us)
        kept.mark_closed(session, talk_id, now_us)


def _readable(session: Session, officer: Officer, talk_id: int) -> TalkRow:
    require(session, officer, Act.TALK, None)
    row = kept.talk_of(session, talk_id)
    if row is None or not (row.officer_id == officer.id or is_counsellor(session, officer)):
        raise NotFound("there is no such talk for you")
    return row


def _chosen(session: Session, now_us: int) -> OnDuty | None:
    """Of those on duty who can read it, the one with the fewest waiting."""
    able = dict(counsellors(session))
    there = [
        each
        for each in on_duty_now(session, now_us)
        if each.id in able and each.id != session.officer.id
    ]
    waiting = kept.waiting_for(session, [each.id for each in there])
    return min(there, key=lambda each: (waiting.get(each.id, 0), each.id), default=None)


def _say(session: Session, seal: TalkSeal, talk_id: int, text: str, now_us: int) -> int:
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise WelfareError(f"A message has 1 to {LONGEST_TEXT:,} characters.")
    author = session.officer.id
    return kept.add_message(
        session, talk_id, now_us, lambda number: seal.seal(text, talk_id, number, author)
    )


def _act(officer: Officer, row: TalkRow) -> Act:
    return Act.TALK if row.officer_id == officer.id else Act.TALK_ANSWER


def _audit(session: Session, act: Act, now_us: int) -> None:
    """The one row of any act on talks; what has fallen back by now is written down with it."""
    kept.record_fallbacks(session, now_us)
    session.audit(act, case_id=None, subject="talks", detail={})


def _entries(session: Session, officer: Officer, rows: Iterable[TalkRow]) -> list[TalkEntry]:
    listed = list(rows)
    named = {each.officer_id for each in listed}
    named |= {each.offered_to for each in listed if each.offered_to is not None}
    named |= {each.answered_by for each in listed if each.answered_by is not None}
    names = names_of(session, named)
    contact = policy_of(session).fallback_contact or None

    def person(number: int | None) -> Person | None:
        return None if number is None else Person(number, names[number])

    return [
        TalkEntry(
            id=row.id,
            officer=Person(row.officer_id, names[row.officer_id]),
            asked_us=row.asked_us,
            offered_to=person(row.offered_to),
            answered_by=person(row.answered_by),
            answered_us=row.answered_us,
            fell_back_us=row.fell_back_us,
            closed_us=row.closed_us,
            fallback=contact if row.fell_back_us and row.answered_us is None else None,
            mine=row.officer_id == officer.id,
        )
        for row in listed
    ]
