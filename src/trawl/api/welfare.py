"""Welfare over HTTP: the line, heartbeats, the ledger, policy, roster, consents."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response, status

from trawl.api.deps import Asking
from trawl.api.ledger_shapes import (
    AvoidedShape,
    LedgerDayShape,
    LedgerShape,
    TrendShape,
    UnitShape,
)
from trawl.api.schemes import codes_of, meant, schemes_of
from trawl.api.state import Held
from trawl.api.waiting import waiting_in
from trawl.api.welfare_shapes import (
    ConsentingShape,
    ConsentShape,
    Heartbeat,
    IntervalShape,
    LineShape,
    Moment,
    NewConsent,
    NewShift,
    Number,
    OfficerRulesShape,
    OwnRulesShape,
    PersonShape,
    PolicyShape,
    ShiftShape,
)
from trawl.casework.cases import list_cases
from trawl.model.access import Act
from trawl.store.access import require
from trawl.store.showings import seen_media
from trawl.welfare import consents, ledger, roster, setting
from trawl.welfare.duty import FOUR_WEEKS_US
from trawl.welfare.heartbeat import Looked, beat
from trawl.welfare.line import line
from trawl.welfare.policy import OwnRules
from trawl.welfare.unit_totals import unit_totals

router = APIRouter(prefix="/welfare", tags=["welfare"])

Days = Annotated[int, Query(ge=1, le=ledger.YEAR)]
OwnDays = Annotated[int, Query(ge=1, le=ledger.MOST_DAYS)]
PathId = Annotated[int, Path(ge=1, le=(1 << 63) - 1)]
DAY_US = 86_400_000_000


@router.get("")
def welfare_line(held: Held, officer: Asking) -> LineShape:
    """The officer's own line: how long they have looked, when the next break is due."""
    return LineShape.of(line(held.database, officer))


@router.post("/heartbeat")
def welfare_heartbeat(held: Held, officer: Asking, said: Heartbeat) -> LineShape:
    """A page says whether it has media on screen. Answers with the line."""
    return LineShape.of(
        beat(
            held.database,
            officer,
            said.page,
            showing=said.visible and said.showing,
            case_id=said.case_id,
            looked=[Looked(*each) for each in said.shown],
        )
    )


@router.get("/ledger")
def own_ledger(held: Held, officer: Asking, days: OwnDays = 30) -> LedgerShape:
    """All that the officer was exposed to, beside what matching and stacks saved."""
    had = ledger.own_ledger(held.database, officer, days)
    cases = list_cases(held.database, officer)
    with held.database.reader() as reader:
        seen = seen_media(reader, officer.id)
    return LedgerShape(
        days=[LedgerDayShape.of(each) for each in had],
        avoided=AvoidedShape.of(cases, waiting_in(held, officer, cases, seen)),
    )


@router.get("/unit")
def welfare_unit(held: Held, officer: Asking, days: Days = 28) -> UnitShape:
    """Totals of the unit on days that are over, never of one officer."""
    return UnitShape.of(unit_totals(held.database, officer, days))


@router.get("/policy")
def welfare_policy(held: Held, officer: Asking) -> PolicyShape:
    """The policy as it stands."""
    return PolicyShape.of(setting.read_welfare_policy(held.database, officer))


@router.put("/policy")
def set_welfare_policy(held: Held, officer: Asking, given: PolicyShape) -> PolicyShape:
    """Set the policy: the welfare lead's alone. It counts from now on and shortens no break."""
    setting.set_welfare_policy(held.database, officer, given.policy)
    return given


@router.get("/officers")
def officers_with_rules(held: Held, officer: Asking) -> list[PersonShape]:
    """Everybody for whom rules of their own can be set, for the welfare lead."""
    found = setting.list_officers(held.database, officer)
    return [PersonShape(id=number, name=name) for number, name in found]


@router.get("/officers/{officer_id}")
def officer_rules(held: Held, officer: Asking, officer_id: PathId) -> OfficerRulesShape:
    """What holds for one officer, for the welfare lead."""
    found = setting.read_own_rules(held.database, officer, officer_id)
    return OfficerRulesShape.among(found, codes_of(schemes_of(held)))


