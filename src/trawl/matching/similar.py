"""What in the cases looks like a picture that is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.errors import NotFound
from trawl.matching import case_index
from trawl.matching.case_index import VIDEO, CaseIndex
from trawl.matching.case_vectors import Copies, pixels_of
from trawl.matching.rejecting import told_apart
from trawl.matching.sight.hamming import distances
from trawl.matching.sought import Sought
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.matching import NEAR, PLAIN, SOUGHT, Turn
from trawl.store.access import require
from trawl.store.case_media import facts_by_id, first_places
from trawl.store.database import Database, Reader
from trawl.workspace import Workspace

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A media that looks like it. ``turn``: what, done to the picture asked for, gives it;
    ``at_ms``: where in a video. ``same``: near enough to be the same picture. What only a model
    has found has no ``distance``, but the ``score`` (cosine) of that ``model``."""

    case: str
    sha256: bytes
    kind: str
    exhibit: str
    path: str
    distance: int | None
    turn: Turn
    at_ms: int | None
    same: bool
    score: float | None = None
    model: str | None = None


def search(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    cases: Sequence[Case],
    sought: Sought,
    *,
    most: int = 100,
    threshold: int = SOUGHT,
    copies: Copies | None = None,
) -> list[Likeness]:
    """What looks like it in the cases, the nearest first: pictures, what lies inside their
    borders, and frames of videos. Exact: every fingerprint of the cases is compared. Pairs that
    an officer has told apart are left out. ``copies``: a model that finds edits which
    fingerprints do not. Raises IndexDamaged, ModelRefused."""
    if not cases:
        raise NotFound("No case was named to look in.")
    with database.session(officer) as session:
        for case in cases:
            require(session, officer, Act.SIMILAR_SEARCH, case.id)
        session.audit(
            Act.SIMILAR_SEARCH,
            case_id=cases[0].id if len(cases) == 1 else None,
            subject=sought.sha256.hex() if sought.sha256 else "a picture from outside",
            detail={"cases": ",".join(str(case.id) for case in cases), "within": threshold},
        )
    found: list[Likeness] = []
    with database.reader() as reader:
        apart = set() if sought.sha256 is None else told_apart(reader, sought.sha256)
        for case in cases:
            index = case_index.load(workspace.matching(case.id))
            near = list(_near(index, sought, threshold))
            near.sort(key=lambda one: (one.distance or 0, one.media_id))
            near = near[: most + len(apart) + 1]
            near += _copies(workspace, case, sought, copies, {one.media_id for one in near}, most)
            found += _told(reader, case, near, apart)
    found.sort(key=_nearest_first)
    return found[:most]


def _nearest_first(one: Likeness) -> tuple[float, str, str]:
    away = 256 + 1 - (one.score or 0) if one.distance is None else one.distance
    return away, one.case, one.path


def _copies(
    workspace: Workspace,
    case: Case,
    sought: Sought,
    copies: Copies | None,
    seen: set[int],
    most: int,
) -> list[_Near]:
    """What a model finds beyond the fingerprints."""
    if copies is None or sought.thumbnail is None:
        return []
    picture = pixels_of(sought.thumbnail)
    if picture is None:
        return []
    model = copies.model.name
    return [
        _Near(media_id, None, Turn.NONE, None, score, model)
        for media_id, score in copies.search(workspace, case, picture, most)
        if media_id not in seen
    ]


@dataclass(frozen=True, slots=True)
class _Near:
    media_id: int
    distance: int | None
    turn: Turn
    at_ms: int | None
    score: float | None = None
    model: str | None = None


def _near(index: CaseIndex, sought: Sought, threshold: int) -> Iterator[_Near]:
    """The nearest fingerprint of each media of the case that has one within the threshold."""
    frames = index.frames
    whole = np.flatnonzero(index.telling())
    parts = np.flatnonzero(frames["quality"] >= PLAIN)
    owner = np.concatenate([index.ids[whole], frames["media"][parts]])
    if not len(owner):
        return
    times = np.concatenate([np.full(len(whole), -1, np.int64), frames["at_ms"][parts]])
    bits = np.concatenate([index.media["bits"][whole], frames["bits"][parts]])
    apart = np.full(len(bits), 257, np.uint16)
    how = np.zeros(len(bits), np.uint8)
    for number, one in enumerate(sought.bits):
        away = distances(one, bits)
        # A turn done on the hash alone is not exact: a looser threshold would mean nothing.
        away[away > (threshold if sought.turns[number] is Turn.NONE else NEAR)] = 257
        nearer = away < apart
        apart[nearer], how[nearer] = away[nearer], number
    hits = np.flatnonzero(apart <= threshold)
    hits = hits[np.lexsort((times[hits], apart[hits], owner[hits]))]
    videos = set(index.ids[index.is_kind(VIDEO)].tolist())
    last = -1
    for at in hits.tolist():
        media_id = int(owner[at])
        if media_id == last:
            continue
        last = media_id
        time = int(times[at]) if media_id in videos else None
        yield _Near(media_id, int(apart[at]), sought.turns[how[at]], time)


def _told(view: Reader, case: Case, near: Iterable[_Near], apart: set[bytes]) -> Iterator[Likeness]:
    near = list(near)
    facts = facts_by_id(view, [one.media_id for one in near])
    places = first_places(view, case.id, list(facts))
    for one in near:
        media = facts[one.media_id]
        if media.sha256 in apart:
            continue
        exhibit, path = places.get(one.media_id, ("", ""))
        yield Likeness(
            case=case.name,
            sha256=media.sha256,
            kind=media.kind,
            exhibit=exhibit,
            path=path,
            distance=one.distance,
            turn=one.turn,
            at_ms=one.at_ms,
            same=one.distance is not None and one.distance <= NEAR,
            score=one.score,
            model=one.model,
        )
