"""Whether a counsellor may see how much an officer looks: only with that officer's consent, which
can be taken back at any moment and then counts no more."""

from __future__ import annotations

from dataclasses import dataclass

from trawl.errors import AccessRefused, Conflict, NotFound
from trawl.model.access import Act, Officer, Role
from trawl.store import consents as kept
from trawl.store.access import require, verdict
from trawl.store.consents import Consent, consenting, consents_of
from trawl.store.database import Database
from trawl.store.unit_officers import names_of, officers_of_role
from trawl.welfare.ledger import LedgerDay, last_days, ledger_of
from trawl.welfare.policy import policy_of

NO_CONSENT = "no consent of this officer to you is in force"


@dataclass(frozen=True, slots=True)
class Consents:
    """What an officer has given; and, for a counsellor, who consents to them now (number and
    name)."""

    own: tuple[Consent, ...]
    to_me: tuple[tuple[int, str], ...]


def read_consents(database: Database, officer: Officer) -> Consents:
    """Own consents, and those given to this officer. Raises AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        session.audit(Act.WELFARE_SELF, case_id=None, subject="consents", detail={})
        own = consents_of(session, officer.id)
        may_see = verdict(session, officer, Act.WELFARE_TREND_READ, None).allowed
        to_me = consenting(session, officer.id) if may_see else set()
        names = names_of(session, to_me)
    return Consents(tuple(own), tuple(sorted(names.items(), key=lambda each: each[1])))


def give_consent(database: Database, officer: Officer, counsellor_id: int | None) -> int:
    """Let a counsellor (None: any of them) see one's own trend; returns the consent's number.
    Raises AccessRefused, NotFound when there is no such counsellor, Conflict when the same
    consent is in force already."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_SELF, None)
        counsellors = dict(officers_of_role(session, Role.COUNSELLOR))
        if counsellor_id is not None and counsellor_id not in counsellors:
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


def read_trend(database: Database, officer: Officer, officer_id: int, days: int) -> list[LedgerDay]:
    """How much another officer has looked in the last ``days`` days, for a counsellor to whom
    they consent; in the words of the refusal an officer who does not is no other than one who
    does not exist. Raises AccessRefused, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_TREND_READ, None)
        if officer_id not in consenting(session, officer.id):
            raise AccessRefused(NO_CONSENT)
        session.audit(
            Act.WELFARE_TREND_READ,
            case_id=None,
            subject=f"officer {officer_id}",
            detail={"days": days},
        )
        span = last_days(days, session.clock(), policy_of(session).timezone)
        return ledger_of(session, officer_id, span)
