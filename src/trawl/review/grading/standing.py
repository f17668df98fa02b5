"""What all grades of a case stand at, in arrays that follow the votes.

Each officer's votes in force are one array of small numbers; the states are worked out from
them, for the whole case at first and then for what has changed. ``judging.judge`` is the rule;
here it is written for many media at once, and the tests hold the two against each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.model.grading import NONE, Cast, Hint, Imported, State
from trawl.review.grading.hints import Hints
from trawl.review.grading.judging import judge
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import votes_in_force
from trawl.review.grading.tally import Tally, work_out
from trawl.store.database import Reader, Session
from trawl.store.requeues import requeued_after
from trawl.store.resolutions import resolutions_of, resolved_by
from trawl.store.vote_columns import (
    VoteColumns,
    newest_act,
    newest_vote,
    resolving_acts,
    votes_after,
)

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Small = npt.NDArray[np.int8]
Categories = npt.NDArray[np.int16]

Where = npt.NDArray[np.integer] | slice

EVERYWHERE = slice(None)
NO_HINT = Hint()
_NOTHING = np.empty(0, np.int64)


class Told(NamedTuple):
    """By position what one officer is told. ``state``: of ``State``; ``category``: the
    officer's own, else the trusted one, else -1; ``mine``: whether it is the officer's own."""

    state: npt.NDArray[np.uint8]
    category: Categories
    mine: Flags


class _Last(NamedTuple):
    """How far the tables have been read."""

    vote: int
    act: int
    requeue: int


@dataclass(slots=True)
class Standing:
    """By position, for the sorted media ``ids``: ``state`` (of ``State``), ``category`` (the
    trusted one's number in the scheme, else -1), ``voters`` (officers with a vote in force).
    Not safe for several threads at once: whoever keeps it takes turns."""

    case_id: int
    ids: Numbers
    rules: Rules
    hints: Hints
    state: npt.NDArray[np.uint8]
    category: Categories
    voters: npt.NDArray[np.uint16]
    requeued: Flags
    _votes: dict[int, Small] = field(default_factory=dict)
    _resolved: dict[int, Cast] = field(default_factory=dict)
    _last: _Last = field(default_factory=lambda: _Last(0, 0, 0))
    _missed: bool = False

    @classmethod
    def of(
        cls,
        view: Reader | Session,
        case_id: int,
        ids: Numbers,
        rules: Rules,
        hints: Hints | None = None,
    ) -> Standing:
        """The standing of a case whose media are ``ids`` (int64, sorted, distinct); ``hints``
        of them, where they have been read."""
        standing = cls.of_nobody(view, case_id, ids, rules, hints)
        standing._read(view)
        standing._work_out(view, np.arange(len(ids)))
        return standing

    @classmethod
    def of_nobody(
        cls,
        view: Reader | Session,
        case_id: int,
        ids: Numbers,
        rules: Rules,
        hints: Hints | None = None,
    ) -> Standing:
        """The arrays before any vote is read."""
        count = len(ids)
        return cls(
            case_id,
            ids,
            rules,
            Hints.of(view, rules, ids) if hints is None else hints,
            np.zeros(count, np.uint8),
            np.full(count, NONE, np.int16),
            np.zeros(count, np.uint16),
            np.zeros(count, np.bool_),
        )

    def with_media(self, view: Reader | Session, ids: Numbers) -> Standing:
        """The standing of the same case after media have come to it: ``ids`` has all of before
        and more."""
        if self._missed or not np.isin(self.ids, ids).all():
            return Standing.of(view, self.case_id, ids, self.rules)
        moved = Standing.of_nobody(view, self.case_id, ids, self.rules)
        at = moved.positions(self.ids)
        for officer_id, own in self._votes.items():
            moved._votes[officer_id] = np.full(len(ids), NONE, np.int8)
            moved._votes[officer_id][at] = own
        moved.requeued[at] = self.requeued
        moved._resolved = {int(at[where]): cast for where, cast in self._resolved.items()}
        moved._last = self._last
        moved._read(view)
        moved._work_out(view, np.arange(len(ids)))
        return moved

    def catch_up(self, view: Reader | Session) -> Numbers:
        """Take in what was done since; the positions whose votes have changed (all, when the
        policy has)."""
        rules = Rules.of(view, self.case_id, self.rules.schemes)
        if rules.scheme.name != self.rules.scheme.name:
            self._begin_anew(view, rules)
            return np.arange(len(self.ids))
        changed = self._read(view)
        if rules.version != self.rules.version:
            self.rules = rules
            changed = np.arange(len(self.ids))
        self._work_out(view, changed)
        return changed

    def read_hints(self, view: Reader | Session) -> None:
        """Read anew what hash sets say: to be called after a matching."""
        self.hints = Hints.of(view, self.rules, self.ids)
        self._work_out(view, np.arange(len(self.ids)))

    def mine(self, officer_id: int, where: Where = EVERYWHERE) -> Categories:
        """The number of the category of the officer's own vote, -1 where there is none."""
        return self._own(officer_id, where).astype(np.int16)

    def waiting(self, officer_id: int, where: Where = EVERYWHERE) -> Flags:
        """Which media wait for this officer: not known, not settled, no vote of theirs; and
        those drawn for a second look. Whether they are pictures or videos, and whose lease they
        are, is not looked at here."""
        state = self.state[where]
        settled = (state == State.TRUSTED) | (state == State.DISPUTED)
        known = self.hints.good[where] | self.hints.illegal[where]
        without = ~(settled | known) & (self._own(officer_id, where) == NONE)
        waits: Flags = without | self.samples(officer_id, where)
        return waits

    def samples(self, officer_id: int, where: Where = EVERYWHERE) -> Flags:
        """Which media wait for this officer's second look."""
        single = self.requeued[where] & (self.voters[where] < 2)
        waits: Flags = (
            single & (self.state[where] != State.DISPUTED) & (self._own(officer_id, where) == NONE)
        )
        return waits

    def told(self, officer_id: int, where: Where = EVERYWHERE) -> Told:
        """What this officer is told (see ``judging.told``), of all media or of some positions:
        a page must not cost what a case of millions does."""
        own, state = self.mine(officer_id, where), self.state[where]
        has = own != NONE
        hidden = ~has & ((state == State.VOTED) | self.samples(officer_id, where))
        category = np.where(has, own, np.where(hidden, np.int16(NONE), self.category[where]))
        return Told(np.where(hidden, self._unvoted(where), state), category, has)

    def positions(self, media_ids: Numbers) -> Numbers:
        """Where these media stand; those that are not in the case are left out."""
        if not len(self.ids):
            return _NOTHING
        at = np.minimum(np.searchsorted(self.ids, media_ids), len(self.ids) - 1)
        found: Numbers = at[self.ids[at] == media_ids]
        return found

    def _own(self, officer_id: int, where: Where = EVERYWHERE) -> Small:
        own = self._votes.get(officer_id)
        return np.full(self.state[where].shape, NONE, np.int8) if own is None else own[where]

    def _begin_anew(self, view: Reader | Session, rules: Rules) -> None:
        """Of another scheme other votes count."""
        fresh = Standing.of(view, self.case_id, self.ids, rules)
        for one in fields(self):
            setattr(self, one.name, getattr(fresh, one.name))

    def _read(self, view: Reader | Session) -> Numbers:
        """Read what is new; the positions it is about."""
        touched = np.zeros(len(self.ids), np.bool_)
        newest = _Last(newest_vote(view, self.case_id), newest_act(view), 0)
        if newest.vote > self._last.vote:
            self._read_votes(view, touched)
        last_requeue, drawn = requeued_after(view, self.case_id, self._last.requeue)
        again = self._found(np.array(drawn, np.int64))
        self.requeued[again] = True
        touched[again] = True
        touched[self._read_resolutions(view)] = True
        self._last = newest._replace(requeue=last_requeue)
        changed: Numbers = np.flatnonzero(touched)
        return changed

    def _found(self, media_ids: Numbers) -> Numbers:
        """Positions, remembering that some media were not there."""
        at = self.positions(media_ids)
        self._missed |= len(at) < len(media_ids)
        return at

    def _read_votes(self, view: Reader | Session, touched: Flags) -> None:
        scheme = self.rules.scheme
        numbers = {one.code: at for at, one in enumerate(scheme.categories)}
        for votes in votes_after(view, self.case_id, scheme.name, numbers, self._last.vote):
            touched[self._take(votes)] = True

    def _take(self, votes: VoteColumns) -> Numbers:
        at = self._found(votes.media)
        there = np.isin(votes.media, self.ids) if len(at) < len(votes.media) else ...
        officers, categories = votes.officer[there].ravel(), votes.category[there].ravel()
        for officer_id in np.flatnonzero(np.bincount(officers)).tolist():
            if officer_id not in self._votes:
                self._votes[officer_id] = np.full(len(self.ids), NONE, np.int8)
            theirs = officers == officer_id
            # Of several votes on one media the last is kept, which is the newest.
            self._votes[officer_id][at[theirs]] = categories[theirs]
        return at

    def _read_resolutions(self, view: Reader | Session) -> Numbers:
        acts = resolving_acts(view, self.case_id, self._last.act)
        media_ids = sorted(set(resolved_by(view, acts).values()))
        at = self._found(np.array(media_ids, np.int64))
        for where in at.tolist():
            self._resolved.pop(where, None)
        for one in resolutions_of(view, self.case_id, self.rules.scheme.name, media_ids):
            for where in self.positions(np.array([one.media_id], np.int64)).tolist():
                self._resolved[where] = Cast(self.rules.number(one.category), one.act_id)
        return at

    def _unvoted(self, where: Where = EVERYWHERE) -> npt.NDArray[np.uint8]:
        """What each media is without votes."""
        proposed = self.hints.proposed[where]
        base = np.where(proposed, np.uint8(State.PROPOSED), np.uint8(State.OPEN))
        base[self.hints.illegal[where]] = State.KNOWN_ILLEGAL
        base[self.hints.good[where]] = State.KNOWN_GOOD
        return base

    def _work_out(self, view: Reader | Session, at: Numbers) -> None:
        """The states of some media, from the votes in the arrays."""
        if not len(at):
            return
        tally = self._tally(at)
        self.voters[at] = tally.voters
        state, category = work_out(tally, self._imported(at), self.rules.policy)
        state = np.where(state == State.OPEN, self._unvoted(at), state)
        self.state[at], self.category[at] = state, category
        self._settle(view, self._resolved_among(at))

    def _imported(self, at: Numbers) -> Small:
        if self.rules.policy.imported is Imported.PROPOSAL:
            return np.full(len(at), NONE, np.int8)
        return self.hints.imported[at]

    def _tally(self, at: Numbers) -> Tally:
        tally = Tally.none(len(at))
        for own in self._votes.values():
            tally.add(own[at])
        return tally

    def _resolved_among(self, at: Numbers) -> list[int]:
        """Those of some positions, which are sorted, that somebody has settled."""
        resolved = np.array(sorted(self._resolved), np.int64)
        where = np.minimum(np.searchsorted(at, resolved), len(at) - 1)
        found: list[int] = resolved[at[where] == resolved].tolist()
        return found

    def _settle(self, view: Reader | Session, at: list[int]) -> None:
        """Those that somebody has settled: few, so each by the rule itself."""
        media_ids = [int(self.ids[where]) for where in at]
        votes = votes_in_force(view, self.case_id, media_ids, self.rules)
        for where, media_id in zip(at, media_ids, strict=True):
            cast = votes.get(media_id, {}).values()
            stands = judge(cast, self._resolved[where], NO_HINT, self.rules.policy)
            self.state[where], self.category[where] = stands
