"""The unit's policy on grading: reading it, setting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from trawl.errors import SettingsError
from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.model.grading import GradingPolicy, Imported
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.store.policies import policy_value, set_policy

NAME = "grading"
MOST_VOTES = 20
MOST_SECONDS = 120


def grading_policy(view: Reader | Session) -> GradingPolicy:
    """The policy as it stands; the defaults while nobody has set it."""
    return policy_of(policy_value(view, NAME) or {})


def policy_of(value: Mapping[str, Any]) -> GradingPolicy:
    """A policy from its JSON object; what is left out is as by default. Raises SettingsError,
    naming what is wrong."""
    known = asdict(GradingPolicy())
    strange = sorted(set(value) - set(known))
    if strange:
        raise SettingsError(f"The policy on grading knows no {strange[0]!r}.")
    said = {**known, **value}
    imported = said["imported"]
    if not isinstance(imported, str) or imported not in set(Imported):
        allowed = ", ".join(Imported)
        raise SettingsError(f"Imported categories count as one of: {allowed}; not {imported!r}.")
    return GradingPolicy(
        votes=_whole("votes that make a grade trusted", said["votes"], 1, MOST_VOTES),
        imported=Imported(imported),
        scheme=_name(said["scheme"]),
        sample_share=_share(said["sample_share"]),
        closer_seconds=_whole("seconds of a closer look", said["closer_seconds"], 1, MOST_SECONDS),
    )


def _whole(what: str, value: object, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise SettingsError(f"The {what} are a whole number from {least} to {most}.")
    return value


def _share(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise SettingsError("The share of single votes to sample is a number from 0 to 1.")
    return float(value)


def _name(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise SettingsError("The policy on grading names its category scheme.")
    return value


def read_policy(database: Database, officer: Officer) -> GradingPolicy:
    """The policy on grading."""
    with database.session(officer) as session:
        require(session, officer, Act.POLICY_READ, None)
        found = grading_policy(session)
        session.audit(Act.POLICY_READ, case_id=None, subject=NAME, detail={})
    return found


def put_policy(
    database: Database, officer: Officer, schemes: Schemes, value: Mapping[str, Any]
) -> GradingPolicy:
    """Set the policy on grading; what is left out is as by default. Raises SettingsError."""
    with database.session(officer) as session:
        require(session, officer, Act.POLICY_SET, None)
        policy = policy_of(value)
        schemes.named(policy.scheme)
        kept = asdict(policy)
        set_policy(session, NAME, kept)
        session.audit(Act.POLICY_SET, case_id=None, subject=NAME, detail=kept)
    return policy
