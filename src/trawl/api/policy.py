"""The unit's policy on grading over HTTP."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from trawl.api.deps import Asking
from trawl.api.grading_shapes import Asked
from trawl.api.schemes import schemes_of
from trawl.api.state import Held
from trawl.model.grading import GradingPolicy, Imported
from trawl.review.grading.policy import MOST_SECONDS, MOST_VOTES, put_policy, read_policy

router = APIRouter(prefix="/policy", tags=["policy"])


class PolicyShape(Asked):
    """``votes``: equal votes that make a grade trusted; ``imported``: what an imported category
    counts; ``sample_share``: of single votes drawn for a second look; ``closer_seconds``: how
    long a closer look lasts."""

    votes: Annotated[int, Field(ge=1, le=MOST_VOTES)] = 3
    imported: Imported = Imported.PROPOSAL
    scheme: Annotated[str, Field(min_length=1, max_length=64)] = "uk"
    sample_share: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.05
    closer_seconds: Annotated[int, Field(ge=1, le=MOST_SECONDS)] = 10


@router.get("/grading")
def show_policy(held: Held, officer: Asking) -> PolicyShape:
    """The policy on grading."""
    return _shape(read_policy(held.database, officer))


@router.put("/grading")
def change_policy(held: Held, officer: Asking, asked: PolicyShape) -> PolicyShape:
    """Set the policy on grading; what is left out is as by default."""
    wanted = asked.model_dump(mode="json")
    return _shape(put_policy(held.database, officer, schemes_of(held), wanted))


def _shape(policy: GradingPolicy) -> PolicyShape:
    return PolicyShape(**asdict(policy))
