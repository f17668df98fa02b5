"""How well the officers of a case agree, as a supervisor asks for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sqlalchemy import select

from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.review.agreement import NO_VOTE, Agreement, Ratings, agreement
from trawl.review.grading.rules import Rules
from trawl.store import schema
from trawl.store.access import require
from trawl.store.database import Database, Reader
from trawl.store.vote_columns import votes_after


@dataclass(frozen=True, slots=True)
class CaseAgreement:
    """The figures of one case in one scheme. ``officers``: names, by the numbers that pairs are
    named with; ``codes``: categories in the order of the scheme; ``media``: with any vote."""

    scheme: str
    codes: list[str]
    officers: list[str]
    media: int
    figures: Agreement


def case_agreement(
    database: Database, officer: Officer, schemes: Schemes, case_id: int, scheme: str | None = None
) -> CaseAgreement:
    """The agreement of votes in force on whole media, in the case's scheme or in another it was
    graded by before. Raises SettingsError for a scheme there is not."""
    with database.session(officer) as session:
        require(session, officer, Act.AGREEMENT_READ, case_id)
        session.audit(Act.AGREEMENT_READ, case_id=case_id, subject="agreement", detail={})
    with database.reader() as reader:
        rules = Rules.of(reader, case_id, schemes)
        if scheme is not None:
            rules = Rules.made(schemes, scheme, rules.policy, rules.version)
        ids, ratings = _ratings(reader, case_id, rules)
        names = _names(reader)
    codes = [one.code for one in rules.scheme.categories]
    figures = agreement(ratings, len(codes))
    voted = int(np.count_nonzero((ratings != NO_VOTE).any(axis=0)))
    return CaseAgreement(rules.scheme.name, codes, [names[one] for one in ids], voted, figures)


def _ratings(view: Reader, case_id: int, rules: Rules) -> tuple[list[int], Ratings]:
    """Officers, sorted, and what each has said of each media that was ever voted on."""
    numbers = {one.code: at for at, one in enumerate(rules.scheme.categories)}
    parts = list(votes_after(view, case_id, rules.scheme.name, numbers, 0))
    media = np.unique(np.concatenate([np.empty(0, np.int64), *(one.media for one in parts)]))
    raters = np.unique(np.concatenate([np.empty(0, np.int64), *(one.officer for one in parts)]))
    ratings = np.full((len(raters), len(media)), NO_VOTE, np.int16)
    for one in parts:
        # Of several votes of one officer on one media the last is kept, which is the newest.
        rows, columns = np.searchsorted(raters, one.officer), np.searchsorted(media, one.media)
        ratings[rows, columns] = one.category
    return raters.tolist(), ratings


def _names(view: Reader) -> dict[int, str]:
    columns = schema.officer.c
    rows = view.connection.execute(select(columns.id, columns.name))
    return {row.id: row.name for row in rows}
