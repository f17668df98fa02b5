"""The unit's welfare policy, and what holds for one officer. Minutes, as people set them."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any
from zoneinfo import ZoneInfo

from trawl.errors import WelfareError
from trawl.store.database import Reader, Session
from trawl.store.policies import policy_value
from trawl.welfare.local_day import Hours, parsed_hours, zone

POLICY = "welfare"
MINUTE_US = 60_000_000
MOST_CODES = 64

BOUNDS: dict[str, tuple[int, int]] = {
    "longest_min": (1, 180),
    "break_min": (15, 240),
    "remind_min": (1, 180),
    "daily_min": (1, 24 * 60),
    "answer_min": (1, 24 * 60),
    "closer_seconds": (1, 120),
}
"""Least and most of each number: a break comes after three hours at the latest and lasts fifteen
minutes at least, whoever sets the policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WelfarePolicy:
    """What the welfare lead sets for everybody. ``timezone`` says where days and ``hours`` begin;
    ``fallback_contact`` is shown when no counsellor answers."""

    longest_min: int = 180
    break_min: int = 15
    remind_min: int = 50
    daily_min: int | None = None
    hours: Hours | None = None
    answer_min: int = 10
    fallback_contact: str = ""
    closer_seconds: int = 10
    timezone: str = "UTC"

    @property
    def value(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class OwnRules:
    """What holds for one officer beside the policy: categories that are not shown to them, and
    a daily limit of their own (the lower of the two counts)."""

    not_shown: tuple[str, ...] = ()
    daily_min: int | None = None

    @property
    def value(self) -> dict[str, Any]:
        """As it is stored."""
        return {"not_shown": list(self.not_shown), "daily_min": self.daily_min}


@dataclass(frozen=True, slots=True)
class Rules:
    """Policy and own rules together: what the gate goes by."""

    policy: WelfarePolicy
    own: OwnRules

    @property
    def longest_us(self) -> int:
        """The longest stretch."""
        return self.policy.longest_min * MINUTE_US

    @property
    def break_us(self) -> int:
        """The shortest break."""
        return self.policy.break_min * MINUTE_US

    @property
    def remind_us(self) -> int:
        """How often to remind."""
        return self.policy.remind_min * MINUTE_US

    @property
    def daily_us(self) -> int | None:
        """The daily limit; None: there is none."""
        given = [each for each in (self.policy.daily_min, self.own.daily_min) if each is not None]
        return min(given) * MINUTE_US if given else None

    @property
    def zone(self) -> ZoneInfo:
        """Where days begin."""
        return zone(self.policy.timezone)


def policy_of(view: Reader | Session) -> WelfarePolicy:
    """The policy as it stands; the defaults while nobody has set one."""
    value = policy_value(view, POLICY) or {}
    known = {each.name for each in fields(WelfarePolicy)}
    given = {name: each for name, each in value.items() if name in known}
    if given.get("hours") is not None:
        given["hours"] = (given["hours"][0], given["hours"][1])
    return WelfarePolicy(**given)


def own_rules_of(view: Reader | Session, officer_id: int) -> OwnRules:
    """What holds for one officer."""
    value = policy_value(view, own_policy(officer_id)) or {}
    return OwnRules(tuple(value.get("not_shown", ())), value.get("daily_min"))


def rules_of(view: Reader | Session, officer_id: int) -> Rules:
    """Policy and own rules of one officer."""
    return Rules(policy_of(view), own_rules_of(view, officer_id))


def own_policy(officer_id: int) -> str:
    """The name under which an officer's own rules are kept."""
    return f"{POLICY}.officer.{officer_id}"


def check_policy(policy: WelfarePolicy) -> None:
    """Raise WelfareError with what is wrong."""
    for name in BOUNDS:
        value = getattr(policy, name)
        if value is not None:
            check_bounds(name, value)
    if policy.hours is not None:
        parsed_hours(policy.hours)
    zone(policy.timezone)
    _check_line(policy.fallback_contact, 400)


def check_own(rules: OwnRules) -> None:
    """Raise WelfareError with what is wrong."""
    if rules.daily_min is not None:
        check_bounds("daily_min", rules.daily_min)
    if len(rules.not_shown) > MOST_CODES:
        raise WelfareError(f"At most {MOST_CODES} categories can be named.")
    for code in rules.not_shown:
        if not code.strip():
            raise WelfareError("A category has a code.")
        _check_line(code, 60)


def check_bounds(name: str, value: int) -> None:
    """Raise WelfareError unless a number of the policy is within its bounds."""
    least, most = BOUNDS[name]
    if not least <= value <= most:
        raise WelfareError(f"{name} is between {least} and {most}.")


def _check_line(text: str, most: int) -> None:
    if len(text) > most or (text and not text.isprintable()):
        raise WelfareError(f"Texts of the policy are one line of at most {most} characters.")
