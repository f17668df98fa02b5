"""A stack opened: the top, then the members least like it."""

from __future__ import annotations

import pytest
from tests.review.views.gallery_fixtures import (  # noqa: F401
    the_gallery,
    the_gallery_alone,
    the_gallery_clock,
)
from tests.review.views.gallery_room import STACK, Gallery
from tests.review.views.test_views import ALL, given, opened

from trawl.errors import AccessRefused, NotFound
from trawl.model.access import Officer, Role
from trawl.review.views.looking import read_page
from trawl.review.views.stack_opened import read_stack


def test_every_member_opens_the_same_stack_the_top_first(gallery: Gallery) -> None:
    page = read_page(*given(gallery), opened(gallery, ALL).view, 0)
    seen = set()
    for media in page.ids:
        stack = read_stack(*given(gallery), media)
        ids = [one.id for one in stack.members]
        assert stack.media == len(ids) <= STACK
        assert media in ids
        assert ids[0] == stack.top
        assert stack.members[0].distance == 0
        away = [one.distance for one in stack.members[1:]]
        assert away == sorted(away, reverse=True)
        assert stack.top not in [one.id for one in stack.similar]
        seen.add(frozenset(ids))
    assert any(len(ids) > 1 for ids in seen)
    assert sum(map(len, seen)) >= len(page.ids)


def test_what_is_not_in_the_case_is_not_told_apart(gallery_alone: Gallery) -> None:
    with pytest.raises(NotFound, match="no such media"):
        read_stack(*given(gallery_alone), 9_999_999)
    nobody = Officer(999, "nobody", Role.GRADER)
    with pytest.raises(AccessRefused):
        read_stack(gallery_alone.database, nobody, gallery_alone.reviews, gallery_alone.case_id, 1)
