"""Before pixels of a media leave: whose case it is, whether it is in it, and the gate."""

from __future__ import annotations

from collections.abc import Sequence

from trawl.api.state import State
from trawl.errors import NotFound
from trawl.formats.schemes import load_schemes
from trawl.intake.originals import Originals
from trawl.model.access import Act, Officer
from trawl.model.looking import Clarity
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import Judged, judged
from trawl.store.access import require
from trawl.store.database import Reader
from trawl.store.media_in_case import media_in_case
from trawl.welfare.gate import Shown, show

ORIGINALS = "originals"


def let_through(
    held: State,
    officer: Officer,
    case_id: int,
    media_ids: Sequence[int],
    clarity: Clarity,
    *,
    lasts_ms: int = 0,
) -> None:
    """Ask the gate for media of a case; ``lasts_ms``: how long they take to play. Raises
    AccessRefused, NotFound when the case does not have one of them, BreakDue, NotShown."""
    with held.database.reader() as reader:
        require(reader, officer, Act.MEDIA_SHOW, case_id)
        there = media_in_case(reader, case_id, media_ids)
        if there != set(media_ids):
            raise NotFound("this case has no such media")
        shown = categories(reader, held, officer, case_id, media_ids)
    show(held.database, officer, case_id, shown, str(clarity), lasts_ms=lasts_ms)


def categories(
    view: Reader, held: State, officer: Officer, case_id: int, media_ids: Sequence[int]
) -> list[Shown]:
    """Each media with the category by which it is kept from view: the officer's own, else the
    trusted one, else the proposed one."""
    rules = Rules.of(view, case_id, load_schemes(held.workspace.schemes))
    found = judged(view, case_id, media_ids, rules)
    return [Shown(one, rules.code(_category(found[one], officer.id))) for one in media_ids]


def _category(one: Judged, officer_id: int) -> int:
    own = one.own(officer_id)
    if own >= 0:
        return own
    told = one.told(officer_id).category
    return told if told >= 0 else one.hint.proposal


def originals(held: State) -> Originals:
    """What shows media from their sources, opened at the first wish."""
    with held.lock:
        found = held.rooms.get(ORIGINALS)
        if not isinstance(found, Originals):
            found = Originals(held.workspace, held.settings, held.database)
            held.rooms[ORIGINALS] = found
        return found
