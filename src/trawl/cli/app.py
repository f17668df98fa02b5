"""The command tree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from trawl import __version__
from trawl.cli import (
    audit,
    cases,
    embed,
    export,
    hashset,
    hits,
    intake,
    log,
    match,
    officers,
    serve,
    show,
    similar,
    stacks,
    status,
    unlock,
    verify,
)

app = typer.Typer(
    name="trawl",
    help="Log a haul, recognise what is known, and fold what is left into stacks.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"trawl {__version__}")
        raise typer.Exit


@app.callback()
def options(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(
            "--workspace",
            "-w",
            help="The workspace; else TRAWL_WORKSPACE, else the nearest one at or above here.",
        ),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Log a haul, recognise what is known, and fold what is left into stacks."""
    del version  # its callback has spoken
    context.obj = workspace


app.command("init")(cases.init)
app.add_typer(cases.app, name="case")
app.add_typer(officers.app, name="officer")
app.command("intake")(intake.intake)
app.command("unlock")(unlock.unlock)
app.command("status")(status.status)
app.command("show")(show.show)
app.command("log")(log.log)
app.command("verify")(verify.verify)
app.add_typer(hashset.app, name="hashset")
app.command("match")(match.match)
app.command("hits")(hits.hits)
app.command("stacks")(stacks.stacks)
app.command("similar")(similar.similar)
app.command("not-a-match")(match.not_a_match)
app.command("embed")(embed.embed)
app.command("export")(export.export)
app.command("serve")(serve.serve)
app.command("upgrade")(cases.upgrade)
app.add_typer(audit.app, name="audit")
