"""One media over HTTP: what the log has of it, and a closer look, which the gate lets through.

No route hands out the seized bytes. What is looked at is rendered for the purpose, as clear as was
asked for and no clearer.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response

from trawl.api.deps import Asking
from trawl.api.media_shapes import MediaShape, Scene
from trawl.api.schemes import schemes_of
from trawl.api.sheets import sheet
from trawl.api.showing import in_turn, let_through, originals
from trawl.api.state import Held
from trawl.casework.media import media_of_case, scenes_of_media
from trawl.matching.explaining import explain_in_case
from trawl.model.access import Act
from trawl.model.looking import SEGMENT_MS, Clarity, Rendered, Segment
from trawl.passes.clarity import render_thumbnail
from trawl.review.grading.answering import own_segments, told_states
from trawl.store.access import require
from trawl.store.blobs import read_blob
from trawl.store.cases import case_by_id

router = APIRouter(prefix="/cases/{case_id}/media/{media_id}", tags=["media"])

Id = Annotated[int, Path(ge=1, le=(1 << 53))]
Longest = Annotated[int, Query(ge=32, le=4096, description="Pixels of the longer side.")]
Moment = Annotated[int, Query(ge=0, le=(1 << 40), description="Milliseconds from the start.")]
Answers = dict[int | str, dict[str, Any]]
JPEG: Answers = {200: {"content": {"image/jpeg": {}}}}
MP4: Answers = {200: {"content": {"video/mp4": {}}}}
OCTETS: Answers = {200: {"content": {"application/octet-stream": {}}}}
SCENE_SIDE = 256
LONGEST_WHY = 500


@router.get("")
def media_details(held: Held, officer: Asking, case_id: Id, media_id: Id) -> MediaShape:
    """Everything the case has of a media: digests, facts, places, findings, hits and why."""
    found = media_of_case(held.database, officer, case_id, media_id)
    with held.database.reader() as reader:
        case = case_by_id(reader, case_id)
    hits = explain_in_case(held.database, officer, held.workspace, case, media_id)
    schemes = schemes_of(held)
    with held.database.reader() as reader:
        (stands,) = told_states(reader, officer, schemes, case_id, [media_id])
        segments = own_segments(reader, officer, schemes, case_id, media_id)
    return MediaShape.of(found, hits, stands, segments)


@router.get("/look", response_class=Response, responses=JPEG)
async def media_look(
    request: Request,
    held: Held,
    officer: Asking,
    case_id: Id,
    media_id: Id,
    clarity: Clarity = Clarity.BLURRED,
    longest: Longest = 1024,
) -> Response:
    """A picture, rendered anew from the exhibit; from the stored thumbnail where that is away
    (the header ``X-Instead`` says why)."""

    def shown() -> Response:
        let_through(held, officer, case_id, [media_id], clarity)
        return _picture(originals(held).picture(case_id, media_id, clarity, longest))

    return await in_turn(held, request, shown)


@router.get("/frame", response_class=Response, responses=JPEG)
async def media_frame(
    request: Request,
    held: Held,
    officer: Asking,
    case_id: Id,
    media_id: Id,
    at_ms: Moment = 0,
    clarity: Clarity = Clarity.BLURRED,
    longest: Longest = 1024,
) -> Response:
    """The frame of a video at a moment; ``X-At-Ms`` is its own time."""

    def shown() -> Response:
        let_through(held, officer, case_id, [media_id], clarity)
        return _picture(originals(held).frame(case_id, media_id, at_ms, clarity, longest))

    return await in_turn(held, request, shown)


@router.get("/segment", response_class=Response, responses=MP4)
async def media_segment(
    request: Request,
    held: Held,
    officer: Asking,
    case_id: Id,
    media_id: Id,
    from_ms: Moment = 0,
    to_ms: Moment = SEGMENT_MS,
    clarity: Clarity = Clarity.BLURRED,
    sound: bool = False,
) -> Response:
    """A stretch of a video encoded anew, at most 20 s; silent unless sound is asked for. Its own
    beginning and end are in ``X-From-Ms`` and ``X-To-Ms``, ``X-Ends`` is 1 at the video's end."""
    to_ms = min(max(to_ms, from_ms + 1), from_ms + SEGMENT_MS)

    def shown() -> Segment:
        let_through(held, officer, case_id, [media_id], clarity, lasts_ms=to_ms - from_ms)
        return originals(held).segment(case_id, media_id, from_ms, to_ms, clarity, sound=sound)

    found = await in_turn(held, request, shown)
    headers = {
        "X-From-Ms": str(found.from_ms),
        "X-To-Ms": str(found.to_ms),
        "X-Ends": str(int(found.ends)),
    }
    return Response(found.data, media_type=found.mime, headers=headers)


@router.get("/scenes")
def media_scenes(held: Held, officer: Asking, case_id: Id, media_id: Id) -> list[Scene]:
    """The scenes of a video, in order of time; none of anything else."""
    found = scenes_of_media(held.database, officer, case_id, media_id)
    return [Scene(number=number, at_ms=one.at_ms) for number, one in enumerate(found)]


@router.get("/scenes/sheet", response_class=Response, responses=OCTETS)
def media_scene_sheet(
    held: Held,
    officer: Asking,
    case_id: Id,
    media_id: Id,
    clarity: Clarity = Clarity.BLURRED,
) -> Response:
    """The pictures of the scenes on one sheet, as tiles are: the number of a scene, its JPEG."""
    with held.database.reader() as reader:
        require(reader, officer, Act.MEDIA_SHOW, case_id)  # before its scenes are counted as read
    found = scenes_of_media(held.database, officer, case_id, media_id)
    let_through(held, officer, case_id, [media_id], clarity)
    pictures = []
    for number, one in enumerate(found):
        stored = one.thumbnail
        if stored is not None:
            raw = read_blob(held.workspace.thumbnails(stored.acquisition_id), stored.ref)
            pictures.append((number, render_thumbnail(raw, clarity, SCENE_SIDE)))
    return Response(sheet(pictures), media_type="application/octet-stream")


def _picture(found: Rendered) -> Response:
    headers = {}
    if found.at_ms is not None:
        headers["X-At-Ms"] = str(found.at_ms)
    if found.instead is not None:
        # A worker's words may be in it: no more of them than a header may hold.
        said = "".join(filter(str.isprintable, found.instead))[:LONGEST_WHY]
        headers["X-Instead"] = said.encode("ascii", "replace").decode()
    return Response(found.data, media_type=found.mime, headers=headers)
