"""One stack over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import BaseModel

from trawl.api.deps import Asking
from trawl.api.media import Id
from trawl.api.reviewing import reviews_of
from trawl.api.state import Held
from trawl.api.view_shapes import CaseId
from trawl.api.views import answer
from trawl.review.views.stack_opened import read_stack

router = APIRouter(prefix="/cases/{case_id}/stacks", tags=["views"])


class MemberShape(BaseModel):
    """A media of a stack: ``distance`` bits from the top."""

    id: int
    distance: int
    files: int
    width: int | None
    height: int | None
    size: int
    state: str
    category: str | None
    mine: bool


class SimilarShape(BaseModel):
    """The top of a similar stack, and how many media are in that."""

    id: int
    media: int


class StackShape(BaseModel):
    """A stack: the top first, then the members furthest from it; at most 5,000 of ``media``."""

    top: int
    media: int
    members: list[MemberShape]
    similar: list[SimilarShape]


@router.get("/{media_id}", response_model=StackShape)
def stack_open(held: Held, officer: Asking, case_id: CaseId, media_id: Id) -> Response:
    """The stack that a media is in."""
    return answer(read_stack(held.database, officer, reviews_of(held), case_id, media_id))
