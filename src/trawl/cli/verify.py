"""``trawl verify``."""

from __future__ import annotations

import typer
from rich.console import Console
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.casework.exhibits import list_acquisitions
from trawl.cli.options import AsJson, CaseName, ExhibitReference, Quiet
from trawl.cli.output import console, plain_errors, print_json
from trawl.cli.progress import IntakeProgress
from trawl.cli.stopping import Stopping
from trawl.custody.sealing import check_sealed
from trawl.errors import NotFound
from trawl.intake.verify import Difference
from trawl.model.case import Acquisition
from trawl.model.exhibit import display_path
from trawl.workbench import Workbench, find_workspace

_STYLE = {"changed": "red", "missing": "red", "new": "yellow"}


def finished_acquisitions(bench: Workbench, case: str, exhibit: str) -> list[Acquisition]:
    """The sealed acquisitions of an exhibit, oldest first. Raises NotFound."""
    found = find_case(bench.database, bench.officer, case)
    own = [
        one
        for one in list_acquisitions(bench.database, bench.officer, found)
        if one.exhibit == exhibit and one.seal is not None
    ]
    if not own:
        raise NotFound(
            f"Exhibit {exhibit} of case {case} has no finished acquisition.",
            hint="`trawl status --case NAME` lists what there is.",
        )
    return own


def verify(
    context: typer.Context,
    case: CaseName,
    exhibit: ExhibitReference,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Check manifest and log against the seal; read the sources again and name what changed."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        acquisition = finished_acquisitions(bench, case, exhibit)[-1]
        found = find_case(bench.database, bench.officer, case)
        lines = check_sealed(
            bench.database,
            bench.officer,
            acquisition,
            bench.workspace.manifests,
            bench.signer.public,
        )
        stop = Stopping()
        stderr = Console(stderr=True, highlight=False)
        with stop.listening(), IntakeProgress(stderr, quiet=quiet) as tell:
            differences = bench.intake.verify(found, acquisition, tell, stop)
        if differences is None:
            stderr.print("Stopped; nothing was compared.")
            raise typer.Exit(130)
        _render(differences, lines, as_json=as_json)
        if differences:
            raise typer.Exit(2)


def _render(differences: list[Difference], lines: int, *, as_json: bool) -> None:
    if as_json:
        for one in differences:
            print_json(
                {
                    "change": one.change.value,
                    "path": display_path(one.path),
                    "detail": one.detail,
                }
            )
        counts = {
            kind: sum(d.change == kind for d in differences)
            for kind in ("changed", "missing", "new")
        }
        print_json({"holds": not differences, "manifest_lines": lines, **counts})
        return
    for one in differences:
        style = _STYLE[one.change.value]
        path = escape(display_path(one.path))
        console.print(
            f"[{style}]{one.change.value:8}[/] {path}  [dim]{escape(one.detail)}[/]",
            soft_wrap=True,
        )
    if differences:
        console.print(f"{len(differences):,} differences; manifest and log ({lines:,} lines) hold.")
    else:
        console.print(f"Everything is as it was logged; manifest and log ({lines:,} lines) hold.")
