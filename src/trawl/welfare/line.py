"""The welfare line: what is always in an officer's sight of how long they have looked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trawl.model.access import Act, Officer, Role
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.store.talks import newest_open, unanswered
from trawl.welfare.counsellors import counsellors, is_counsellor
from trawl.welfare.duty import OnDuty, on_duty_now
from trawl.welfare.local_day import Hours
from trawl.welfare.measuring import standing_break, today_us, watch_at
from trawl.welfare.policy import Rules, rules_of
from trawl.welfare.watch import Watch


@dataclass(frozen=True, slots=True)
class Stand:
    """No media are shown: since when and until when, why (``break``, ``daily-limit`` or
    ``hours``), and the reason in words."""

    from_us: int
    until_us: int
    reason: str
    says: str


class TalkStands(StrEnum):
    """Where a talk is that an officer has asked for and that is not over."""

    WAITING = "waiting"
    ANSWERED = "answered"
    FELL_BACK = "fell-back"


@dataclass(frozen=True, slots=True)
class OwnTalk:
    """The officer's newest talk that is not over; ``contact``: whom to reach instead, when nobody
    has answered in time and the unit has named somebody."""

    id: int
    stands: TalkStands
    contact: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What the server has measured of one officer, at ``now_us``. ``stretch_ms``: with media on
    screen since the last break; ``due_in_ms``: until the next is due; ``reachable``: there is
    another who is a counsellor, on duty or not; ``talks_waiting``: to a counsellor, how many talks
    nobody has answered yet."""

    now_us: int
    looked_today_ms: int
    stretch_ms: int
    due_in_ms: int
    stand: Stand | None
    remind: bool
    hours: Hours | None
    timezone: str
    daily_left_ms: int | None
    on_duty: OnDuty | None
    reachable: bool
    own_talk: OwnTalk | None
    closer_seconds: int
    not_shown: tuple[str, ...]
    talks_waiting: int | None


def line(database: Database, officer: Officer) -> Line:
    """An officer's own line. It shows nothing of any case, and telling it leaves no audit row:
    it is asked for every few seconds. Raises AccessRefused."""
    with database.reader() as reader:
        require(reader, officer, Act.WELFARE_SELF, None)
        rules = rules_of(reader, officer.id)
        now_us = database.clock()
        watch = watch_at(reader, officer.id, now_us, rules)
        return line_of(reader, officer, watch, now_us, rules)


def line_of(
    view: Reader | Session, officer: Officer, watch: Watch, now_us: int, rules: Rules
) -> Line:
    """The line of a watch that stands at ``now_us``."""
    today = today_us(view, officer.id, now_us, rules)
    stands = standing_break(watch, now_us, rules)
    limit = rules.daily_us
    there = on_duty_now(view, now_us)
    began = watch.break_from_us if watch.break_us is not None else now_us
    return Line(
        now_us=now_us,
        looked_today_ms=today // 1000,
        stretch_ms=watch.stretch_us // 1000,
        due_in_ms=max(0, rules.longest_us - watch.stretch_us) // 1000,
        stand=None if stands is None else Stand(began, stands.until_us, stands.reason, str(stands)),
        remind=watch.reminds(rules),
        hours=rules.policy.hours,
        timezone=rules.policy.timezone,
        daily_left_ms=None if limit is None else max(0, limit - today) // 1000,
        on_duty=there[0] if there else None,
        reachable=any(each.id != officer.id for each in there)
        or any(number != officer.id for number, _ in counsellors(view)),
        own_talk=_own_talk(view, officer, now_us, rules),
        closer_seconds=rules.policy.closer_seconds,
        not_shown=rules.own.not_shown,
        talks_waiting=_talks_waiting(view, officer),
    )


def _own_talk(
    view: Reader | Session, officer: Officer, now_us: int, rules: Rules
) -> OwnTalk | None:
    found = newest_open(view, officer.id)
    if found is None:
        return None
    if found.answered_us is not None:
        return OwnTalk(found.id, TalkStands.ANSWERED, None)
    if now_us < found.due_us:
        return OwnTalk(found.id, TalkStands.WAITING, None)
    return OwnTalk(found.id, TalkStands.FELL_BACK, rules.policy.fallback_contact or None)


def _talks_waiting(view: Reader | Session, officer: Officer) -> int | None:
    if Role.COUNSELLOR not in officer.roles or not is_counsellor(view, officer):
        return None
    return unanswered(view, officer.id)
