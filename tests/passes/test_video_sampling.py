"""Which frames are wanted."""

from __future__ import annotations

from fractions import Fraction

import pytest

from trawl.passes.video_sampling import LATEST_MS, Choice, Clock


def seconds(choice: Choice, rate: float, frames: int, keys: int = 10_000) -> list[int]:
    found = (
        choice.look(number, int(number * 1000 / rate), key=number % keys == 0)
        for number in range(frames)
    )
    return [wanted.number for wanted in found if wanted is not None and wanted.second]


@pytest.mark.parametrize(
    ("rate", "every"), [(30.0, 30), (29.97, 29), (1_000_000 / 66_667, 14), (0.5, 1), (1.9, 1)]
)
def test_every_so_many_frames_as_the_reference_counts(rate: float, every: int) -> None:
    assert seconds(Choice.at(rate), rate, 95) == list(range(0, 95, every))


def test_time_decides_when_the_rate_is_no_rate() -> None:
    assert seconds(Choice.at(None), 10.0, 35) == [0, 10, 20, 30]


def test_the_thrifty_take_key_frames_a_second_apart() -> None:
    choice = Choice.at(10.0)
    choice.thrifty = True
    assert seconds(choice, 10.0, 60, keys=4) == [0, 12, 24, 36, 48]


def test_may_want_is_never_too_low() -> None:
    choice = Choice(7)
    for start in range(20):
        for length in range(10):
            numbers = range(start, start + length)
            assert choice.may_want(numbers) is any(number % 7 == 0 for number in numbers)


def test_clocks_that_lie() -> None:
    clock = Clock(None, Fraction(1, 1000), None)
    assert clock.at_ms(5_000, 0) == 0
    assert clock.at_ms(5_040, 1) == 40
    assert clock.at_ms(-(1 << 62), 2) == 0
    assert clock.at_ms(1 << 62, 3) == LATEST_MS
    assert Clock(0.01, None, None).at_ms(None, 1 << 60) == LATEST_MS
