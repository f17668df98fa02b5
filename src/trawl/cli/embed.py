"""``trawl embed``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.cli.options import AsJson, CaseName, Quiet
from trawl.cli.output import console, counted, plain_errors, print_json
from trawl.cli.step_progress import StepProgress
from trawl.cli.stopping import Stopping
from trawl.errors import ModelRefused
from trawl.workbench import Workbench, find_workspace


def embed(
    context: typer.Context,
    case: CaseName,
    model: Annotated[
        str | None,
        typer.Option("--model", help="An ONNX file, or a package; else copy_model of trawl.toml."),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="All anew, as with another model.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Let a copy-detection model look at a case's thumbnails, so that similar finds crops,
    overlays and screenshots too. Optional: needs trawl[ml] and a model of yours."""
    from trawl.matching.case_vectors import embed_case
    from trawl.matching.embedding.model import Model

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        named = model or bench.copy_model
        if not named:
            raise ModelRefused(
                "No copy-detection model is set, and none is needed for anything else.",
                hint="Name one with --model FILE, or as copy_model in trawl.toml.",
            )
        stop = Stopping()
        stderr = Console(stderr=True, highlight=False)
        with stop.listening(), StepProgress(stderr, quiet=quiet) as tell:
            done = embed_case(
                bench.database,
                bench.officer,
                bench.workspace,
                found,
                Model.open(named),
                again=again,
                tell=tell,
                stop=stop,
            )
        if as_json:
            print_json(
                {
                    "model": done.model,
                    "version": done.version,
                    "digest": done.digest.hex(),
                    "pictures": done.pictures,
                    "new": done.new,
                    "without_thumbnail": done.without,
                }
            )
            return
        console.print(
            f"{counted(done.new, 'new vector')} for {counted(done.pictures, 'picture')} of "
            f"[bold]{escape(found.name)}[/], by {escape(done.model)} {escape(done.version)} "
            f"[dim]{done.digest.hex()[:16]}[/]",
            soft_wrap=True,
        )
        if done.without:
            console.print(f"[dim]{counted(done.without, 'picture')} without a thumbnail[/]")
