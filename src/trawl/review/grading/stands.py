"""What the grades of some media stand at, straight from the tables: the reference for the arrays
of ``standing``, and what single media are answered from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trawl.model.grading import NONE, Cast, Hint, Stands, State
from trawl.review.grading.hints import hints_of
from trawl.review.grading.judging import judge, told
from trawl.review.grading.rules import Rules
from trawl.store.database import Reader, Session
from trawl.store.grading_acts import WHOLE, in_force, votes_on
from trawl.store.requeues import requeued
from trawl.store.resolutions import resolutions_of
from trawl.store.vote_columns import votes_after


@dataclass(frozen=True, slots=True)
class Judged:
    """One media. ``votes``: in force on the whole of it, by officer; ``sampled``: whether it was
    drawn for a second look."""

    stands: Stands
    votes: dict[int, Cast]
    hint: Hint
    sampled: bool

    def own(self, officer_id: int) -> int:
        """The category of one officer's vote, or NONE."""
        cast = self.votes.get(officer_id)
        return NONE if cast is None else cast.category

    def waits_as_sample(self, officer_id: int) -> bool:
        """Whether it waits for this officer's second look."""
        return (
            self.sampled
            and officer_id not in self.votes
            and len(self.votes) < 2
            and self.stands.state is not State.DISPUTED
        )

    def told(self, officer_id: int) -> Stands:
        """What one officer is told."""
        sampled = self.waits_as_sample(officer_id)
        return told(self.stands, self.own(officer_id), sampled, self.hint)


def judged(
    view: Reader | Session, case_id: int, media_ids: Sequence[int], rules: Rules
) -> dict[int, Judged]:
    """What the grades of some media stand at."""
    votes = votes_in_force(view, case_id, media_ids, rules)
    settled = {
        one.media_id: Cast(rules.number(one.category), one.act_id)
        for one in resolutions_of(view, case_id, rules.scheme.name, media_ids)
    }
    hints = hints_of(view, rules, media_ids)
    sampled = requeued(view, case_id, media_ids)
    found = {}
    for media_id in media_ids:
        cast, hint = votes.get(media_id, {}), hints.get(media_id, Hint())
        stands = judge(cast.values(), settled.get(media_id), hint, rules.policy)
        found[media_id] = Judged(stands, cast, hint, media_id in sampled)
    return found


def votes_in_force(
    view: Reader | Session, case_id: int, media_ids: Sequence[int], rules: Rules
) -> dict[int, dict[int, Cast]]:
    """The votes in force on the whole of some media: by media, then by officer."""
    found: dict[int, dict[int, Cast]] = {}
    cast = votes_on(view, case_id, rules.scheme.name, media_ids)
    for (media_id, officer_id, *span), one in in_force(cast).items():
        number = rules.number(one.category)
        if tuple(span) == WHOLE and number != NONE:
            found.setdefault(media_id, {})[officer_id] = Cast(number, one.act_id)
    return found


def voted_media(view: Reader | Session, case_id: int, rules: Rules) -> list[int]:
    """Media of a case that anybody has ever voted on, sorted."""
    numbers = {one.code: at for at, one in enumerate(rules.scheme.categories)}
    found: set[int] = set()
    for votes in votes_after(view, case_id, rules.scheme.name, numbers, 0):
        found.update(votes.media.tolist())
    return sorted(found)
