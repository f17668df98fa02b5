"""What is said of work that goes step by step."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

import trawl.cli.step_progress
from trawl.cli.step_progress import StepProgress
from trawl.matching.steps import Step


class Clock:
    """Stands still until it is moved."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(trawl.cli.step_progress, "time", clock)
    return clock


def console(*, terminal: bool, width: int = 80) -> Console:
    return Console(file=io.StringIO(), force_terminal=terminal, width=width, highlight=False)


def said(of: Console) -> str:
    assert isinstance(of.file, io.StringIO)
    return of.file.getvalue()


def test_elsewhere_than_on_a_terminal_a_line_comes_now_and_then(clock: Clock) -> None:
    plain = console(terminal=False)
    with StepProgress(plain, quiet=False) as tell:
        tell(Step("digests", 0, 1000, "media"))
        for second in range(1, 26):
            clock.now = 1000 + second
            tell(Step("digests", 10 * second, 1000, "media"))
    assert said(plain).splitlines() == [
        "digests: 100 of 1,000 media · 10/s · 1 min 30 s left",
        "digests: 200 of 1,000 media · 10/s · 1 min 20 s left",
    ]


def test_bytes_are_told_as_such(clock: Clock) -> None:
    plain = console(terminal=False)
    with StepProgress(plain, quiet=False) as tell:
        tell(Step("reading", 0, 4_000_000, "bytes"))
        clock.now += 10
        tell(Step("reading", 1_000_000, 4_000_000, "bytes"))
    assert said(plain) == "reading: 1.0 MB of 4.0 MB · 100.0 kB/s · 30 s left\n"


def test_what_was_done_before_counts_for_no_rate(clock: Clock) -> None:
    plain = console(terminal=False)
    with StepProgress(plain, quiet=False) as tell:
        tell(Step("vectors", 900, 1000, "pictures"))
        clock.now += 20
        tell(Step("vectors", 920, 1000, "pictures"))
    assert said(plain) == "vectors: 920 of 1,000 pictures · 1/s · 1 min 20 s left\n"


def test_the_same_step_for_another_list_begins_anew(clock: Clock) -> None:
    plain = console(terminal=False)
    with StepProgress(plain, quiet=False) as tell:
        for _ in range(2):
            tell(Step("by sight", 0, 100, "pictures"))
            clock.now += 10
            tell(Step("by sight", 100, 100, "pictures"))
    assert said(plain) == "by sight: 100 of 100 pictures · 10/s · 0 s left\n" * 2


def test_another_step_begins_anew(clock: Clock) -> None:
    plain = console(terminal=False)
    with StepProgress(plain, quiet=False) as tell:
        tell(Step("digests", 0, 10, "media"))
        clock.now += 30
        tell(Step("by sight", 0, 100, "pictures"))
        clock.now += 10
        tell(Step("by sight", 50, 100, "pictures"))
    assert said(plain).splitlines() == [
        "by sight: 0 of 100 pictures · 0/s · – left",
        "by sight: 50 of 100 pictures · 5/s · 10 s left",
    ]


@pytest.mark.parametrize(
    "steps",
    [
        [(0, 0)],
        [(0, 0), (0, 0)],
        [(5, 0), (5, 0)],
        [(0, 10), (0, 10)],
        [(10, 10), (10, 10)],
        [(0, 10), (11, 10)],
        [(9, 10), (3, 10)],
    ],
)
@pytest.mark.parametrize("passed", [0.0, 0.1, 60.0])
@pytest.mark.parametrize("terminal", [True, False])
def test_nothing_is_divided_by_nothing(
    clock: Clock, steps: list[tuple[int, int]], passed: float, terminal: bool
) -> None:
    given = console(terminal=terminal)
    with StepProgress(given, quiet=False) as tell:
        for done, total in steps:
            tell(Step("digests", done, total, "media"))
            clock.now += passed
            tell(Step("digests", done, total, "media"))
    assert not re.search(r"-\d", said(given))
    assert "nan" not in said(given)
    assert "inf" not in said(given)


@pytest.mark.parametrize("terminal", [True, False])
def test_quiet_says_nothing(clock: Clock, terminal: bool) -> None:
    given = console(terminal=terminal)
    with StepProgress(given, quiet=True) as tell:
        for second in range(60):
            clock.now += 1
            tell(Step("digests", second, 60, "media"))
    assert said(given) == ""


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_it_is_one_line_that_goes_away(clock: Clock, width: int) -> None:
    given = console(terminal=True, width=width)
    longest = Step("reading what is new", 0, 123_456_789, "digests")
    with StepProgress(given, quiet=False) as tell:
        tell(longest)
        clock.now += 30
        tell(longest._replace(done=98_765_432))
        (line,) = given.render_lines(tell._live.get_renderable())  # type: ignore[union-attr]
    text = "".join(part.text for part in line).rstrip()
    assert "98,765,432 of 123,456,789 digests" in text
    assert "7 s left" in text
    assert len(text) <= width
    assert "\x1b[2K" in said(given)


def test_an_error_leaves_the_terminal_as_it_was(clock: Clock) -> None:
    given = console(terminal=True)

    def fail() -> None:
        with StepProgress(given, quiet=False) as tell:
            tell(Step("digests", 1, 2, "media"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert said(given).count("\x1b[?25l") == said(given).count("\x1b[?25h")
