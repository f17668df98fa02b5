"""By what rules a case is graded: its category scheme and the unit's policy."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from trawl.errors import Conflict, NotFound
from trawl.formats.schemes import Scheme, Schemes
from trawl.model.grading import NONE, GradingPolicy
from trawl.review.grading.policy import NAME, grading_policy
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.policies import policy_version


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one case. ``version``: of the policy; categories are numbered in the order
    of the scheme."""

    schemes: Schemes
    scheme: Scheme
    policy: GradingPolicy
    version: int
    _number: dict[str, int] = field(repr=False)

    @classmethod
    def of(cls, view: Reader | Session, case_id: int, schemes: Schemes) -> Rules:
        """The rules as they stand. Raises NotFound, and SettingsError for a scheme there is
        not."""
        policy = grading_policy(view)
        column = schema.case.c
        row = view.connection.execute(select(column.scheme).where(column.id == case_id)).first()
        if row is None:
            raise NotFound("there is no such case")
        return cls.made(schemes, row.scheme or policy.scheme, policy, policy_version(view, NAME))

    @classmethod
    def made(cls, schemes: Schemes, scheme: str, policy: GradingPolicy, version: int = 0) -> Rules:
        """Rules from their parts. Raises SettingsError for a scheme there is not."""
        named = schemes.named(scheme)
        number = {one.code: at for at, one in enumerate(named.categories)}
        return cls(schemes, named, policy, version, number)

    def number(self, code: str | None) -> int:
        """The number of a category; NONE for no category and for one the scheme has not."""
        return NONE if code is None else self._number.get(code, NONE)

    def code(self, number: int) -> str | None:
        """The category of that number; None for NONE and APART."""
        return None if number < 0 else self.scheme.categories[number].code

    def check_scheme(self, name: str | None) -> None:
        """Raise Conflict when an officer meant another scheme: the same code may mean the
        opposite in two of them."""
        if name is not None and name != self.scheme.name:
            raise Conflict(
                f"the case is graded by the scheme {self.scheme.name} now, not {name[:40]!r}",
                hint="Load the page again: its categories have changed.",
            )

    def checked(self, code: str) -> str:
        """A category of the scheme. Raises Conflict for one it has not."""
        if code not in self._number:
            raise Conflict(
                f"the scheme {self.scheme.name} has no category {code[:40]!r}",
                hint="The case may have been given another scheme. Load the page again.",
            )
        return code
