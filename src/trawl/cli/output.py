"""How commands speak: people read tables and sentences, programs read JSON lines."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from trawl.errors import Stopped, TrawlError

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One JSON value on one line of standard output."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    # Bytes of a name that are no UTF-8 leave as JSON's own escapes.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
    sys.stdout.flush()


@contextmanager
def plain_errors(
    *, as_json: bool = False, beside: Mapping[str, Any] = MappingProxyType({})
) -> Iterator[None]:
    """Turn an error Trawl raises on purpose into a sentence, a hint and exit status 1; a wish to
    stop that was heeded into 130. ``beside``: what a program is told with it, as what was done
    before."""
    try:
        yield
    except Stopped as error:
        if as_json:
            print_json({"finished": False, **beside})
        errors.print(f"{escape(str(error))} {error.hint}", soft_wrap=True)
        raise typer.Exit(130) from None
    except TrawlError as error:
        if as_json:
            told = {"error": str(error), "hint": error.hint, "kind": type(error).__name__}
            print_json({**told, **beside})
        else:
            errors.print(f"[bold red]Error:[/] {escape(str(error))}", soft_wrap=True)
            if error.hint:
                errors.print(f"[dim]{escape(error.hint)}[/]", soft_wrap=True)
        raise typer.Exit(1) from None


def facts_table(rows: Sequence[tuple[str, str]]) -> Table:
    """Names and values, without lines."""
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in rows:
        table.add_row(name, visible(value))
    return table


def visible(text: str) -> str:
    """A stranger's text for the terminal: what would steer it (control characters, marks that
    turn the direction of writing) is written out, and markup is text."""
    shown = (char if char.isprintable() or char == " " else f"\\x{ord(char):02x}" for char in text)
    return escape("".join(shown))


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun: ``1 place``, ``2 places``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def size_text(size: float) -> str:
    """Bytes in the unit that reads best (powers of 1000)."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(size) < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def span_text(seconds: float | None) -> str:
    """A span of time as an officer would say it."""
    if seconds is None:
        return "–"
    seconds = round(seconds)
    if seconds < 60:
        return f"{seconds} s"
    if seconds < 3600:
        return f"{seconds // 60} min {seconds % 60:02d} s"
    return f"{seconds // 3600} h {seconds % 3600 // 60:02d} min"
