"""Showing what the store has of one media."""

from __future__ import annotations

from trawl.errors import NotFound
from trawl.model.access import Act, Officer
from trawl.model.media import FrameRole
from trawl.store.access import require
from trawl.store.cases import cases_of
from trawl.store.database import Database
from trawl.store.media import (
    MediaView,
    StoredFrame,
    cases_with_media,
    frames_of,
    media_by_sha256,
    sha256_of,
)
from trawl.store.media_in_case import media_in_case


def show_media(database: Database, officer: Officer, sha256: bytes) -> MediaView:
    """Everything about a media, as far as the officer's own cases go. Raises NotFound when it
    is in none of them, whether or not others have it."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, None)
        own = [case.id for case in cases_of(session, officer)]
        holding = cases_with_media(session, sha256, own)
        if not holding:
            raise NotFound(f"no media {sha256.hex()} is in your cases")
        for case_id in holding:
            require(session, officer, Act.MEDIA_SHOW, case_id)
        session.audit(
            Act.MEDIA_SHOW,
            case_id=holding[0],
            subject=sha256.hex(),
            detail={"cases": ",".join(map(str, holding))},
        )
    with database.reader() as reader:
        return media_by_sha256(reader, sha256, holding)


MOST_PLACES = 1000
"""Places of one media that are told."""


def media_of_case(database: Database, officer: Officer, case_id: int, media_id: int) -> MediaView:
    """What the log has of a media, as far as one case goes: nothing of where else it lies.
    Raises NotFound when the case is not the officer's, or the media is not in it."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        sha256 = sha256_of(session, media_id)
        if sha256 is None or not cases_with_media(session, sha256, [case_id]):
            raise NotFound(f"this case has no media {media_id}")
        session.audit(
            Act.REVIEW_READ, case_id=case_id, subject=sha256.hex(), detail={"media": media_id}
        )
    with database.reader() as reader:
        return media_by_sha256(reader, sha256, [case_id], most=MOST_PLACES)


def scenes_of_media(
    database: Database, officer: Officer, case_id: int, media_id: int
) -> list[StoredFrame]:
    """The scenes kept of a video of the case, in order of time. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.REVIEW_READ, case_id)
        if not media_in_case(session, case_id, [media_id]):
            raise NotFound(f"this case has no media {media_id}")
        session.audit(
            Act.REVIEW_READ,
            case_id=case_id,
            subject="scenes",
            detail={"media": media_id},
        )
    with database.reader() as reader:
        return [one for one in frames_of(reader, media_id) if one.role is FrameRole.SCENE]
