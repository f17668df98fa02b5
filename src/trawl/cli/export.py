"""``trawl export``."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.cli.options import AsJson, CaseName, Quiet
from trawl.cli.output import console, counted, plain_errors, print_json
from trawl.cli.step_progress import StepProgress
from trawl.cli.stopping import Stopping
from trawl.errors import StoreError
from trawl.workbench import Workbench, find_workspace


def export(
    context: typer.Context,
    case: CaseName,
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")],
    scheme: Annotated[
        str, typer.Option("--scheme", help="The category scheme to write in.")
    ] = "project-vic-us",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Write a case as VICS 2.0: digests, fingerprints, places, categories and flags of its
    pictures and videos, as officers have graded them or hash sets say; never the media
    themselves."""
    from trawl.matching.vics_export import export_vics
    from trawl.workbench_review import grades_of

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        unfinished = output.with_name(f".{output.name}.{os.getpid()}")
        stop = Stopping()
        try:
            stderr = Console(stderr=True, highlight=False)
            with (
                unfinished.open("xb") as out,
                stop.listening(),
                StepProgress(stderr, quiet=quiet) as tell,
            ):
                done = export_vics(
                    bench.database,
                    bench.officer,
                    bench.workspace,
                    found,
                    scheme,
                    grades_of(bench.workspace, found.id),
                    out,
                    tell=tell,
                    stop=stop,
                )
            unfinished.replace(output)
        except OSError as error:
            raise StoreError(f"{output} cannot be written: {error.strerror}.") from error
        finally:
            unfinished.unlink(missing_ok=True)
        if as_json:
            print_json({"file": str(output), **asdict(done)})
            return
        console.print(
            f"{counted(done.media, 'media', 'media')} of [bold]{escape(found.name)}[/] are in "
            f"{escape(str(output))}: {done.graded:,} as officers have graded them, of "
            f"{done.precategorized:,} hash sets say something.",
            soft_wrap=True,
        )
        for count, why in (
            (done.disputed, "are disputed: they are written without a category"),
            (done.untranslated, f"have a category that nothing maps to {scheme}"),
            (done.unnumbered, "have a category that is no number: it is written as a tag"),
        ):
            if count:
                console.print(f"[yellow]{count:,}[/] {escape(why)}.")
