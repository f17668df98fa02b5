"""``trawl unlock``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.prompt import Prompt

from trawl.casework.cases import find_case
from trawl.casework.log import acquisition_totals
from trawl.cli.options import AsJson, CaseName, ExhibitReference, Quiet
from trawl.cli.output import console, counted, plain_errors, print_json
from trawl.cli.progress import IntakeProgress
from trawl.cli.stopping import Stopping
from trawl.cli.verify import finished_acquisitions
from trawl.errors import SettingsError
from trawl.workbench import Workbench, find_workspace


def unlock(
    context: typer.Context,
    case: CaseName,
    exhibit: ExhibitReference,
    path: Annotated[
        str | None,
        typer.Argument(help="What to unlock, as the log writes it; everything locked if absent."),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option(help="A file with the password or recovery key; - for standard input."),
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Try a password or recovery key on what is locked, and log what it opens.

    The key is asked for, never given on the command line, and never written anywhere.
    """
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        acquisition = finished_acquisitions(bench, case, exhibit)[-1]
        found = find_case(bench.database, bench.officer, case)
        before = acquisition_totals(bench.database, bench.officer, acquisition)
        secret = _secret(password_file)
        stop = Stopping()
        stderr = Console(stderr=True, highlight=False)
        with stop.listening(), IntakeProgress(stderr, quiet=quiet) as tell:
            finished = bench.intake.unlock(found, acquisition, secret, path, tell, stop)
        if not finished:
            stderr.print("Stopped. Nothing is lost; unlock again to go on.")
            raise typer.Exit(130)
        after = acquisition_totals(bench.database, bench.officer, acquisition)
        gained = after["files"] - before["files"]
        opened = before["locked"] - after["locked"]
        if gained == 0 and opened == 0:
            result = {"opened": 0, "files": 0, "locked": after["locked"]}
            if as_json:
                print_json(result)
            else:
                console.print("The key opens nothing that is locked there.")
            raise typer.Exit(2)
        sealed = bench.seal(found, acquisition)
        result = {"opened": opened, "files": gained, "locked": after["locked"]}
        if as_json:
            print_json({**result, "manifest": str(sealed.manifest), "root": sealed.root.hex()})
        else:
            console.print(
                f"{counted(opened, 'locked entry', 'locked entries')} opened, "
                f"{counted(gained, 'more file', 'more files')} logged; "
                f"{after['locked']:,} still locked. Sealed anew: {sealed.manifest.name}",
                soft_wrap=True,
            )


def _secret(file: Path | None) -> str:
    if file is None:
        return Prompt.ask("Password or recovery key", password=True)
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from error
    return text.rstrip("\r\n")
