"""Times and places as containers write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.passes.video_tags import (
    TAGS_KEPT,
    Place,
    Taken,
    clean,
    merged,
    place_in,
    place_of,
    shown,
    taken_in,
    time_of,
)

NOON = int(datetime(2021, 6, 1, 12, tzinfo=UTC).timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2021-06-01T12:00:00.000000Z", Taken(NOON, 0)),
        ("2021-06-01T12:00:00.25Z", Taken(NOON + 250_000, 0)),
        ("2021-06-01T12:00:00+0100", Taken(NOON, 60)),
        ("2021-06-01T12:00:00-03:30", Taken(NOON, -210)),
        ("2021-06-01T12:00:00+02", Taken(NOON, 120)),
        ("2021:06:01 12:00:00", Taken(NOON, None)),
        ("2021-06-01 12:00", Taken(NOON, None)),
        ("1904-01-01T00:00:00.000000Z", None),
        ("1970-01-01T00:00:00Z", None),
        ("2021-13-01T12:00:00Z", None),
        ("2021-02-30T12:00:00Z", None),
        ("0000-00-00T00:00:00Z", None),
        ("2021", None),
        ("yesterday", None),
        ("2021-06-01T12:00:00Z; DROP", None),
    ],
)
def test_times(text: str, taken: Taken | None) -> None:
    assert time_of(text) == taken


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("+51.5074-000.1278/", Place(51.5074, -0.1278, None)),
        ("+51.5074-000.1278+012.5/", Place(51.5074, -0.1278, 12.5)),
        ("-33.8688+151.2093-003.000/", Place(-33.8688, 151.2093, -3.0)),
        ("+5130.5-00007.5/", Place(51 + 30.5 / 60, -7.5 / 60, None)),
        ("+513015.6-0000730/", Place(51 + 30 / 60 + 15.6 / 3600, -(7 / 60 + 30 / 3600), None)),
        ("+00.0000+000.0000/", None),
        ("+91.0000+000.0000/", None),
        ("+10.0000+181.0000/", None),
        ("51.5,-0.1", None),
        ("", None),
    ],
)
def test_places(text: str, place: Place | None) -> None:
    found = place_of(text)
    assert (found is None) is (place is None)
    if found is not None and place is not None:
        assert found[:2] == pytest.approx(place[:2])
        assert found.altitude == place.altitude


def test_the_clock_on_the_wall_is_trusted_before_the_header() -> None:
    tags = {
        "creation_time": "2021-06-01T10:00:00Z",
        "com.apple.quicktime.creationdate": "2021-06-01T12:00:00+0200",
    }
    assert taken_in(tags) == Taken(NOON, 120)
    assert taken_in({**tags, "com.apple.quicktime.creationdate": "?"}) == Taken(
        NOON - 7_200_000_000, 0
    )


def test_places_fall_back_too() -> None:
    assert place_in({"location": "+01.0+002.0/", "gps": "x"}) == Place(1.0, 2.0, None)


def test_tags_are_bounded_and_fit_to_store() -> None:
    many = {f"key{n}": "v" * 5000 for n in range(1000)}
    kept = shown(merged({"Comment": "a\x00b\x1b[31m"}, many))
    assert len(kept) == TAGS_KEPT
    assert all(len(name) <= 70 and len(str(value)) <= 200 for name, value in kept.items())
    assert kept["tag.comment"] == "a b [31m"


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    assert time_of(text) is None or isinstance(time_of(text), Taken)
    assert place_of(text) is None or isinstance(place_of(text), Place)
    assert len(clean(text)) <= 200
    assert "\x00" not in clean(text)
