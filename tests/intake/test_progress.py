"""How far an intake has come."""

from __future__ import annotations

import pytest

from trawl.intake import progress
from trawl.intake.progress import Meter


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_rates_are_over_the_last_half_minute(clock: list[float]) -> None:
    meter = Meter(files_total=10_000, bytes_total=10_000_000, started=clock[0])
    meter.read(1, "")
    for _ in range(120):
        clock[0] += 1
        meter.files += 10
        meter.bytes += 5000
        told = meter.read(1, "a.zip")
    assert told.files_per_second == pytest.approx(10)
    assert told.bytes_per_second == pytest.approx(5000)
    # 8,800 files take 880 s, 9,400,000 bytes take 1,880 s: the slower counts.
    assert told.left_seconds == pytest.approx(1880)
    assert (told.seconds, told.at) == (120, "a.zip")
    assert len(meter._window) <= 32


def test_nothing_is_said_before_anything_is_known(clock: list[float]) -> None:
    meter = Meter(files_total=10, started=clock[0])
    assert meter.read(1, "").left_seconds is None
    clock[0] += 60
    assert meter.read(1, "").left_seconds is None  # nothing has moved


def test_more_than_was_expected_is_never_less_than_nothing(clock: list[float]) -> None:
    meter = Meter(started=clock[0])  # a resumed run does not know all its bytes
    meter.read(1, "")
    clock[0] += 10
    meter.files, meter.bytes = 50, 5000
    told = meter.read(1, "")
    assert told.left_seconds == 0
    assert (told.files_total, told.bytes_total) == (50, 5000)
