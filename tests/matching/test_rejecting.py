"""Not a match: a word on two media, whichever way round it was said."""

from __future__ import annotations

import pytest
from matching_lab import Lab, away, bits_of, picture
from tests.store.store_samples import digests

from trawl.errors import MatchingError, NotFound
from trawl.matching.rejecting import list_rejections, reject, unreject


@pytest.fixture
def two(lab: Lab) -> Lab:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", away(bits_of(1), 4)))
    return lab


def test_what_was_said_both_ways_is_forgotten_at_once(two: Lab) -> None:
    given = two.bench.database, two.bench.officer, two.bench.case
    a, b = digests("a").sha256, digests("b").sha256
    assert reject(*given, a, b.hex()) == "media"
    assert reject(*given, b, a.hex()) == "media"
    assert len(list_rejections(*given)) == 2
    unreject(*given, a, b.hex())
    assert list_rejections(*given) == []
    with pytest.raises(NotFound, match="were not told apart"):
        unreject(*given, b, a.hex())


def test_a_media_is_a_match_of_itself(two: Lab) -> None:
    given = two.bench.database, two.bench.officer, two.bench.case
    a = digests("a").sha256
    with pytest.raises(MatchingError, match="itself"):
        reject(*given, a, a.hex().upper())
    assert list_rejections(*given) == []
