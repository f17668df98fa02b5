"""Sheets of tiles over HTTP: every one passes the gate before a byte of it is read."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import AfterValidator

from trawl.api.deps import Asking
from trawl.api.reviewing import reviews_of
from trawl.api.sheets import MOST, sheet
from trawl.api.state import Held, State
from trawl.api.view_shapes import CaseId
from trawl.errors import NotFound
from trawl.model.access import Act, Officer
from trawl.model.looking import Clarity
from trawl.review.tiles import Place, Tiles, places
from trawl.store.access import require
from trawl.welfare.gate import Shown, show, withheld

router = APIRouter(prefix="/cases/{case_id}/tiles", tags=["views"])

TILES = "tiles"
LONGEST = 20 * MOST


def listed(ids: str) -> str:
    """The identifiers as they stand. Raises ValueError when they are none or too many."""
    said = ids.split(",")
    if len(said) > MOST:
        raise ValueError(f"at most {MOST} media at a time")
    if not all(_ID.fullmatch(one) for one in said):
        raise ValueError("identifiers are whole numbers separated by commas")
    return ids


_ID = re.compile(r"[1-9][0-9]{0,17}")
Ids = Annotated[
    str,
    Query(
        min_length=1,
        max_length=LONGEST,
        description=f"Identifiers of up to {MOST} media, separated by commas.",
    ),
    AfterValidator(listed),
]
OCTETS: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}


@router.get("", response_class=Response, responses=OCTETS)
def case_tiles(
    held: Held, officer: Asking, case_id: CaseId, ids: Ids, clarity: Clarity = Clarity.BLURRED
) -> Response:
    """Thumbnails in the order asked: ``TRWT``, how many (uint32), then of each the identifier
    (uint64), a length (uint32) and so many bytes of JPEG; little-endian. Length 0: it has none,
    or is of a category that is not shown to this officer."""
    media_ids = [int(one) for one in ids.split(",")]
    shown, wanted = _placed(held, officer, case_id, media_ids)
    show(held.database, officer, case_id, shown, str(clarity))
    pictures = tiles_of(held).render(wanted, clarity)
    return Response(
        sheet(list(zip(media_ids, pictures, strict=True))), media_type="application/octet-stream"
    )


def _placed(
    held: State, officer: Officer, case_id: int, media_ids: list[int]
) -> tuple[list[Shown], list[Place | None]]:
    """What the gate is to be asked, and where the thumbnails lie, without those that are kept
    from view. Raises AccessRefused, NotFound when the case does not have one of the media."""
    kept_back = withheld(held.database, officer)
    with held.database.reader() as reader:
        require(reader, officer, Act.MEDIA_SHOW, case_id)
        with reviews_of(held).case(case_id).held(reader) as case:
            at, there = case.index.positions_of(media_ids)
            if not there.all():
                raise NotFound("this case has no such media")
            numbers = case.shown_category(officer.id, at).tolist()
            codes = case.judged.categories
            found = places(case.index, at)
    known = [codes[number] if number >= 0 else None for number in numbers]
    wanted = [
        None if code in kept_back else place for code, place in zip(known, found, strict=True)
    ]
    # What has no picture is not shown, and does not count as looked at.
    shown = {
        one: Shown(one, code)
        for one, code, place in zip(media_ids, known, wanted, strict=True)
        if place is not None
    }
    return list(shown.values()), wanted


def tiles_of(held: State) -> Tiles:
    """What renders tiles, begun at the first wish."""
    with held.lock:
        found = held.rooms.get(TILES)
        if not isinstance(found, Tiles):
            found = held.rooms[TILES] = Tiles(held.workspace)
        return found
