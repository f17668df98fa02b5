"""The progress of an intake: a live block on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from trawl.cli.output import counted, size_text, span_text
from trawl.intake.confinement import WALLS
from trawl.intake.progress import Progress

LINE_EVERY = 10.0


def missing_walls(walls: tuple[str, ...]) -> str | None:
    """A sentence on what does not confine the workers here; None when all does, or when no
    worker had anything to do."""
    missing = [wall for wall in WALLS if wall not in walls]
    if not walls or not missing:
        return None
    return (
        f"The decoders were not confined by {' and '.join(missing)}, which this kernel lacks: "
        "see docs/administrators/security.md."
    )


def progress_line(at: Progress) -> str:
    """A moment in one line."""
    if not at.files_total and at.listing:
        return f"listing: {at.listing:,} entries"
    return (
        f"{at.files:,} of {at.files_total:,} files · {size_text(at.bytes)} of "
        f"{size_text(at.bytes_total)} · {at.files_per_second:,.0f}/s · "
        f"{span_text(at.left_seconds)} left · failed {at.failed:,} · locked {at.locked:,}"
    )


class IntakeProgress:
    """Shows moments as they come. A context manager; call it with each moment."""

    def __init__(self, console: Console, *, quiet: bool) -> None:
        self._quiet = quiet
        self._console = console
        live = console.is_terminal and not quiet
        self._live = Live(console=console, refresh_per_second=4, transient=True) if live else None
        self._last = time.monotonic()
        self.walls: tuple[str, ...] = ()

    def __enter__(self) -> IntakeProgress:
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

    def __call__(self, at: Progress) -> None:
        self.walls = at.walls or self.walls
        if self._live is not None:
            self._live.update(_block(at))
        elif not self._quiet and time.monotonic() - self._last >= LINE_EVERY:
            self._last = time.monotonic()
            self._console.print(progress_line(at), soft_wrap=True)


def _block(at: Progress) -> Group:
    share = max(
        at.files / at.files_total if at.files_total else 0.0,
        0.0,
    )
    bar = Table.grid(padding=(0, 1))
    bar.add_row(
        ProgressBar(total=1.0, completed=min(share, 1.0), width=40),
        Text(f"{share:4.0%}" if at.files_total else "listing"),
        Text(f"{span_text(at.left_seconds)} left", style="bold"),
    )
    counts = Table.grid(padding=(0, 3))
    counts.add_row(
        Text(f"{at.files:,} of {at.files_total:,} files"),
        Text(f"{size_text(at.bytes)} of {size_text(at.bytes_total)}"),
        Text(f"{at.files_per_second:,.0f} files/s"),
        Text(f"{size_text(at.bytes_per_second)}/s"),
    )
    counts.add_row(
        Text(f"failed {at.failed:,}", style="yellow" if at.failed else "dim"),
        Text(f"locked {at.locked:,}", style="yellow" if at.locked else "dim"),
        Text(f"{counted(at.containers_left, 'container')} left", style="dim"),
        Text(f"listing {at.listing:,}" if at.listing else "", style="dim"),
    )
    where = Text(at.at or "the exhibit's own files", style="dim", overflow="ellipsis")
    where.no_wrap = True
    return Group(bar, counts, where)
