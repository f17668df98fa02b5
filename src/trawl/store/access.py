"""Who may do what: a table of roles and acts, and who is a member of which case.

Every answer gives its reason. Being an administrator opens no case: acts on a case are for its
members, whatever their role.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlalchemy import select

from trawl.errors import AccessRefused
from trawl.model.access import Act, Officer, Role, Verdict
from trawl.store import schema
from trawl.store.database import Reader, Session

ON_A_CASE = frozenset(
    {
        Act.CASE_READ,
        Act.MEMBER_ADD,
        Act.EXHIBIT_ADD,
        Act.INTAKE_BEGIN,
        Act.INTAKE_CONTAINER,
        Act.INTAKE_SLICE,
        Act.INTAKE_UNLOCK,
        Act.INTAKE_SEAL,
        Act.SOURCE_VERIFY,
        Act.LOG_READ,
        Act.LOG_EXPORT,
        Act.MEDIA_SHOW,
        Act.MATCH_RUN,
        Act.MATCH_READ,
        Act.MATCH_REJECT,
        Act.SIMILAR_SEARCH,
        Act.CASE_EXPORT,
    }
)
"""Acts that are done on one case and need membership of it."""

HASH_SETS = frozenset({Act.HASH_SET_ADD, Act.HASH_SET_READ, Act.HASH_SET_REMOVE})
"""Hash sets belong to the unit: what is known is known in every case."""

LISTS_OWN_CASES = frozenset({Act.CASE_READ})
"""Acts that may be done without a case, and then answer only with the officer's own cases."""

PERMITTED: Mapping[Role, frozenset[Act]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(Act),
        Role.EXAMINER: (ON_A_CASE - {Act.MEMBER_ADD}) | HASH_SETS | {Act.AUDIT_CHECKPOINT},
        Role.AUDITOR: frozenset({Act.CASE_READ, Act.AUDIT_VERIFY, Act.AUDIT_CHECKPOINT}),
    }
)


def verdict(view: Reader | Session, officer: Officer, act: Act, case_id: int | None) -> Verdict:
    """Whether ``officer`` may do ``act``, on a case or (``case_id`` None) on the workspace."""
    role = _role_on_record(view, officer)
    if role is None:
        return Verdict(False, f"{officer.name} is not an officer of this workspace")
    if act not in PERMITTED[role]:
        return Verdict(False, f"{_article(role)} may not do {act}")
    if act not in ON_A_CASE:
        return Verdict(True, f"{_article(role)} may do {act}")
    if case_id is None:
        if act in LISTS_OWN_CASES:
            return Verdict(True, f"{_article(role)} may do {act} on their own cases")
        return Verdict(False, f"{act} is done on a case, and none was named")
    if not is_member(view, officer, case_id):
        return Verdict(False, f"{officer.name} is not a member of this case")
    return Verdict(True, f"{officer.name} is {_article(role)} and a member of the case")


def require(view: Reader | Session, officer: Officer, act: Act, case_id: int | None) -> None:
    """Raise AccessRefused with the reason, unless ``officer`` may."""
    answer = verdict(view, officer, act, case_id)
    if not answer.allowed:
        raise AccessRefused(answer.reason)


def is_member(view: Reader | Session, officer: Officer, case_id: int) -> bool:
    """Whether the officer is a member of the case."""
    member = schema.case_member.c
    found = view.connection.execute(
        select(member.case_id).where(member.case_id == case_id, member.officer_id == officer.id)
    )
    return found.first() is not None


def _role_on_record(view: Reader | Session, officer: Officer) -> Role | None:
    """The role as the store has it, not as the caller says."""
    columns = schema.officer.c
    role = view.connection.execute(
        select(columns.role).where(columns.id == officer.id, columns.name == officer.name)
    ).scalar_one_or_none()
    return None if role is None else Role(role)


def _article(role: Role) -> str:
    return f"an {role}"
