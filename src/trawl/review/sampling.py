"""Quality sampling: of media that only one officer has voted on, a share drawn at random goes
back into the queue of the others, who do not know the first vote."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass

import numpy as np

from trawl.errors import StoreError
from trawl.formats.schemes import Schemes
from trawl.model.access import Act, Officer
from trawl.model.grading import State
from trawl.review.grading.rules import Rules
from trawl.review.grading.standing import Standing
from trawl.review.grading.stands import voted_media
from trawl.store.access import require
from trawl.store.database import Database, Reader
from trawl.store.requeues import requeue_media, requeued

SEEDS = 1 << 53
"""Seeds are below this: what JSON and JavaScript hold exactly."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw. ``of``: how many media it was drawn from; drawing again with ``seed`` from the
    same media gives the same."""

    media_ids: list[int]
    of: int
    seed: int


def draw_samples(
    database: Database,
    officer: Officer,
    schemes: Schemes,
    case_id: int,
    share: float,
    *,
    seed: int | None = None,
) -> Drawn:
    """Put a share (0 to 1, at least one media when it is above 0) of the media with a single
    vote back into the queue. Media drawn before are not drawn again."""
    if not 0 < share <= 1:
        raise StoreError("the share of single votes to draw is above 0 and at most 1")
    with database.reader() as reader:
        require(reader, officer, Act.SAMPLE_DRAW, case_id)
        single = _single(reader, schemes, case_id)
    with database.session(officer) as session:
        require(session, officer, Act.SAMPLE_DRAW, case_id)
        chosen = random.SystemRandom().randrange(SEEDS) if seed is None else seed
        before = requeued(session, case_id)
        candidates = [media_id for media_id in single if media_id not in before]
        count = math.ceil(share * len(candidates))
        # Not for secrets: who keeps the seed can show that nobody picked.
        drawn = sorted(random.Random(chosen).sample(candidates, count))  # noqa: S311
        requeue_media(session, case_id, drawn, f"sample {chosen}")
        session.audit(
            Act.SAMPLE_DRAW,
            case_id=case_id,
            subject=f"{len(drawn)} media",
            detail={"share": share, "of": len(candidates), "seed": chosen},
        )
    return Drawn(drawn, len(candidates), chosen)


def _single(view: Reader, schemes: Schemes, case_id: int) -> list[int]:
    """Media with one vote in force, sorted. Read before the act's own session: nobody else can
    grade while that lasts. One that gets another vote meanwhile waits for nobody."""
    rules = Rules.of(view, case_id, schemes)
    ids = np.array(voted_media(view, case_id, rules), np.int64)
    standing = Standing.of(view, case_id, ids, rules)
    single = (standing.voters == 1) & (standing.state != State.DISPUTED)
    found: list[int] = ids[single].tolist()
    return found
