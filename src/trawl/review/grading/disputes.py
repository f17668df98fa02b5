"""Disputes: looking at votes that differ, and settling them with grounds."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from trawl.errors import Conflict, NotFound, StoreError
from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.model.grading import ActKind, State
from trawl.review.grading.casting import Done
from trawl.review.grading.keys import another_act, checked_key, done_before
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import Judged, judged
from trawl.store import schema
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.grading_acts import WHOLE, StoredVote, add_act, in_force, votes_on
from trawl.store.media_in_case import media_in_case
from trawl.store.resolutions import StoredResolution, add_resolution, resolutions_of, resolved_by
from trawl.store.values import storable_text

LONGEST_GROUNDS = 4000


@dataclass(frozen=True, slots=True)
class DisputeVote:
    """A vote in force on a disputed media."""

    officer: str
    category: str
    at_us: int


@dataclass(frozen=True, slots=True)
class Resolved:
    """How a dispute was settled."""

    officer: str
    category: str
    grounds: str
    at_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One dispute. ``imported``: the category and the set of an imported list, which counts as
    the policy says; ``resolutions``: the oldest first; ``open``: whether it is still one."""

    media_id: int
    open: bool
    votes: list[DisputeVote]
    imported: tuple[str | None, str | None] | None
    resolutions: list[Resolved]


def read_dispute(
    database: Database, officer: Officer, schemes: Schemes, case_id: int, media_id: int
) -> Dispute:
    """The votes of a media that is disputed or was. Raises NotFound for any other: nobody reads
    votes that nobody disputes."""
    with database.session(officer) as session:
        require(session, officer, Act.DISPUTE_READ, case_id)
        rules = Rules.of(session, case_id, schemes)
        now = _judged(session, case_id, media_id, rules)
        settled = resolutions_of(session, case_id, rules.scheme.name, [media_id])
        if now.stands.state is not State.DISPUTED and not settled:
            raise NotFound("there is no dispute about this media")
        found = _dispute(session, case_id, media_id, rules, now, settled)
        session.audit(
            Act.DISPUTE_READ,
            case_id=case_id,
            subject=f"media {media_id}",
            detail={"open": found.open},
        )
    return found


def resolve(
    database: Database,
    officer: Officer,
    schemes: Schemes,
    case_id: int,
    media_id: int,
    *,
    key: str,
    category: str,
    grounds: str,
    scheme: str | None = None,
) -> Done:
    """Settle a dispute; the votes stay as they are. The same key again gives the same answer.
    Raises NotFound, Conflict when the media is not disputed (any more) or the officer means a
    scheme that the case has not, StoreError without grounds."""
    checked_key(key)
    said = (storable_text(grounds) or "").strip()
    if not said or len(said) > LONGEST_GROUNDS:
        raise StoreError(
            f"a resolution needs its grounds, in at most {LONGEST_GROUNDS:,} characters",
            hint="Say in a sentence why it is this category.",
        )
    with database.session(officer) as session:
        require(session, officer, Act.DISPUTE_RESOLVE, case_id)
        act = done_before(session, officer.id, case_id, key, ActKind.RESOLVE)
        again = act is not None
        if act is None:
            rules = Rules.of(session, case_id, schemes)
            if _judged(session, case_id, media_id, rules).stands.state is not State.DISPUTED:
                raise Conflict("this media is not disputed", hint="Load the disputes again.")
            rules.check_scheme(scheme)
            checked = rules.checked(category)
            act = add_act(session, case_id, key, ActKind.RESOLVE, rules.scheme.name, checked)
            add_resolution(session, act, media_id, checked, said)
        elif resolved_by(session, [act.id]) != {act.id: media_id} or act.category != category:
            raise another_act()
        session.audit(
            Act.DISPUTE_RESOLVE,
            case_id=case_id,
            subject=f"media {media_id}",
            detail={"act": act.id, "again": again, "category": category, "grounds": said},
        )
    return Done(act, [media_id], again)


def _judged(session: Session, case_id: int, media_id: int, rules: Rules) -> Judged:
    if not media_in_case(session, case_id, [media_id]):
        raise NotFound("there is no such media in this case")
    return judged(session, case_id, [media_id], rules)[media_id]


def _dispute(
    session: Session,
    case_id: int,
    media_id: int,
    rules: Rules,
    now: Judged,
    settled: list[StoredResolution],
) -> Dispute:
    cast = in_force(votes_on(session, case_id, rules.scheme.name, [media_id])).values()
    names = _names(session)
    imported = None
    if now.hint.imported != -1:
        imported = (rules.code(now.hint.imported), now.hint.source)
    return Dispute(
        media_id=media_id,
        open=now.stands.state is State.DISPUTED,
        votes=[vote for one in cast if (vote := _vote(one, names)) is not None],
        imported=imported,
        resolutions=[
            Resolved(names[one.officer_id], one.category, one.grounds, one.at_us) for one in settled
        ],
    )


def _vote(one: StoredVote, names: dict[int, str]) -> DisputeVote | None:
    if one.category is None or (one.from_ms, one.to_ms) != WHOLE:
        return None
    return DisputeVote(names[one.officer_id], one.category, one.at_us)


def _names(session: Session) -> dict[int, str]:
    columns = schema.officer.c
    rows = session.connection.execute(select(columns.id, columns.name))
    return {row.id: row.name for row in rows}
