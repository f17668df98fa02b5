"""``trawl log``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import typer
from rich.markup import escape
from rich.table import Table

from trawl.casework.cases import find_case
from trawl.casework.log import count_log, export_log, read_log
from trawl.cli.options import AsJson, CaseName
from trawl.cli.output import console, errors, plain_errors, size_text
from trawl.errors import SettingsError
from trawl.model.exhibit import OccurrenceState
from trawl.model.media import Kind
from trawl.store.log import LogFilter, LogRow
from trawl.store.log_export import ExportFormat
from trawl.workbench import Workbench, find_workspace

_DAY = ["%Y-%m-%d"]


def log(
    context: typer.Context,
    case: CaseName,
    format_: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Write all rows in this format instead of showing some."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; standard output.")
    ] = None,
    exhibit: Annotated[str | None, typer.Option(help="Only this exhibit.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="Only this kind of content.")] = None,
    state: Annotated[OccurrenceState | None, typer.Option(help="Only in this state.")] = None,
    extension: Annotated[str | None, typer.Option(help="Only names that end so.")] = None,
    text: Annotated[str | None, typer.Option(help="Only paths that hold this text.")] = None,
    sha256: Annotated[str | None, typer.Option(help="Only this content.")] = None,
    camera: Annotated[str | None, typer.Option(help="Only this camera model, exactly.")] = None,
    lying: Annotated[bool | None, typer.Option(help="Names that lie about the content.")] = None,
    deleted: Annotated[bool | None, typer.Option(help="Deleted entries of file systems.")] = None,
    failed: Annotated[bool | None, typer.Option(help="What could not be read or decoded.")] = None,
    known: Annotated[bool | None, typer.Option(help="Content an earlier intake knew.")] = None,
    place: Annotated[bool | None, typer.Option(help="Pictures and videos with a place.")] = None,
    size_min: Annotated[int | None, typer.Option(help="Bytes at least.")] = None,
    size_max: Annotated[int | None, typer.Option(help="Bytes at most.")] = None,
    taken_from: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Taken on this day or later.")
    ] = None,
    taken_until: Annotated[
        datetime | None, typer.Option(formats=_DAY, help="Taken before this day.")
    ] = None,
    after: Annotated[int | None, typer.Option(help="Go on after this occurrence number.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Rows to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The log of a case: some rows on the screen, or all of them as CSV, JSON lines or Parquet."""
    with plain_errors(as_json=as_json):
        wanted = LogFilter(
            exhibit=exhibit,
            kind=kind,
            state=state,
            extension=extension.lstrip(".").lower() if extension else None,
            text=text,
            sha256=_digest(sha256),
            camera_model=camera,
            lying=lying,
            deleted=deleted,
            failed=failed,
            known=known,
            has_place=place,
            size_min=size_min,
            size_max=size_max,
            taken_from_us=_microseconds(taken_from),
            taken_until_us=_microseconds(taken_until, before=True),
        )
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        if format_ is None and as_json:
            format_ = ExportFormat.JSONL
        if format_ is not None:
            _export(bench, found, format_, output, wanted)
            return
        rows = read_log(bench.database, bench.officer, found, wanted, after=after, limit=limit)
        _render(rows, count_log(bench.database, bench.officer, found, wanted), limit)


def _export(
    bench: Workbench, case: Any, kind: ExportFormat, output: Path | None, wanted: LogFilter
) -> None:
    if output is None:
        if kind is ExportFormat.PARQUET and sys.stdout.isatty():
            raise SettingsError("Parquet is not for a screen.", hint="Name a file with --output.")
        _write(bench, case, kind, sys.stdout.buffer, wanted)
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("wb") as out:
            written = _write(bench, case, kind, out, wanted)
        part.rename(output)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingsError(f"{output} cannot be written: {error.strerror or error}") from error
    errors.print(f"[dim]{written:,} rows in {escape(str(output))}[/]", soft_wrap=True)


def _write(
    bench: Workbench, case: Any, kind: ExportFormat, out: BinaryIO, wanted: LogFilter
) -> int:
    return export_log(bench.database, bench.officer, case, kind, out, wanted)


def _digest(text: str | None) -> bytes | None:
    if text is None:
        return None
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise SettingsError(f"{text!r} is not a digest in hex.") from None


def _microseconds(day: datetime | None, *, before: bool = False) -> int | None:
    if day is None:
        return None
    return int(day.replace(tzinfo=UTC).timestamp() * 1e6) - int(before)


def _render(rows: list[LogRow], total: int, limit: int) -> None:
    if not rows:
        console.print("Nothing in the log is like that.")
        return
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("exhibit", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("SHA-256", no_wrap=True)
    table.add_column("path", overflow="fold", ratio=1)
    for row in rows:
        table.add_row(
            escape(row.exhibit),
            row.kind or row.entry_kind,
            size_text(row.size) if row.size is not None else "",
            f"{row.sha256[:10]}…" if row.sha256 else "",
            _place(row),
            style="yellow" if row.state in ("unreadable", "refused") else None,
        )
    console.print(table)
    shown = f"{len(rows):,} of {total:,} rows"
    if len(rows) == limit and total > limit:
        shown += f"; the next: --after {rows[-1].occurrence_id}"
    console.print(f"[dim]{shown}[/]")


def _place(row: LogRow) -> str:
    remarks = _remarks(row)
    return f"{escape(row.path)}\n[dim]{escape(remarks)}[/]" if remarks else escape(row.path)


def _remarks(row: LogRow) -> str:
    remarks = [] if row.state in ("logged", "not-a-file", "locked") else [row.state]
    if row.reason:
        remarks.append(row.reason)
    remarks += [
        name
        for name, on in (
            ("deleted", row.deleted),
            ("lying name", row.lies),
            ("known before", row.known),
            ("not decoded", row.undecoded),
            (f"locked: {row.lock}", row.lock and "locked" not in (row.reason or "")),
        )
        if on and name not in remarks
    ]
    return " · ".join(remarks)