@router.put("/officers/{officer_id}")
def set_officer_rules(
    held: Held, officer: Asking, officer_id: PathId, given: OwnRulesShape
) -> OfficerRulesShape:
    """Set what holds for one officer: the welfare lead's alone. A category that no scheme has is
    refused: it would keep nothing from anybody's sight."""
    with held.database.reader() as reader:
        require(reader, officer, Act.WELFARE_POLICY_SET, None)
    schemes = schemes_of(held)
    rules = OwnRules(tuple(meant(schemes, given.not_shown)), given.daily_min)
    setting.set_own_rules(held.database, officer, officer_id, rules)
    return OfficerRulesShape.among(rules, codes_of(schemes))


@router.get("/shifts")
def shifts(
    held: Held, officer: Asking, from_us: Moment | None = None, until_us: Moment | None = None
) -> list[ShiftShape]:
    """Shifts and holidays, of yesterday until four weeks from now unless another time is asked
    for."""
    now_us = held.database.clock()
    start = max(0, now_us - DAY_US) if from_us is None else from_us
    end = start + DAY_US + FOUR_WEEKS_US if until_us is None else until_us
    return [ShiftShape.of(each) for each in roster.list_shifts(held.database, officer, start, end)]


@router.get("/counsellors")
def counsellors(held: Held, officer: Asking) -> list[PersonShape]:
    """The unit's counsellors."""
    found = roster.list_counsellors(held.database, officer)
    return [PersonShape(id=number, name=name) for number, name in found]


@router.post("/shifts", status_code=status.HTTP_201_CREATED)
def add_shift(held: Held, officer: Asking, given: NewShift) -> Number:
    """Put a shift or holiday of a counsellor on the roster."""
    number = roster.add_shift(
        held.database,
        officer,
        given.officer_id,
        given.from_us,
        given.until_us,
        given.kind,
        given.how,
    )
    return Number(id=number)


@router.delete("/shifts/{shift_id}", status_code=status.HTTP_204_NO_CONTENT)
def remove_shift(held: Held, officer: Asking, shift_id: PathId) -> Response:
    """Take a shift or holiday back."""
    roster.remove_shift(held.database, officer, shift_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/gaps")
def gaps(held: Held, officer: Asking) -> list[IntervalShape]:
    """When nobody is on duty in the coming four weeks."""
    found = roster.coming_gaps(held.database, officer)
    return [IntervalShape(from_us=start, until_us=end) for start, end in found]


@router.get("/consents")
def own_consents(held: Held, officer: Asking) -> list[ConsentShape]:
    """All that the officer has given."""
    return [ConsentShape.of(each) for each in consents.read_consents(held.database, officer)]


@router.get("/consenting")
def consenting(held: Held, officer: Asking) -> list[ConsentingShape]:
    """Whose trend a counsellor may see."""
    found = consents.consenting_officers(held.database, officer)
    return [ConsentingShape(officer_id=number, name=name) for number, name in found]


@router.post("/consents", status_code=status.HTTP_201_CREATED)
def give_consent(held: Held, officer: Asking, given: NewConsent) -> Number:
    """Let a counsellor see one's own trend."""
    return Number(id=consents.give_consent(held.database, officer, given.counsellor_id))


@router.delete("/consents/{consent_id}", status_code=status.HTTP_204_NO_CONTENT)
def withdraw_consent(held: Held, officer: Asking, consent_id: PathId) -> Response:
    """Take an own consent back; it counts no more from this moment."""
    consents.withdraw_consent(held.database, officer, consent_id)
    return Response(status_code=status.HTTP_204_NO_CONTENT)


@router.get("/trends/{officer_id}")
def trend(held: Held, officer: Asking, officer_id: PathId, days: Days = 28) -> TrendShape:
    """How much an officer who consents to it has looked, for a counsellor."""
    return TrendShape.of(consents.read_trend(held.database, officer, officer_id, days))
