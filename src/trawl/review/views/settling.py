"""Settling a view: which rows it has, in which order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.model.grading import State
from trawl.review.index.media_index import Mask
from trawl.review.views.asking import Asked, Order, Source, Unit
from trawl.review.views.filtering import Filtering
from trawl.review.views.held import EVERYWHERE, Held
from trawl.store.database import Reader

Positions = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Settled:
    """A view's rows, as positions: tops of stacks or media. ``media``: how many media they
    stand for."""

    rows: Positions
    media: int
    unit: Unit


def settle(view: Reader, held: Held, officer_id: int, asked: Asked) -> Settled:
    """The rows of a view as the case stands."""
    meant = drawn(held, officer_id, asked)
    mask = Filtering(view, held, officer_id).mask(asked.wanted)
    if mask is not None:
        meant &= mask
    if asked.source is Source.QUEUE:
        leased = held.others(officer_id)
        if len(leased):
            meant &= ~np.isin(held.stacks.leader, leased)
    media = int(np.count_nonzero(meant))
    if asked.unit is Unit.STACK:
        tops = np.zeros(len(meant), np.bool_)
        tops[held.stacks.leader[meant]] = True
        meant = tops
    order = _order(held, asked.order)
    return Settled(order[meant[order]], media, asked.unit)


def drawn(held: Held, officer_id: int, asked: Asked) -> Mask:
    """What the source of a view offers, without what this officer is not shown. Only pictures
    and videos, unless kinds are asked for by name."""
    mask = _source(held, officer_id, asked.source)
    if asked.source is Source.QUEUE or not asked.wanted.kinds:
        mask &= held.index.viewable()
    if asked.not_shown and held.numbers(asked.not_shown):
        mask &= ~held.hidden(officer_id, asked.not_shown, EVERYWHERE)
    return mask


def _source(held: Held, officer_id: int, source: Source) -> Mask:
    judged = held.judged
    if source is Source.ALL:
        return np.ones(len(held.index), np.bool_)
    if source is Source.QUEUE:
        return judged.waiting(officer_id).copy()
    if source is Source.SAMPLES:
        return judged.sampled(officer_id).copy()
    state, _, mine = judged.told(officer_id, EVERYWHERE)
    return mine.copy() if source is Source.MINE else np.asarray(state == State.DISPUTED)


def _order(held: Held, order: Order) -> Positions:
    by_stack: Positions
    if order is Order.STACK:
        by_stack = held.stacks["by_stack"]
        return by_stack
    ordered: Positions = held.index[f"by_{order}"]
    return ordered
