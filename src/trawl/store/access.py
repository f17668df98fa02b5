"""Who may do what: a table of roles and acts, who is a member of which case, and whose wing it is.

Every answer gives its reason. Being an administrator opens no case: acts on a case are for its
members, whatever their role.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import select

from trawl.errors import AccessRefused
from trawl.model.access import Act, Officer, Role, Verdict, Wing
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.signin_tables import officer_role, officer_wing

EXAMINING = frozenset(
    {
        Act.CASE_READ,
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
        Act.REVIEW_READ,
    }
)
"""What whoever takes exhibits in does on a case."""

LOOKING = frozenset(
    {
        Act.CASE_READ,
        Act.LOG_READ,
        Act.MATCH_READ,
        Act.SIMILAR_SEARCH,
        Act.MEDIA_SHOW,
        Act.REVIEW_READ,
        Act.LEASE,
        Act.MARK,
        Act.FILTER_SAVE,
    }
)
"""What whoever looks at media does on a case."""

GRADING = LOOKING | {Act.GRADE, Act.GRADE_UNDO, Act.MATCH_REJECT}
"""What whoever grades does on a case."""

JUDGING = frozenset({Act.DISPUTE_READ, Act.DISPUTE_RESOLVE, Act.AGREEMENT_READ})
"""What whoever settles disputes does on a case."""

MANAGING = frozenset({Act.CASE_MANAGE, Act.MEMBER_ADD, Act.MEMBER_REMOVE})
"""Who works on a case."""

OF_OPEN_CASES = frozenset({Act.MEMBER_ADD})
"""What a wing's supervisors may do on its cases that are not restricted, without being members:
those cases they see by name."""

ON_A_CASE = EXAMINING | GRADING | JUDGING | MANAGING | {Act.SAMPLE_DRAW}
"""Acts that are done on one case and need membership of it."""

HASH_SETS = frozenset({Act.HASH_SET_ADD, Act.HASH_SET_READ, Act.HASH_SET_REMOVE})
"""Hash sets belong to the unit: what is known is known in every case."""

OF_EVERYONE = frozenset(
    {
        Act.CASE_READ,
        Act.WELFARE_SELF,
        Act.TALK,
        Act.ROSTER_READ,
        Act.POLICY_READ,
        Act.CREDENTIAL_SET,
        Act.SIGN_IN,
        Act.SIGN_IN_FAILED,
        Act.SIGN_OUT,
        Act.REFUSED,
    }
)
"""What every officer does for themselves, and what is written down of every officer."""

LISTS_OWN_CASES = frozenset({Act.CASE_READ})
"""Acts that may be done without a case, and then answer only with the officer's own cases."""

_ADMINISTRATION = frozenset(
    {
        Act.CASE_ADD,
        Act.OFFICER_ADD,
        Act.OFFICER_MANAGE,
        Act.WORKSPACE_INIT,
        Act.WORKSPACE_UPGRADE,
        Act.AUDIT_VERIFY,
        Act.AUDIT_CHECKPOINT,
    }
)

PERMITTED: Mapping[Role, frozenset[Act]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: OF_EVERYONE | _ADMINISTRATION | ON_A_CASE | HASH_SETS,
        Role.EXAMINER: OF_EVERYONE | EXAMINING | LOOKING | HASH_SETS | {Act.AUDIT_CHECKPOINT},
        Role.GRADER: OF_EVERYONE | GRADING | {Act.HASH_SET_READ},
        Role.VICTIM_IDENTIFICATION: OF_EVERYONE | GRADING | JUDGING | {Act.HASH_SET_READ},
        Role.INTELLIGENCE: OF_EVERYONE | {Act.LOG_READ, Act.MATCH_READ, Act.REVIEW_READ},
        Role.SUPERVISOR: OF_EVERYONE
        | GRADING
        | JUDGING
        | MANAGING
        | {
            Act.CASE_ADD,
            Act.SAMPLE_DRAW,
            Act.POLICY_SET,
            Act.WELFARE_UNIT_READ,
            Act.HASH_SET_READ,
            Act.CASE_EXPORT,
            Act.LOG_EXPORT,
        },
        Role.COUNSELLOR: OF_EVERYONE | {Act.TALK_ANSWER, Act.ROSTER_SET, Act.WELFARE_TREND_READ},
        Role.WELFARE_LEAD: OF_EVERYONE
        | {Act.WELFARE_POLICY_SET, Act.WELFARE_UNIT_READ, Act.ROSTER_SET},
        Role.AUDITOR: OF_EVERYONE | {Act.AUDIT_READ, Act.AUDIT_VERIFY, Act.AUDIT_CHECKPOINT},
    }
)
"""A role's acts. An officer with several roles may do what any of them may."""


