"""The cases under review, held by the server from the first wish on."""

from __future__ import annotations

from trawl.api.state import State
from trawl.review.reviews import Reviews
from trawl.workbench_review import matching_of

REVIEWS = "reviews"


def reviews_of(held: State) -> Reviews:
    """What holds the cases under review."""
    with held.lock:
        found = held.rooms.get(REVIEWS)
        if not isinstance(found, Reviews):
            found = Reviews(held.workspace, held.database, matching_of(held.workspace))
            held.rooms[REVIEWS] = found
        return found
