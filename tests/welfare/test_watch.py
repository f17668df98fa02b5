"""The measuring of one officer against a grid of seconds, with pages, scripts and odd clocks."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from trawl.welfare.intervals import union
from trawl.welfare.watch import (
    GRACE_US,
    LEAST_US,
    MOST_PAGES,
    Watch,
    advanced,
    begun,
    delivered,
    hides,
    shows,
)

SECOND = 1_000_000
BEGIN = 1_000
GRACE, LEAST = GRACE_US // SECOND, LEAST_US // SECOND


@dataclass(frozen=True)
class Given:
    longest_us: int = 120 * SECOND
    break_us: int = 40 * SECOND
    remind_us: int = 50 * SECOND


@dataclass(frozen=True)
class Sign:
    """At ``at`` seconds: ``show`` or ``hide`` of a page, or ``deliver``."""

    at: int
    kind: str
    page: str


steps = st.lists(
    st.tuples(
        st.sampled_from([0, 1, 2, 4, 5, 14, 15, 16, 39, 40, 41, 55]),
        st.sampled_from(["show", "show", "show", "hide", "deliver"]),
        st.sampled_from("ab"),
    ),
    max_size=40,
)


def signs_of(drawn: list[tuple[int, str, str]]) -> list[Sign]:
    at, found = BEGIN, []
    for wait, kind, page in drawn:
        at += wait
        found.append(Sign(at, kind, page))
    return found


def grid(signs: list[Sign]) -> set[int]:
    """The seconds with media on screen, sign by sign, without any state."""
    on: set[int] = set()
    for number, sign in enumerate(signs):
        later = signs[number + 1 :]
        if sign.kind == "show":
            ends = [each.at for each in later if each.kind == "hide" and each.page == sign.page]
            on |= set(range(sign.at, min([sign.at + GRACE, *ends])))
        elif sign.kind == "deliver":
            ends = [each.at for each in later if each.kind != "deliver"]
            on |= set(range(sign.at, max(sign.at + LEAST, min([sign.at + GRACE, *ends]))))
    return on


def after(watch: Watch, sign: Sign, limits: Given) -> Watch:
    now_us = sign.at * SECOND
    moved = advanced(watch, now_us, limits)
    if sign.kind == "show":
        return shows(moved, sign.page, now_us)
    return hides(moved, sign.page) if sign.kind == "hide" else delivered(moved, now_us)


@given(steps)
def test_the_runs_kept_are_the_seconds_of_the_grid(drawn: list[tuple[int, str, str]]) -> None:
    signs = signs_of(drawn)
    watch, runs = begun(BEGIN * SECOND), dict[int, int]()
    for sign in signs:
        watch = after(watch, sign, Given())
        if watch.from_us:
            runs[watch.from_us] = watch.until_us
    kept = {
        at for start, end in union(runs.items()) for at in range(start // SECOND, end // SECOND)
    }
    assert kept == grid(signs)


@given(steps, st.integers(0, 100))
def test_stretch_pause_and_break_are_those_counted_second_by_second(
    drawn: list[tuple[int, str, str]], more: int
) -> None:
    limits, signs = Given(), signs_of(drawn)
    end = (signs[-1].at if signs else BEGIN) + more
    watch = begun(BEGIN * SECOND)
    for sign in signs:
        watch = after(watch, sign, limits)
    watch = advanced(watch, end * SECOND, limits)
    on, stretch, pause, due = grid(signs), 0, 0, False
    for at in range(BEGIN, end):
        stretch, pause = (stretch + 1, 0) if at in on else (stretch, pause + 1)
        due = due or stretch * SECOND >= limits.longest_us
        if pause * SECOND >= limits.break_us:
            stretch, due = 0, False
    assert (watch.stretch_us, watch.break_us is not None) == (stretch * SECOND, due)
    if due and not watch.showing:
        assert watch.break_until_us == end * SECOND + limits.break_us - pause * SECOND


@given(
    st.lists(
        st.tuples(
            st.integers(-10_000, 10_000) | st.integers(0, 6),
            st.sampled_from(["show", "hide", "deliver"]),
            st.sampled_from("ab"),
        ),
        max_size=30,
    )
)
def test_no_clock_takes_away_what_was_measured_or_makes_up_more(
    drawn: list[tuple[int, str, str]],
) -> None:
    limits = Given(longest_us=1 << 60)
    at, watch, most = 100_000, begun(100_000 * SECOND), 0
    for wait, kind, page in drawn:
        at = max(1, at + wait)
        before = watch
        watch = after(watch, Sign(at, kind, page), limits)
        most += min(max(0, wait), GRACE)
        assert watch.until_us <= at * SECOND + GRACE_US
        assert watch.seen_us == at * SECOND
        assert 0 <= watch.stretch_us <= most * SECOND
        assert watch.paused_us >= 0
        if wait < 40:
            assert watch.stretch_us >= before.stretch_us or before.paused_us > 0


def test_setting_the_clock_back_ends_no_break_early() -> None:
    limits, at = Given(), BEGIN
    watch = begun(at * SECOND)
    for _ in range(30):
        watch = after(watch, Sign(at, "show", "a"), limits)
        at += 5
    watch = after(watch, Sign(at, "hide", "a"), limits)
    assert watch.break_us == limits.break_us
    watch = advanced(watch, (at + 39) * SECOND, limits)
    watch = advanced(watch, (at - 500) * SECOND, limits)
    assert watch.break_us is not None
    watch = advanced(watch, (at - 499) * SECOND, limits)
    assert watch.break_us is None


def test_two_pages_count_once_and_hiding_one_keeps_the_other_going() -> None:
    watch = begun(0)
    for at in range(1, 30, 5):
        watch = after(watch, Sign(at, "show", "a"), Given())
        watch = after(watch, Sign(at + 2, "show", "b"), Given())
    watch = after(watch, Sign(30, "hide", "a"), Given())
    watch = advanced(watch, 33 * SECOND, Given())
    assert watch.stretch_us == 32 * SECOND
    assert watch.showing
    watch = hides(watch, "b")
    assert not watch.showing


def test_a_word_after_each_delivery_does_not_make_it_free() -> None:
    watch, at = begun(0), 1
    for _ in range(10):
        watch = after(watch, Sign(at, "deliver", ""), Given())
        watch = after(watch, Sign(at, "hide", "liar"), Given())
        at += 10
    assert advanced(watch, at * SECOND, Given()).stretch_us == 10 * LEAST_US


def test_a_video_counts_as_long_as_it_plays_unless_a_page_says_otherwise() -> None:
    minute = delivered(begun(SECOND), SECOND, 60 * SECOND)
    picture = delivered(advanced(minute, 5 * SECOND, Given()), 5 * SECOND)
    assert advanced(picture, 200 * SECOND, Given()).stretch_us == 0  # a pause came after
    assert advanced(picture, 90 * SECOND, Given()).stretch_us == 60 * SECOND
    claimed = shows(advanced(minute, 10 * SECOND, Given()), "a", 10 * SECOND)
    hidden = hides(advanced(claimed, 12 * SECOND, Given()), "a")
    assert advanced(hidden, 30 * SECOND, Given()).stretch_us == 11 * SECOND


def test_pages_without_end_are_not_kept_without_end() -> None:
    watch = begun(SECOND)
    for number in range(5 * MOST_PAGES):
        watch = shows(watch, f"page-{number}", SECOND)
    assert len(watch.pages) <= MOST_PAGES + 1
    assert watch.showing


def test_a_reminder_stands_for_a_minute() -> None:
    limits = Given(longest_us=1 << 60, remind_us=600 * SECOND)
    reminded = [
        at
        for at in range(0, 1300, 10)
        if Watch(seen_us=at * SECOND, stretch_us=at * SECOND).reminds(limits)
    ]
    assert reminded == [*range(600, 660, 10), *range(1200, 1260, 10)]


def test_a_watch_is_kept_as_text_and_read_again() -> None:
    watch = shows(delivered(begun(SECOND), SECOND), "a", SECOND)
    kept = msgspec.json.encode(watch)
    assert msgspec.json.decode(kept, type=Watch) == watch
