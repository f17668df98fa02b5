from __future__ import annotations

import pytest

from trawl.review.preparing import Progress


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_before_anything_is_read_no_figure_is_made_up() -> None:
    told = Progress().told()
    assert (told.done, told.total, told.left_s) == (0, 0, None)
    assert str(told) == "the case is being prepared for review"


def test_time_left_follows_the_rate() -> None:
    clock = Clock()
    progress = Progress(clock)
    progress.tell(100, 1_000)
    assert progress.told().left_s is None
    clock.s += 2
    progress.tell(300, 1_000)
    told = progress.told()
    assert (told.done, told.total) == (300, 1_000)
    assert told.left_s == pytest.approx(7)
    assert "300 of 1,000 media are read" in str(told)


def test_a_preparation_that_begins_anew_has_its_own_rate() -> None:
    clock = Clock()
    progress = Progress(clock)
    progress.tell(100, 1_000)
    clock.s += 2
    progress.tell(1_000, 1_000)
    clock.s += 500
    progress.tell(50, 2_000)
    clock.s += 2
    progress.tell(150, 2_000)
    assert progress.told().left_s == pytest.approx(37)
