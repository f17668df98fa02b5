"""Views of a case over HTTP: opened once, read page by page."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from trawl.api.deps import Asking
from trawl.api.reviewing import reviews_of
from trawl.api.state import Held
from trawl.api.view_shapes import (
    Bucket,
    CaseId,
    FoundShape,
    GroupShape,
    PageNumber,
    ViewAsked,
    ViewKey,
    ViewOpened,
)
from trawl.review.views.grouping import GroupBy
from trawl.review.views.looking import find_media, open_view, read_groups, read_page
from trawl.store.values import BIGGEST
from trawl.welfare.gate import withheld

router = APIRouter(prefix="/cases/{case_id}/views", tags=["views"])


@router.post("", response_model=ViewOpened)
def view_open(held: Held, officer: Asking, case_id: CaseId, asked: ViewAsked) -> Response:
    """Settle a view: its rows and their order stay as they are, whatever is graded meanwhile."""
    wanted = asked.asked(withheld(held.database, officer))
    return answer(open_view(held.database, officer, reviews_of(held), case_id, wanted))


@router.get("/{view}/buckets/{number}", response_model=Bucket)
def view_bucket(
    held: Held, officer: Asking, case_id: CaseId, view: ViewKey, number: PageNumber
) -> Response:
    """A thousand rows of a view, from 0, with what they stand at now; empty beyond the end."""
    return answer(read_page(held.database, officer, reviews_of(held), case_id, view, number))


@router.get("/{view}/groups", response_model=list[GroupShape])
def view_groups(
    held: Held, officer: Asking, case_id: CaseId, view: ViewKey, by: GroupBy
) -> Response:
    """What a view falls into: months, cameras, exhibits, places."""
    return answer(read_groups(held.database, officer, reviews_of(held), case_id, view, by))


@router.get("/{view}/find", response_model=FoundShape)
def view_find(
    held: Held,
    officer: Asking,
    case_id: CaseId,
    view: ViewKey,
    media: Annotated[int, Query(ge=1, le=BIGGEST)],
) -> Response:
    """Where a media, or the stack it is in, stands in a view."""
    return answer(
        find_media(held.database, officer, reviews_of(held), case_id, view, media)._asdict()
    )


def answer(told: object) -> Response:
    """An answer on a hot route, encoded as it stands."""
    return Response(msgspec.json.encode(told), media_type="application/json")
