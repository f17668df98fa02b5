from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trawl.store.attempts import DAY, OF_ADDRESS, OF_NAME, SECOND, Waits

FEW = Waits(free=2, window_us=DAY, first_us=30 * SECOND, longest_us=900 * SECOND)


def test_the_first_few_cost_nothing_and_every_further_one_twice_as_much() -> None:
    now = 10**15
    waits = [FEW.until([now] * count) - now for count in range(2, 10)]
    assert [FEW.until([now] * count) for count in (0, 1)] == [0, 0]
    assert [each // SECOND for each in waits] == [30, 60, 120, 240, 480, 900, 900, 900]


def test_a_day_of_guessing_is_a_hundred_guesses() -> None:
    """NIST SP 800-63B §3.2.2: no more than 100 failed attempts in a row."""
    at, guesses, failures = 0, 0, list[int]()
    while at < DAY:
        failures.insert(0, at)
        guesses += 1
        at = max(at, OF_NAME.until(failures))
    assert 90 <= guesses <= 105


@given(st.lists(st.integers(0, 10**16), max_size=70))
def test_a_wait_is_bounded_and_counts_from_the_last_failure(times: list[int]) -> None:
    failures = sorted(times, reverse=True)
    for waits in (OF_NAME, OF_ADDRESS):
        until = waits.until(failures)
        if len(failures) < waits.free:
            assert until == 0
        else:
            assert failures[0] + waits.first_us <= until <= failures[0] + waits.longest_us
