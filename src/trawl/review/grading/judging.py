"""What a media's grade stands at, from the votes on it: the rule, for one media."""

from __future__ import annotations

from collections.abc import Collection

from trawl.model.grading import APART, NONE, Cast, GradingPolicy, Hint, Imported, Stands, State


def judge(
    votes: Collection[Cast], resolution: Cast | None, hint: Hint, policy: GradingPolicy
) -> Stands:
    """What the votes in force of distinct officers come to.

    A resolution settles the votes before it. A later vote that differs opens the dispute anew.
    An imported category that the policy trusts is like a resolution before all votes; as a vote
    it is one more voter. Votes come before what hash sets say.
    """
    imported = NONE if policy.imported is Imported.PROPOSAL else hint.imported
    settled = resolution
    if settled is None and policy.imported is Imported.TRUSTED and imported >= 0:
        settled = Cast(imported, 0)
    if settled is not None:
        return _settled(votes, settled)
    said = [cast.category for cast in votes]
    if imported >= 0:
        said.append(imported)
    if imported == APART or len(set(said)) > 1:
        return Stands(State.DISPUTED, NONE)
    if said and len(said) >= policy.votes:
        return Stands(State.TRUSTED, said[0])
    return Stands(State.VOTED if votes else unvoted(hint), NONE)


def _settled(votes: Collection[Cast], settled: Cast) -> Stands:
    for cast in votes:
        if cast.act > settled.act and cast.category != settled.category:
            return Stands(State.DISPUTED, NONE)
    return Stands(State.TRUSTED, settled.category)


def unvoted(hint: Hint) -> State:
    """What a media without a vote is."""
    if hint.good:
        return State.KNOWN_GOOD
    if hint.illegal:
        return State.KNOWN_ILLEGAL
    return State.PROPOSED if hint.proposed else State.OPEN


def told(stands: Stands, own: int, sampled: bool, hint: Hint) -> Stands:
    """What one officer is told: nothing of others' votes before their own. ``own``: the category
    of the officer's vote, or NONE; ``sampled``: whether the media waits for this officer's
    second look, who must not know the first. The category is the officer's own, else the
    trusted one."""
    if own != NONE:
        return Stands(stands.state, own)
    if sampled or stands.state is State.VOTED:
        return Stands(unvoted(hint), NONE)
    return stands
