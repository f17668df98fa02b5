"""What a case may be filtered by, and how much of it each choice leaves."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from trawl.model.grading import State
from trawl.review.index.media_index import Mask, MediaIndex
from trawl.review.views.asking import Told
from trawl.review.views.filtering import STATES
from trawl.review.views.held import EVERYWHERE, Held
from trawl.store.review_facts import KINDS

MOST = 500
"""Choices told of one kind, the most frequent."""


class Facet(msgspec.Struct, frozen=True):
    """One choice, and how many media it leaves."""

    label: str
    count: int


class Facets(msgspec.Struct, frozen=True):
    """Choices of each kind, the most frequent first; of ``kinds`` all media count, of all else
    pictures and videos. ``states``, ``categories``: as the officer is told."""

    exhibits: list[Facet]
    kinds: list[Facet]
    cameras: list[Facet]
    sets: list[Facet]
    tags: list[Facet]
    categories: list[Facet]
    states: list[Facet]
    years: list[Facet]


class Lasting(msgspec.Struct, frozen=True):
    """What holds as long as the case does not grow."""

    exhibits: list[Facet]
    kinds: list[Facet]
    cameras: list[Facet]
    years: list[Facet]


def lasting(index: MediaIndex) -> Lasting:
    """The choices that no judgement changes."""
    viewable = index.viewable()
    exhibits = [
        int(np.count_nonzero(viewable & ((index["exhibits"][:, at // 8] >> at % 8 & 1) != 0)))
        for at in range(len(index.exhibits))
    ]
    cameras = np.bincount(index["camera"][viewable], minlength=len(index.words["camera"]) + 1)
    years = np.bincount(index["month"][viewable] // 12)
    return Lasting(
        exhibits=[Facet(*each) for each in zip(index.exhibits, exhibits, strict=True)],
        kinds=_counted(
            [str(kind) for kind in KINDS], np.bincount(index["kind"], minlength=len(KINDS))
        ),
        cameras=_counted(index.words["camera"], cameras[1:]),
        years=[
            Facet(str(year), int(years[year])) for year in np.flatnonzero(years).tolist() if year
        ],
    )


def facets(held: Held, officer_id: int, known: Lasting) -> Facets:
    """All choices, as the case stands for this officer."""
    viewable = held.index.viewable()
    state, category, mine = held.judged.told(officer_id, EVERYWHERE)
    states = np.bincount(state[viewable], minlength=len(State))
    names = held.judged.categories
    shown = held.else_proposed(category, EVERYWHERE)[viewable]
    categories = np.bincount(shown + 1, minlength=len(names) + 1)[1:]
    told = [Facet(str(one), int(states[number])) for one, number in STATES.items()]
    told.insert(2, Facet(str(Told.MINE), int(np.count_nonzero(mine & viewable))))
    return Facets(
        exhibits=known.exhibits,
        kinds=known.kinds,
        cameras=known.cameras,
        sets=_sized(held.hit, viewable),
        tags=_sized(held.marks.tags, viewable),
        categories=[Facet(*each) for each in zip(names, categories.tolist(), strict=False)],
        states=told,
        years=known.years,
    )


def _counted(names: tuple[str, ...] | list[str], counts: npt.NDArray[np.integer]) -> list[Facet]:
    order = np.argsort(-counts, kind="stable")[:MOST]
    return [Facet(names[at], int(counts[at])) for at in order.tolist() if counts[at]]


def _sized(positions: Mapping[str, npt.NDArray[np.integer]], viewable: Mask) -> list[Facet]:
    found = [Facet(name, int(np.count_nonzero(viewable[at]))) for name, at in positions.items()]
    return sorted(found, key=lambda one: -one.count)[:MOST]
