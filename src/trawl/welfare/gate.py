"""The gate: whatever delivers pixels of a media to an officer asks here first.

One transaction: access, the rules that protect who looks, what was shown, how long, and the
audit row. What the gate has let through counts as looked at, whoever asked: a page or a script.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from trawl.errors import NotShown
from trawl.model.access import Act, Officer
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.showings import ShowingRow, add_showings
from trawl.welfare.local_day import day_of
from trawl.welfare.measuring import keep, standing_break, watch_at
from trawl.welfare.policy import Rules, own_rules_of, rules_of
from trawl.welfare.watch import delivered

MOST_IDS = 1000
"""Characters of the audit's list of media; the digest is of all of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A media that is about to be shown, and the category it is known as, if any."""

    media_id: int
    category: str | None = None


def show(
    database: Database,
    officer: Officer,
    case_id: int,
    shown: Sequence[Shown],
    clarity: str,
    *,
    lasts_ms: int = 0,
) -> None:
    """Let media of a case through to an officer, at a clarity (``blurred``, ``grey``,
    ``clear``); ``lasts_ms``: how long what is delivered takes to play. Whether they are of the
    case is the caller's to see to. Raises AccessRefused; BreakDue during a break, after the day's
    limit and outside the hours; NotShown when one of them has a category that is not shown to
    this officer. Then nothing is let through."""
    with database.session(officer) as session:
        require(session, officer, Act.MEDIA_SHOW, case_id)
        rules = rules_of(session, officer.id)
        now_us = session.clock()
        watch = watch_at(session, officer.id, now_us, rules)
        stands = standing_break(watch, now_us, rules)
        if stands is not None:
            raise stands
        _refuse_not_shown(rules, shown)
        if shown:
            keep(session, officer.id, delivered(watch, now_us, lasts_ms * 1000))
        _write_down(session, rules, case_id, shown, clarity, now_us)


def withheld(database: Database, officer: Officer) -> frozenset[str]:
    """Categories that are not shown to an officer. A sheet of tiles leaves their media out
    before it asks the gate, which refuses the whole sheet otherwise."""
    with database.reader() as reader:
        require(reader, officer, Act.WELFARE_SELF, None)
        return frozenset(own_rules_of(reader, officer.id).not_shown)


def _refuse_not_shown(rules: Rules, shown: Sequence[Shown]) -> None:
    kept_back = frozenset(rules.own.not_shown)
    if not kept_back:
        return
    found = sorted(
        {each.category for each in shown if each.category in kept_back} - {None}, key=str
    )
    if found:
        raise NotShown(
            f"Media of category {', '.join(found)} are not shown to you.",
            hint="The welfare lead has set this to protect you, and can change it.",
        )


def _write_down(
    session: Session,
    rules: Rules,
    case_id: int,
    shown: Sequence[Shown],
    clarity: str,
    now_us: int,
) -> None:
    rows = [ShowingRow(each.media_id, clarity, each.category) for each in shown]
    day = day_of(now_us, rules.zone).isoformat()
    first = add_showings(session, case_id, day, now_us, rows)
    ids = ",".join(str(each.media_id) for each in shown)
    session.audit(
        Act.MEDIA_SHOW,
        case_id=case_id,
        subject=f"{len(rows)} media",
        detail={
            "clarity": clarity,
            "ids": ids if len(ids) <= MOST_IDS else f"{ids[:MOST_IDS]}…",
            "digest": hashlib.sha256(ids.encode()).hexdigest(),
            "first_showing": first,
        },
    )
