"""What a page says of itself every few seconds: whether it has media on screen, and which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from trawl.model.access import Act, Officer
from trawl.store.access import require, verdict
from trawl.store.database import Database, Session
from trawl.store.showings import ShowingRow, add_showings, last_categories
from trawl.welfare.line import Line, line_of
from trawl.welfare.local_day import day_of
from trawl.welfare.measuring import keep, kept_watch, settled
from trawl.welfare.policy import Rules, rules_of
from trawl.welfare.watch import UNCLAIMED, Watch, hides, shows

CLARITIES = ("blurred", "grey", "clear")
MOST_LOOKED = 1000


@dataclass(frozen=True, slots=True)
class Looked:
    """A media was on screen, how clear, and for how long the page says, in milliseconds."""

    media_id: int
    clarity: str
    ms: int


def beat(
    database: Database,
    officer: Officer,
    page: str,
    *,
    showing: bool,
    case_id: int | None = None,
    looked: Sequence[Looked] = (),
) -> Line:
    """Take a page's word: ``showing`` says that media are on its screen at this moment. Answers
    with the officer's line; a break does not refuse a heartbeat.

    Times of single media are cut to what the server's clock allows since the page's last word,
    and kept only of media that were delivered to this officer. A page without media on screen
    that had none before changes nothing and leaves no audit row. Raises AccessRefused.
    """
    quiet = None if showing or looked else _unchanged(database, officer, page)
    if quiet is not None:
        return quiet
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        rules = rules_of(session, officer.id)
        now_us = session.clock()
        before = kept_watch(session, officer.id, now_us)
        allowed_ms = before.reported_us(page, now_us) // 1000
        watch = settled(session, officer.id, before, now_us, rules)
        watch = shows(watch, page, now_us) if showing else hides(watch, page)
        keep(session, officer.id, watch)
        kept = _write_down(session, rules, case_id, _clipped(looked, allowed_ms), now_us)
        session.audit(
            Act.WELFARE_SELF,
            case_id=case_id if kept else None,
            subject="media on screen" if showing else "no media on screen",
            detail={"page": page, "media": kept},
        )
        return line_of(session, officer, watch, now_us, rules)


def _unchanged(database: Database, officer: Officer, page: str) -> Line | None:
    """The line, when a page that has nothing on screen had nothing there before."""
    with database.reader() as reader:
        require(reader, officer, Act.WELFARE_SELF, None)
        rules = rules_of(reader, officer.id)
        now_us = database.clock()
        before = kept_watch(reader, officer.id, now_us)
        if _is_live(before, page, now_us):
            return None
        watch = settled(reader, officer.id, before, now_us, rules)
        return line_of(reader, officer, watch, now_us, rules)


def _is_live(watch: Watch, page: str, now_us: int) -> bool:
    return any(
        watch.pages[name].until_us > now_us for name in (page, UNCLAIMED) if name in watch.pages
    )


def _clipped(looked: Iterable[Looked], allowed_ms: int) -> list[Looked]:
    """What can be true of what a page says: no media longer than the page had time for, at all
    its clarities together."""
    told: dict[tuple[int, str], int] = {}
    for each in looked:
        if each.ms > 0 and each.clarity in CLARITIES:
            key = (each.media_id, each.clarity)
            told[key] = told.get(key, 0) + each.ms
    left: dict[int, int] = {}
    kept: list[Looked] = []
    for (media_id, clarity), ms in list(told.items())[:MOST_LOOKED]:
        ms = min(ms, left.setdefault(media_id, allowed_ms))
        left[media_id] -= ms
        if ms:
            kept.append(Looked(media_id, clarity, ms))
    return kept


def _write_down(
    session: Session, rules: Rules, case_id: int | None, looked: list[Looked], now_us: int
) -> int:
    """Keep the times of media that were delivered in the case; returns how many."""
    officer = session.officer
    if not looked or case_id is None:
        return 0
    if not verdict(session, officer, Act.MEDIA_SHOW, case_id).allowed:
        return 0  # no longer of the case; the time on screen counts all the same
    known = last_categories(session, officer.id, case_id, {each.media_id for each in looked})
    rows = [
        ShowingRow(each.media_id, each.clarity, known[each.media_id], each.ms)
        for each in looked
        if each.media_id in known
    ]
    if rows:
        add_showings(session, case_id, day_of(now_us, rules.zone).isoformat(), now_us, rows)
    return len(rows)
