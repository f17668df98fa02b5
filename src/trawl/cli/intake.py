"""``trawl intake``."""

from __future__ import annotations

import shlex
import time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.casework.log import acquisition_totals
from trawl.cli.match import run_match, tell_match
from trawl.cli.options import AsJson, CaseName, ExhibitReference, Quiet
from trawl.cli.output import console, facts_table, plain_errors, print_json, size_text, span_text
from trawl.cli.progress import IntakeProgress, missing_walls
from trawl.cli.stopping import Stopping
from trawl.errors import IndexDamaged, MatchingError, Stopped, StoreError
from trawl.intake.acquire import resolved
from trawl.model.case import Case
from trawl.workbench import Workbench, find_workspace


def intake(
    context: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(help="Folders, archives, disk images or files.", show_default=False),
    ],
    case: CaseName,
    exhibit: ExhibitReference,
    match: Annotated[
        bool, typer.Option("--match/--no-match", help="Match the case when all is logged.")
    ] = True,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Log every file of an exhibit; interrupted, the same command goes on where it stopped."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        given = tuple(resolved(tuple(paths)))  # a mistyped path must not make an exhibit
        where = ensure_exhibit(bench.database, bench.officer, found, exhibit)
        started = time.monotonic()
        acquisition, resumed = bench.intake.begin(found, where, given)
        stderr = Console(stderr=True, highlight=False)
        if resumed and not quiet:
            stderr.print("[dim]Going on where it stopped.[/]")
        stop = Stopping()
        with stop.listening(), IntakeProgress(stderr, quiet=quiet) as tell:
            finished = bench.intake.run(found, acquisition, tell, stop)
        if not finished:
            stderr.print("Stopped. Nothing is lost; the same command goes on from here.")
            if as_json:
                print_json({"finished": False, "acquisition": acquisition.id})
            raise typer.Exit(130)
        warning = missing_walls(tell.walls)
        if warning:
            stderr.print(f"[yellow]{warning}[/]", soft_wrap=True)
        sealed = bench.seal(found, acquisition)
        result: dict[str, Any] = {
            **acquisition_totals(bench.database, bench.officer, acquisition),
            "seconds": round(time.monotonic() - started, 2),
            "case": found.name,
            "exhibit": where.reference,
            "acquisition": acquisition.id,
            "manifest": str(sealed.manifest),
            "root": sealed.root.hex(),
            "confined_by": list(tell.walls),
            "finished": True,
        }
        if not result["files"]:
            stderr.print("[yellow]There was nothing to log: no file is at the paths given.[/]")
        if not as_json:
            _report(result)
        if match:
            result["match"] = _matched(bench, found, quiet=quiet, as_json=as_json)
        if as_json:
            print_json(result)


def _matched(bench: Workbench, case: Case, *, quiet: bool, as_json: bool) -> dict[str, Any] | None:
    """Match what was logged. The log is sealed whatever becomes of this."""
    try:
        result = run_match(bench, case, again=False, quiet=quiet)
    except (MatchingError, Stopped, StoreError) as error:
        stderr = Console(stderr=True, highlight=False)
        stderr.print(f"[yellow]Logged, not matched:[/] {escape(str(error))}", soft_wrap=True)
        later = f"Later: trawl match --case {shlex.quote(case.name)}"
        damaged = isinstance(error, IndexDamaged) and error.hint
        stderr.print(f"[dim]{escape(damaged or later)}[/]", soft_wrap=True)
        return None
    if not as_json:
        console.print()
        tell_match(result)
    return result


def _report(result: dict[str, Any]) -> None:
    seconds = max(float(result["seconds"]), 0.01)
    rate = f"{result['files'] / seconds:,.0f}/s"
    rows = [
        ("files", f"{result['files']:,} ({size_text(result['bytes'])})"),
        ("media", f"{result['media']:,} distinct; {result['known']:,} files known before"),
        ("pictures", f"{result['pictures']:,}"),
        ("videos", f"{result['videos']:,}"),
        ("failed", f"{result['failed']:,}"),
        ("not decoded", f"{result['undecoded']:,}"),
        ("locked", f"{result['locked']:,}"),
        ("lying names", f"{result['lying']:,}"),
        ("deleted", f"{result['deleted']:,}"),
        ("took", f"{span_text(seconds)} ({rate})"),
        ("manifest", result["manifest"]),
        ("root hash", result["root"]),
    ]
    console.print(
        f"[bold]{escape(result['case'])} · {escape(result['exhibit'])}[/] is logged and sealed."
    )
    console.print(facts_table(rows))