class OnRecord(NamedTuple):
    """An officer as the store has them. No wing on record means every wing: workspaces older
    than wings have none."""

    roles: tuple[Role, ...]
    wings: frozenset[Wing]
    disabled: bool


def verdict(view: Reader | Session, officer: Officer, act: Act, case_id: int | None) -> Verdict:
    """Whether ``officer`` may do ``act``, on a case or (``case_id`` None) on the workspace."""
    found = on_record(view, officer)
    if found is None:
        return Verdict(False, f"{officer.name} is not an officer of this workspace")
    if found.disabled:
        return Verdict(False, f"{officer.name} is no longer an officer of this workspace")
    granting = next((role for role in found.roles if act in PERMITTED[role]), None)
    if granting is None:
        return Verdict(False, f"{_said(found.roles)} may not do {act}")
    if act not in ON_A_CASE:
        return Verdict(True, f"{_said([granting])} may do {act}")
    if case_id is None:
        if act in LISTS_OWN_CASES:
            return Verdict(True, f"{_said([granting])} may do {act} on their own cases")
        return Verdict(False, f"{act} is done on a case, and none was named")
    if not is_member(view, officer, case_id):
        if act in OF_OPEN_CASES and Role.SUPERVISOR in found.roles and _open(view, found, case_id):
            return Verdict(True, f"{officer.name} supervises the wing of this open case")
        return Verdict(False, f"{officer.name} is not a member of this case")
    if not of_wing(view, found.wings, case_id):
        return Verdict(False, f"{officer.name} is not of the wing of this case")
    return Verdict(True, f"{officer.name} is {_said([granting])} and a member of the case")


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


def of_wing(view: Reader | Session, wings: frozenset[Wing], case_id: int) -> bool:
    """Whether the case belongs to one of the wings; no wings stand for all."""
    if not wings:
        return True
    column = schema.case.c
    wing = view.connection.execute(
        select(column.wing).where(column.id == case_id)
    ).scalar_one_or_none()
    return wing in wings


def _open(view: Reader | Session, found: OnRecord, case_id: int) -> bool:
    """Whether the case is there, not restricted, and of one of the officer's wings."""
    column = schema.case.c
    restricted = view.connection.execute(
        select(column.restricted).where(column.id == case_id)
    ).scalar_one_or_none()
    return restricted is not None and not restricted and of_wing(view, found.wings, case_id)


def on_record(view: Reader | Session, officer: Officer) -> OnRecord | None:
    """The officer's roles (the main one first) and wings as the store has them, not as the
    caller says."""
    columns = schema.officer.c
    row = view.connection.execute(
        select(columns.role, columns.disabled_us).where(
            columns.id == officer.id, columns.name == officer.name
        )
    ).first()
    if row is None:
        return None
    further = view.connection.execute(
        select(officer_role.c.role)
        .where(officer_role.c.officer_id == officer.id)
        .order_by(officer_role.c.role)
    ).scalars()
    wings = view.connection.execute(
        select(officer_wing.c.wing).where(officer_wing.c.officer_id == officer.id)
    ).scalars()
    roles = dict.fromkeys([Role(row.role), *map(Role, further)])
    return OnRecord(tuple(roles), frozenset(map(Wing, wings)), row.disabled_us is not None)


def _said(roles: list[Role] | tuple[Role, ...]) -> str:
    """The roles in words: ``a grader and counsellor``."""
    words = " and ".join(str(role).replace("-", " ") for role in roles)
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
