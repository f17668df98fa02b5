"""Notes, tags, clues and saved filters over HTTP."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter

from trawl.api.deps import Asking
from trawl.api.grading_shapes import CaseId, MarkId, MediaId
from trawl.api.marks_shapes import (
    Added,
    ClueAsked,
    ClueTold,
    FilterAsked,
    FilterTold,
    NoteAsked,
    NoteTold,
    TagAsked,
    TagTold,
)
from trawl.api.state import Held
from trawl.review.clues import add_clue, list_clues, withdraw_clue
from trawl.review.notes import add_note, list_notes, withdraw_note
from trawl.review.saved_filters import list_filters, remove_filter, save_filter
from trawl.review.tags import add_tag, list_tags, withdraw_tag

router = APIRouter(prefix="/cases/{case_id}", tags=["marks"])


@router.get("/media/{media_id}/notes")
def show_notes(held: Held, officer: Asking, case_id: CaseId, media_id: MediaId) -> list[NoteTold]:
    """The notes on a media."""
    found = list_notes(held.database, officer, case_id, media_id)
    return [NoteTold(**asdict(one)) for one in found]


@router.post("/media/{media_id}/notes", status_code=201)
def write_note(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, asked: NoteAsked
) -> Added:
    """Write a note."""
    return Added(id=add_note(held.database, officer, case_id, media_id, asked.text))


@router.delete("/media/{media_id}/notes/{mark}", status_code=204)
def drop_note(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, mark: MarkId
) -> None:
    """Take one's own note back."""
    withdraw_note(held.database, officer, case_id, media_id, mark)


@router.get("/media/{media_id}/tags")
def show_tags(held: Held, officer: Asking, case_id: CaseId, media_id: MediaId) -> list[TagTold]:
    """The tags of a media."""
    found = list_tags(held.database, officer, case_id, media_id)
    return [TagTold(**asdict(one)) for one in found]


@router.post("/media/{media_id}/tags", status_code=201)
def put_tag(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, asked: TagAsked
) -> Added:
    """Put a tag on a media."""
    return Added(id=add_tag(held.database, officer, case_id, media_id, asked.tag))


@router.delete("/media/{media_id}/tags/{mark}", status_code=204)
def drop_tag(held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, mark: MarkId) -> None:
    """Take one's own tag back."""
    withdraw_tag(held.database, officer, case_id, media_id, mark)


@router.get("/media/{media_id}/clues")
def show_clues(held: Held, officer: Asking, case_id: CaseId, media_id: MediaId) -> list[ClueTold]:
    """The clues of a media."""
    return [ClueTold.of(one) for one in list_clues(held.database, officer, case_id, media_id)]


@router.post("/media/{media_id}/clues", status_code=201)
def mark_clue(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, asked: ClueAsked
) -> Added:
    """Mark a region of a picture, or a moment of a video, as a clue."""
    added = add_clue(
        held.database,
        officer,
        case_id,
        media_id,
        asked.label,
        region=asked.region,
        at_ms=asked.at_ms,
    )
    return Added(id=added)


@router.delete("/media/{media_id}/clues/{mark}", status_code=204)
def drop_clue(
    held: Held, officer: Asking, case_id: CaseId, media_id: MediaId, mark: MarkId
) -> None:
    """Take one's own clue back."""
    withdraw_clue(held.database, officer, case_id, media_id, mark)


@router.get("/clues")
def show_clues_of_case(held: Held, officer: Asking, case_id: CaseId) -> list[ClueTold]:
    """All clues of a case."""
    return [ClueTold.of(one) for one in list_clues(held.database, officer, case_id)]


@router.get("/filters")
def show_filters(held: Held, officer: Asking, case_id: CaseId) -> list[FilterTold]:
    """The officer's own filters."""
    found = list_filters(held.database, officer, case_id)
    return [FilterTold(**asdict(one)) for one in found]


@router.post("/filters", status_code=201)
def keep_filter(held: Held, officer: Asking, case_id: CaseId, asked: FilterAsked) -> Added:
    """Save a filter; one of the same name is replaced."""
    return Added(id=save_filter(held.database, officer, case_id, asked.name, asked.value))


@router.delete("/filters/{mark}", status_code=204)
def drop_filter(held: Held, officer: Asking, case_id: CaseId, mark: MarkId) -> None:
    """Remove one of the officer's own filters."""
    remove_filter(held.database, officer, case_id, mark)
