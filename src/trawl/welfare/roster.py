"""The counsellors' roster: shifts and holidays, who is there now, and when nobody will be."""

from __future__ import annotations

from trawl.errors import NotFound, WelfareError
from trawl.model.access import Act, Officer
from trawl.store import shifts as kept
from trawl.store.access import require
from trawl.store.database import Database
from trawl.store.shifts import Shift, ShiftKind, shifts_between
from trawl.welfare.counsellors import counsellors
from trawl.welfare.duty import FOUR_WEEKS_US, gaps
from trawl.welfare.intervals import Interval

LONGEST_WORK_US = 24 * 3_600_000_000
LONGEST_HOLIDAY_US = 366 * 24 * 3_600_000_000
LONGEST_LOOK_US = 400 * 24 * 3_600_000_000


def list_shifts(database: Database, officer: Officer, from_us: int, until_us: int) -> list[Shift]:
    """Shifts and holidays that touch the time between two moments, of at most 400 days; everybody
    may see them. Raises AccessRefused, WelfareError."""
    if not from_us < until_us <= from_us + LONGEST_LOOK_US:
        raise WelfareError("The roster is read for a time of 400 days at most.")
    with database.session(officer) as session:
        require(session, officer, Act.ROSTER_READ, None)
        session.audit(Act.ROSTER_READ, case_id=None, subject="shifts", detail={})
        return shifts_between(session, from_us, until_us)


def list_counsellors(database: Database, officer: Officer) -> list[tuple[int, str]]:
    """Number and name of the unit's counsellors, by name. Raises AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.ROSTER_READ, None)
        session.audit(Act.ROSTER_READ, case_id=None, subject="counsellors", detail={})
        return counsellors(session)


def add_shift(
    database: Database,
    officer: Officer,
    counsellor_id: int,
    from_us: int,
    until_us: int,
    kind: ShiftKind,
    how: str = "",
) -> int:
    """Put a shift (24 hours at most) or a holiday (a year at most) of a counsellor on the
    roster; ``how`` says how to reach them meanwhile. Shifts may overlap, a holiday takes away
    from every shift of the same counsellor. Returns its number. Raises AccessRefused, NotFound
    when the officer is no counsellor, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.ROSTER_SET, None)
        _check(from_us, until_us, kind, how)
        if counsellor_id not in dict(counsellors(session)):
            raise NotFound(f"there is no counsellor {counsellor_id}")
        number = kept.add_shift(session, counsellor_id, from_us, until_us, kind, how)
        session.audit(
            Act.ROSTER_SET,
            case_id=None,
            subject=f"{kind} of officer {counsellor_id}",
            detail={"shift": number, "from_us": from_us, "until_us": until_us},
        )
    return number


def remove_shift(database: Database, officer: Officer, number: int) -> None:
    """Take a shift or a holiday back. Raises AccessRefused, NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.ROSTER_SET, None)
        taken = kept.remove_shift(session, number)
        session.audit(
            Act.ROSTER_SET,
            case_id=None,
            subject=f"{taken.kind} of officer {taken.officer_id} taken back",
            detail={"shift": number, "from_us": taken.from_us, "until_us": taken.until_us},
        )


def coming_gaps(database: Database, officer: Officer) -> list[Interval]:
    """The times in the coming four weeks when nobody is on duty, at any hour of the day."""
    with database.session(officer) as session:
        require(session, officer, Act.ROSTER_READ, None)
        session.audit(Act.ROSTER_READ, case_id=None, subject="gaps", detail={})
        now_us = session.clock()
        ends = now_us + FOUR_WEEKS_US
        return gaps(shifts_between(session, now_us, ends), now_us, ends)


def _check(from_us: int, until_us: int, kind: ShiftKind, how: str) -> None:
    longest = LONGEST_WORK_US if kind is ShiftKind.WORK else LONGEST_HOLIDAY_US
    if not 0 <= from_us < until_us <= from_us + longest:
        raise WelfareError(
            "A shift ends after it begins, and within 24 hours; a holiday within a year."
        )
    if len(how) > 200 or (how and not how.isprintable()):
        raise WelfareError("How to reach a counsellor is one line of at most 200 characters.")
