"""Leases: a stack before one officer is not before another. They end by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from trawl.errors import NotFound, StoreError
from trawl.model.access import Act, Officer
from trawl.review.index.media_index import MediaIndex
from trawl.review.index.stacks import Stacks
from trawl.store.access import require
from trawl.store.database import Database
from trawl.store.leases import StoredLease, end_leases, leases_of_case, take_leases
from trawl.store.media_in_case import media_in_case

LASTS_US = 120_000_000
"""How long a lease holds that is not renewed."""

MOST = 50
"""Stacks one officer asks for at a time."""

MOST_NAMED = MOST
"""Stacks the audit names of one act, and those who follow the case are told of."""


@dataclass(frozen=True, slots=True)
class Leased:
    """``held``: stacks that are this officer's until ``until_us``; ``refused``: those of
    others, with who has them."""

    held: list[int]
    refused: list[tuple[int, str]]
    until_us: int


def lease(database: Database, officer: Officer, case_id: int, tops: Sequence[int]) -> Leased:
    """Take stacks, named by the media on top, or keep them for another two minutes. Raises
    NotFound for media that are not in the case."""
    wanted = list(dict.fromkeys(tops))
    if not 0 < len(wanted) <= MOST:
        raise StoreError(f"1 to {MOST} stacks are leased at a time")
    with database.session(officer) as session:
        require(session, officer, Act.LEASE, case_id)
        if len(media_in_case(session, case_id, wanted)) != len(wanted):
            raise NotFound("there is no such media in this case")
        now = session.clock()
        there = leases_of_case(session, case_id, now, wanted)
        refused = [
            (one, there[one].officer)
            for one in wanted
            if one in there and there[one].officer_id != officer.id
        ]
        others = {one for one, _ in refused}
        held = [one for one in wanted if one not in others]
        take_leases(session, case_id, held, now + LASTS_US)
        session.audit(
            Act.LEASE,
            case_id=case_id,
            subject=f"{len(held)} stacks",
            detail={
                "media": ",".join(map(str, held[:MOST_NAMED])),
                "stacks": len(held),
                "new": sum(one not in there for one in held),
                "refused": len(refused),
            },
        )
    return Leased(held, refused, now + LASTS_US)


def held_stacks(
    index: MediaIndex, stacks: Stacks, leases: Mapping[int, StoredLease]
) -> dict[int, tuple[int, str]]:
    """Who holds which stack, by the position of its top. A stack that was leased by a top of
    before is held still; where that makes two of them holders, by whom its own top was leased."""
    at, there = index.positions_of(list(leases))
    tops = stacks.leader[at[there]].tolist()
    found = list(zip(at[there].tolist(), tops, compress(leases.values(), there), strict=True))
    found.sort(key=lambda each: each[0] == each[1])
    return {top: (one.officer_id, one.officer) for _, top, one in found}


def release(database: Database, officer: Officer, case_id: int) -> list[int]:
    """Let go of the officer's stacks in a case; the media on top of them."""
    with database.session(officer) as session:
        require(session, officer, Act.LEASE, case_id)
        ended = end_leases(session, officer.id, case_id)
        session.audit(
            Act.LEASE,
            case_id=case_id,
            subject="released",
            detail={"media": ",".join(map(str, ended[:MOST_NAMED])), "stacks": len(ended)},
        )
    return ended
