"""Who is a counsellor when it comes to talks and trends: by what is on record, and no
administrator, who could make themselves one."""

from __future__ import annotations

from trawl.model.access import Officer, Role
from trawl.store.access import on_record
from trawl.store.database import Reader, Session
from trawl.store.unit_officers import officers_of_role


def is_counsellor(view: Reader | Session, officer: Officer) -> bool:
    """Whether an officer may read the talks of others, and trends that they consent to."""
    found = on_record(view, officer)
    return (
        found is not None
        and not found.disabled
        and Role.COUNSELLOR in found.roles
        and Role.ADMINISTRATOR not in found.roles
    )


def counsellors(view: Reader | Session) -> list[tuple[int, str]]:
    """Number and name of those who may, by name."""
    administrators = dict(officers_of_role(view, Role.ADMINISTRATOR))
    return [
        (number, name)
        for number, name in officers_of_role(view, Role.COUNSELLOR)
        if number not in administrators
    ]
