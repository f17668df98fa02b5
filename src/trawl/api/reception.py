"""Reception: what an officer sees first."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel

from trawl.api.deps import Asking
from trawl.api.ledger_shapes import AvoidedShape
from trawl.api.state import Held
from trawl.api.talk_shapes import TalkEntryShape
from trawl.api.waiting import Waiting, waiting_in
from trawl.api.welfare_shapes import LineShape, PersonShape
from trawl.casework.cases import list_cases
from trawl.model.case import Case
from trawl.welfare.line import line
from trawl.welfare.talking import list_talks

router = APIRouter(prefix="/reception", tags=["reception"])


class WaitingShape(BaseModel):
    """A case of the officer's and what waits there: stacks, disputes they may settle, samples.
    Null: not known at this moment, or not for them to review."""

    id: int
    name: str
    left: int | None
    disputes: int | None
    samples: int | None

    @classmethod
    def of(cls, case: Case, found: Waiting | None) -> WaitingShape:
        """The shape."""
        if found is None:
            return cls(id=case.id, name=case.name, left=None, disputes=None, samples=None)
        return cls(
            id=case.id,
            name=case.name,
            left=found.left,
            disputes=found.disputes,
            samples=found.samples,
        )


class ReceptionShape(BaseModel):
    """The officer, how long they have looked, what waits for them, what they were spared, and
    the talks of theirs that are open."""

    officer: PersonShape
    welfare: LineShape
    cases: list[WaitingShape]
    avoided: AvoidedShape
    talk: list[TalkEntryShape]


@router.get("")
def reception(held: Held, officer: Asking) -> ReceptionShape:
    """What the officer sees first."""
    cases = list_cases(held.database, officer)
    found = waiting_in(held, officer, cases, None)
    return ReceptionShape(
        officer=PersonShape(id=officer.id, name=officer.name),
        welfare=LineShape.of(line(held.database, officer)),
        cases=[WaitingShape.of(case, found.get(case.id)) for case in cases],
        avoided=AvoidedShape.of(cases, found),
        talk=[
            TalkEntryShape.of(each)
            for each in list_talks(held.database, officer)
            if each.closed_us is None
        ],
    )
