"""Whether a counsellor may see how much an officer looks: only with that officer's consent, which
can be taken back at any moment and then counts no more."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import AccessRefused, Conflict, NotFound
from trawl.model.access import Act, Officer
from trawl.store import consents as kept
from trawl.store.access import require
from trawl.store.consents import Consent, consenting, consents_of
from trawl.store.database import Database, Session
from trawl.store.unit_officers import names_of
from trawl.welfare.counsellors import counsellors, is_counsellor
from trawl.welfare.ledger import last_days, ledger_of
from trawl.welfare.policy import policy_of

NO_CONSENT = "no consent of this officer to you is in force"


@dataclass(frozen=True, slots=True)
class Given:
    """A consent an officer has given; ``counsellor``: the name, None for all of them."""

    consent: Consent
    counsellor: str | None


@dataclass(frozen=True, slots=True)
class TrendDay:
    """A day of an officer who consents: how long media were on screen, how many were shown. Not
    which, nor of what category: that is the ledger, which is the officer's alone."""

    day: str
    ms: int
    shown: int


@dataclass(frozen=True, slots=True)
class Trend:
    """Days of an officer who consents."""

    officer_id: int
    name: str
    days: tuple[TrendDay, ...]


def read_consents(database: Database, officer: Officer) -> list[Given]:
    """All that an officer has given, newest first. Raises AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        session.audit(Act.WELFARE_SELF, case_id=None, subject="consents", detail={})
        own = consents_of(session, officer.id)
        to = {each.counsellor_id for each in own if each.counsellor_id is not None}
        names = names_of(session, to)
    return [Given(each, names.get(each.counsellor_id or 0)) for each in own]


def consenting_officers(database: Database, officer: Officer) -> list[tuple[int, str]]:
    """Number and name of those whose trend a counsellor may see at this moment, by name. Raises
    AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_TREND_READ, None)
        session.audit(Act.WELFARE_TREND_READ, case_id=None, subject="who consents", detail={})
        names = names_of(session, _consenting(session, officer))
    return sorted(names.items(), key=lambda each: each[1])


def give_consent(database: Database, officer: Officer, counsellor_id: int | None) -> int:
    """Let a counsellor (None: any of them) see one's own trend; returns the consent's number.
    Raises AccessRefused, NotFound when there is no such counsellor, Conflict when the same
    consent is in force already."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        if counsellor_id is not None and counsellor_id not in dict(counsellors(session)):
            raise NotFound(f"there is no counsellor {counsellor_id}")
        for each in consents_of(session, officer.id):
            if each.withdrawn_us is None and each.counsellor_id == counsellor_id:
                raise Conflict("This consent is in force already.")
        number = kept.give_consent(session, counsellor_id)
        session.audit(
            Act.WELFARE_SELF,
            case_id=None,
            subject="consent given",
            detail={"consent": number, "counsellor": counsellor_id},
        )
    return number


def withdraw_consent(database: Database, officer: Officer, number: int) -> None:
    """Take an own consent back; it counts no more from this moment. Raises AccessRefused,
    NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        if not kept.withdraw_consent(session, number):
            raise NotFound(f"you have no consent {number} in force")
        session.audit(
            Act.WELFARE_SELF,
            case_id=None,
            subject="consent withdrawn",
            detail={"consent": number},
        )


def read_trend(database: Database, officer: Officer, officer_id: int, days: int) -> Trend:
    """How much another officer has looked in the last ``days`` days, for a counsellor to whom
    they consent; in the words of the refusal an officer who does not is no other than one who
    does not exist. Raises AccessRefused, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_TREND_READ, None)
        if officer_id not in _consenting(session, officer):
            raise AccessRefused(NO_CONSENT)
        session.audit(
            Act.WELFARE_TREND_READ,
            case_id=None,
            subject=f"officer {officer_id}",
            detail={"days": days},
        )
        span = last_days(days, session.clock(), policy_of(session).timezone)
        name = names_of(session, {officer_id})[officer_id]
        found = ledger_of(session, officer_id, span)
        told = tuple(TrendDay(each.day, each.ms, each.shown) for each in found)
        return Trend(officer_id, name, told)


def _consenting(session: Session, officer: Officer) -> set[int]:
    """Whose trend a counsellor may see; none for an administrator, who could make themselves
    one and have what was consented to for all of them."""
    return consenting(session, officer.id) if is_counsellor(session, officer) else set()
