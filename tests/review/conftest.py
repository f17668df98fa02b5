"""A case to review, on both databases."""

from __future__ import annotations

from tests.review.grading.room_fixtures import the_clock, the_review_database, the_room

__all__ = ["the_clock", "the_review_database", "the_room"]
