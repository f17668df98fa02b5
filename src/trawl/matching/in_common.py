"""What a video of a case has in common with other videos and pictures of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from trawl.errors import NotFound
from trawl.matching import case_clips
from trawl.matching.clips.search import ClipHit, is_same
from trawl.matching.clips.stills import StillHit
from trawl.matching.kin import kin_of
from trawl.matching.rejecting import told_apart
from trawl.matching.sight.turns import undone
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.matching import Span, Turn
from trawl.store.access import require
from trawl.store.case_media import facts_by_id, first_places
from trawl.store.database import Database, Reader
from trawl.store.media import cases_with_media, stored_media
from trawl.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class InCommon:
    """A run that a video shares with another video, or a moment that it shares with a picture.

    ``here``: which part of the media asked for, ``there``: of the other; None for a picture.
    ``share`` and ``other_share``: the part of each one's frames that agree, None with a picture.
    ``turn``: what, done to the media asked for, gives the other. ``same``: as good as all of
    each is in the other; ``faint``: nearer than chance, but in few frames near: look before you
    believe.
    """

    case: str
    sha256: bytes
    kind: str
    exhibit: str
    path: str
    here: Span | None
    there: Span | None
    share: float | None
    other_share: float | None
    distance: int
    turn: Turn
    same: bool
    faint: bool


def in_common(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    cases: Sequence[Case],
    sha256: bytes,
) -> list[InCommon]:
    """What a media of these cases shares with videos of the same case, or, as a video, with its
    pictures too: the same first, then by how much of it. Pairs that an officer has told apart
    are left out. Raises NotFound, IndexDamaged."""
    with database.session(officer) as session:
        for case in cases:
            require(session, officer, Act.SIMILAR_SEARCH, case.id)
        holding = cases_with_media(session, sha256, [case.id for case in cases])
        if not holding:
            raise NotFound(f"no media {sha256.hex()} is in your cases")
        session.audit(
            Act.SIMILAR_SEARCH,
            case_id=holding[0],
            subject=sha256.hex(),
            detail={"videos": True},
        )
    found: list[InCommon] = []
    with database.reader() as reader:
        media_id = stored_media(reader, [sha256])[sha256].id
        for case in cases:
            folder = workspace.matching(case.id)
            clips = case_clips.load(folder) if case.id in holding else None
            if clips is not None:
                runs, stills = clips.of(media_id)
                runs += kin_of(folder, clips, media_id)
                found += _told(reader, case, media_id, runs, stills)
        apart = told_apart(reader, sha256)
    return sorted((one for one in found if one.sha256 not in apart), key=_order)


def _order(one: InCommon) -> tuple[bool, bool, float, int, str]:
    return not one.same, one.faint, -(one.share or 0.0), one.distance, one.path


def _told(
    view: Reader, case: Case, media_id: int, runs: list[ClipHit], stills: list[StillHit]
) -> Iterator[InCommon]:
    hits: list[ClipHit | StillHit] = [*runs, *stills]
    others = sorted({_other(hit, media_id) for hit in hits})
    facts, places = facts_by_id(view, others), first_places(view, case.id, others)
    for hit in hits:
        asked = hit.query_id == media_id
        other = facts[_other(hit, media_id)]
        exhibit, path = places.get(other.id, ("", ""))
        here, there = _spans(hit) if asked else _spans(hit)[::-1]
        share, other_share = _shares(hit) if asked else _shares(hit)[::-1]
        yield InCommon(
            case=case.name,
            sha256=other.sha256,
            kind=other.kind,
            exhibit=exhibit,
            path=path,
            here=here,
            there=there,
            share=share,
            other_share=other_share,
            distance=hit.distance,
            turn=hit.turn if asked else undone(hit.turn),
            same=isinstance(hit, ClipHit) and is_same(hit),
            faint=isinstance(hit, ClipHit) and hit.faint,
        )


def _other(hit: ClipHit | StillHit, media_id: int) -> int:
    return hit.found_id if hit.query_id == media_id else hit.query_id


def _shares(hit: ClipHit | StillHit) -> tuple[float | None, float | None]:
    """Of the frames of the query and of what was found, the part that agrees."""
    return (hit.share, hit.found_share) if isinstance(hit, ClipHit) else (None, None)


def _spans(hit: ClipHit | StillHit) -> tuple[Span | None, Span | None]:
    """The part of the query and of what was found."""
    if isinstance(hit, ClipHit):
        return hit.query, hit.found
    return None, Span(hit.at_ms, hit.at_ms)
