"""Opening views and reading them, as an officer does."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import msgspec

from trawl.errors import ViewGone
from trawl.model.access import Act, Officer
from trawl.review.reviews import ReviewCase, Reviews
from trawl.review.views import facets as facetting
from trawl.review.views import pages
from trawl.review.views.asking import Asked, Source
from trawl.review.views.facets import Facets
from trawl.review.views.grouping import Group, GroupBy, groups
from trawl.review.views.held import Held
from trawl.review.views.pages import PAGE, Found, Page
from trawl.review.views.settling import Settled, settle
from trawl.review.views.snapshots import Definition
from trawl.store.access import require
from trawl.store.chain import Scalar
from trawl.store.database import Database, Reader


class Opened(msgspec.Struct, frozen=True):
    """``view`` names it; ``count`` rows, which stand for so many ``media``, in pages of
    ``bucket``."""

    view: str
    count: int
    media: int
    bucket: int


def open_view(
    database: Database, officer: Officer, reviews: Reviews, case_id: int, asked: Asked
) -> Opened:
    """Settle a view of a case. The same view of the same state of the case is the same one.
    Disputes are for those who may read them. Raises AccessRefused, StoreError."""
    detail: dict[str, Scalar] = {"asked": json.dumps(asked.told(), default=str, sort_keys=True)}
    also = (Act.DISPUTE_READ,) if asked.source is Source.DISPUTES else ()
    _audited(database, officer, case_id, "view", detail, also)
    with _held(database, reviews, case_id) as (view, review, held):
        definition = Definition(officer.id, asked, _version(held, officer.id, asked))
        settled = review.views.rows(definition.key)
        if settled is None:
            settled = settle(view, held, officer.id, asked)
        review.views.keep(definition, settled)
        return Opened(definition.key, len(settled.rows), settled.media, PAGE)


def read_page(
    database: Database, officer: Officer, reviews: Reviews, case_id: int, key: str, number: int
) -> Page:
    """One page of a view, from 0, with the states as they are now. Raises AccessRefused,
    ViewGone."""
    _audited(database, officer, case_id, "page", {"view": key, "page": number})
    with _held(database, reviews, case_id) as (view, review, held):
        settled = _rows(view, review, held, officer, key)
        return pages.page(view, held, officer.id, settled, number)


def read_groups(
    database: Database, officer: Officer, reviews: Reviews, case_id: int, key: str, by: GroupBy
) -> list[Group]:
    """What a view falls into. Raises AccessRefused, ViewGone."""
    _audited(database, officer, case_id, "groups", {"view": key, "by": str(by)})
    with _held(database, reviews, case_id) as (view, review, held):
        return groups(held.index, _rows(view, review, held, officer, key), by)


def find_media(
    database: Database, officer: Officer, reviews: Reviews, case_id: int, key: str, media_id: int
) -> Found:
    """Where a media, or the stack it is in, stands in a view. Raises AccessRefused, ViewGone."""
    _audited(database, officer, case_id, "find", {"view": key, "media": media_id})
    with _held(database, reviews, case_id) as (view, review, held):
        return pages.find(held, _rows(view, review, held, officer, key), media_id)


def read_facets(database: Database, officer: Officer, reviews: Reviews, case_id: int) -> Facets:
    """What the case may be filtered by. Raises AccessRefused."""
    _audited(database, officer, case_id, "facets", {})
    with _held(database, reviews, case_id) as (_, review, held):
        return facetting.facets(held, officer.id, review.lasting(held))


def stacks_left(reviews: Reviews, officer: Officer, case_id: int, not_shown: Sequence[str]) -> int:
    """How many stacks wait for an officer. For those who have been let to the case already."""
    asked = Asked(not_shown=tuple(not_shown))
    with _held(reviews.database, reviews, case_id) as (view, _, held):
        return len(settle(view, held, officer.id, asked).rows)


def _audited(
    database: Database,
    officer: Officer,
    case_id: int,
    subject: str,
    detail: dict[str, Scalar],
    also: Sequence[Act] = (),
) -> None:
    with database.session(officer) as session:
        for act in (Act.REVIEW_READ, *also):
            require(session, officer, act, case_id)
        session.audit(Act.REVIEW_READ, case_id=case_id, subject=subject, detail=detail)


@contextmanager
def _held(
    database: Database, reviews: Reviews, case_id: int
) -> Iterator[tuple[Reader, ReviewCase, Held]]:
    review = reviews.case(case_id)
    with database.reader() as view, review.held(view) as held:
        yield view, review, held


def _rows(view: Reader, review: ReviewCase, held: Held, officer: Officer, key: str) -> Settled:
    """The rows of a view, settled again where they were let go of and nothing has changed since:
    a view never moves."""
    definition = review.views.definition(key, officer.id)
    settled = review.views.rows(key)
    if settled is None:
        if definition.version != _version(held, officer.id, definition.asked):
            raise ViewGone
        settled = settle(view, held, officer.id, definition.asked)
        review.views.keep(definition, settled)
    return settled


def _version(held: Held, officer_id: int, asked: Asked) -> str:
    """Names everything a view is settled from."""
    parts = [held.version, held.judged.version, held.marks.version]
    if asked.source is Source.QUEUE:
        parts.append(str(sorted(held.others(officer_id).tolist())))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
