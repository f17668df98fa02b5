"""What a case may be filtered by, over HTTP."""

from __future__ import annotations

from fastapi import APIRouter, Response

from trawl.api.deps import Asking
from trawl.api.reviewing import reviews_of
from trawl.api.state import Held
from trawl.api.view_shapes import CaseId, FacetsShape
from trawl.api.views import answer
from trawl.review.views.looking import read_facets

router = APIRouter(prefix="/cases/{case_id}/facets", tags=["views"])


@router.get("", response_model=FacetsShape)
def case_facets(held: Held, officer: Asking, case_id: CaseId) -> Response:
    """The choices of each part of a filter, and how much of the case each leaves."""
    return answer(read_facets(held.database, officer, reviews_of(held), case_id))
