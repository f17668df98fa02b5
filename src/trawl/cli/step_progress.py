"""The progress of work that goes step by step: a live line on a terminal, a line now and then
elsewhere, with rate and time left."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from trawl.cli.output import size_text, span_text
from trawl.matching.steps import Step

LINE_EVERY = 10.0
SHORTEST_BAR, LONGEST_BAR = 8, 32


class StepProgress:
    """Shows steps as they come. A context manager; call it with each step."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._console, self._quiet = console, quiet
        live = console.is_terminal and not quiet
        self._live = Live(console=console, refresh_per_second=8, transient=True) if live else None
        self._what = ""
        self._began = self._last = time.monotonic()
        self._at_first = self._done = 0

    def __enter__(self) -> StepProgress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, at: Step) -> None:
        now = time.monotonic()
        # The same is done again from the start for another list.
        if at.what != self._what or at.done < self._done:
            self._what, self._began, self._at_first = at.what, now, at.done
        self._done = at.done
        rate, left = self._pace(at, now)
        if self._live is not None:
            self._live.update(_line(at, rate, left, self._console.width))
        elif not self._quiet and now - self._last >= LINE_EVERY:
            self._last = now
            self._console.print(
                f"{at.what}: {_amounts(at)} · {_rate(at, rate)} · {span_text(left)} left",
                soft_wrap=True,
            )

    def _pace(self, at: Step, now: float) -> tuple[float, float | None]:
        """Units a second since the step began, and seconds to its end."""
        passed = now - self._began
        rate = (at.done - self._at_first) / passed if passed > 0.2 else 0.0
        return rate, max(at.total - at.done, 0) / rate if rate > 0 else None


def _line(at: Step, rate: float, left: float | None, width: int) -> Table:
    """One line, whatever the width: the bar takes what the words leave of it."""
    texts = [
        Text(at.what),
        Text(_amounts(at)),
        Text(_rate(at, rate), style="dim"),
        Text(f"{span_text(left)} left", style="bold"),
    ]
    room = width - sum(text.cell_len + 1 for text in texts) - 1
    line = Table.grid(padding=(0, 1))
    for text in texts:
        text.no_wrap = True
    if room < SHORTEST_BAR:
        line.add_row(*texts)
        return line
    share = min(at.done / at.total, 1.0) if at.total else 0
    bar = ProgressBar(total=1.0, completed=share, width=min(room, LONGEST_BAR))
    line.add_row(texts[0], bar, *texts[1:])
    return line


def _amounts(at: Step) -> str:
    if at.unit == "bytes":
        return f"{size_text(at.done)} of {size_text(at.total)}"
    return f"{at.done:,} of {at.total:,} {at.unit}"


def _rate(at: Step, rate: float) -> str:
    return f"{size_text(rate)}/s" if at.unit == "bytes" else f"{rate:,.0f}/s"
