"""Setting the policy, and the rules of single officers: the welfare lead's alone.

What is set counts from now on. A break that is under way, or a day whose limit is reached, stays
as it began: every watch is brought to this moment by the old rules before the new ones count.
"""

from __future__ import annotations

import msgspec

from trawl.errors import NotFound
from trawl.model.access import Act, Officer
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.policies import set_policy
from trawl.store.unit_officers import officer_exists, officers_in_unit
from trawl.store.watches import watch_states
from trawl.welfare.measuring import keep, watch_at
from trawl.welfare.policy import (
    POLICY,
    OwnRules,
    WelfarePolicy,
    check_own,
    check_policy,
    own_policy,
    own_rules_of,
    policy_of,
    rules_of,
)


def read_welfare_policy(database: Database, officer: Officer) -> WelfarePolicy:
    """The policy as it stands; everybody may know it. Raises AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.POLICY_READ, None)
        session.audit(Act.POLICY_READ, case_id=None, subject=POLICY, detail={})
        return policy_of(session)


def set_welfare_policy(database: Database, officer: Officer, policy: WelfarePolicy) -> None:
    """Set the policy for everybody. Raises AccessRefused, WelfareError when a number is out of
    its bounds."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_POLICY_SET, None)
        check_policy(policy)
        for each, _ in watch_states(session):
            _settle(session, each)
        version = set_policy(session, POLICY, policy.value)
        session.audit(
            Act.WELFARE_POLICY_SET,
            case_id=None,
            subject=POLICY,
            detail={"version": version, "value": msgspec.json.encode(policy.value).decode()},
        )


def list_officers(database: Database, officer: Officer) -> list[tuple[int, str]]:
    """Number and name of everybody for whom rules can be set, for the welfare lead. Raises
    AccessRefused."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_POLICY_SET, None)
        session.audit(Act.POLICY_READ, case_id=None, subject="officers", detail={"read": True})
        return officers_in_unit(session)


def read_own_rules(database: Database, officer: Officer, officer_id: int) -> OwnRules:
    """The rules of one officer, for the welfare lead. Raises AccessRefused, NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_POLICY_SET, None)
        _must_exist(session, officer_id)
        session.audit(
            Act.POLICY_READ, case_id=None, subject=own_policy(officer_id), detail={"read": True}
        )
        return own_rules_of(session, officer_id)


def set_own_rules(database: Database, officer: Officer, officer_id: int, rules: OwnRules) -> None:
    """Set the rules of one officer. The audit row names the version, not what is in it: why
    somebody is not shown something is theirs. Raises AccessRefused, NotFound, WelfareError."""
    with database.session(officer) as session:
        require(session, officer, Act.WELFARE_POLICY_SET, None)
        check_own(rules)
        _must_exist(session, officer_id)
        _settle(session, officer_id)
        version = set_policy(session, own_policy(officer_id), rules.value)
        session.audit(
            Act.WELFARE_POLICY_SET,
            case_id=None,
            subject=own_policy(officer_id),
            detail={"version": version},
        )


def _settle(session: Session, officer_id: int) -> None:
    now_us = session.clock()
    rules = rules_of(session, officer_id)
    keep(session, officer_id, watch_at(session, officer_id, now_us, rules))


def _must_exist(session: Session, officer_id: int) -> None:
    if not officer_exists(session, officer_id):
        raise NotFound(f"there is no officer {officer_id}")
