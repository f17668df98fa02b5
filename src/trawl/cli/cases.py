"""``trawl init``, ``trawl case …``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from trawl.casework.cases import add_case, list_cases
from trawl.cli.options import AsJson
from trawl.cli.output import console, plain_errors, print_json
from trawl.formats.schemes import load_schemes
from trawl.model.access import Wing
from trawl.model.case import Case
from trawl.workbench import Workbench, find_workspace

app = typer.Typer(no_args_is_help=True, help="Cases: the unit of access.")


def init(
    workspace: Annotated[Path, typer.Argument(help="A new or empty folder.")],
    database: Annotated[
        str,
        typer.Option(
            help="A PostgreSQL URL, e.g. postgresql://trawl@localhost/trawl; SQLite if absent."
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Make a workspace: settings, database, signing key."""
    with plain_errors(as_json=as_json):
        bench = Workbench.create(workspace, database)
        if as_json:
            print_json(
                {
                    "workspace": str(bench.workspace.folder),
                    "database": bench.database.dialect,
                    "officer": bench.officer.name,
                    "key_id": bench.signer.key_id,
                }
            )
            return
        console.print(
            f"Workspace [bold]{escape(str(bench.workspace.folder))}[/] is ready "
            f"({bench.database.dialect}; officer {escape(bench.officer.name)}; "
            f"signing key {bench.signer.key_id}).",
            soft_wrap=True,
        )
        console.print(
            "[dim]Next: cd there, then [/]trawl case add NAME[dim], then [/]"
            "trawl intake PATH --case NAME --exhibit REF",
            soft_wrap=True,
        )


def upgrade(context: typer.Context, as_json: AsJson = False) -> None:
    """Bring the database of an older workspace to this version; its administrator may."""
    with plain_errors(as_json=as_json):
        workspace = find_workspace(context.obj)
        before, copy = Workbench.upgrade(workspace)
        bench = Workbench.open(workspace)
        now = bench.database.revision()
        if as_json:
            print_json({"from": before, "to": now, "copy": str(copy) if copy else None})
        elif before == now:
            console.print(f"The database has this version's schema already ({now}).")
        else:
            console.print(f"The database is upgraded from schema {before} to {now}.")
            if copy is not None:
                console.print(
                    f"As it was, it is kept in {escape(str(copy))}; delete it when all is well.",
                    soft_wrap=True,
                )


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The case's name, e.g. Heron.")],
    wing: Annotated[Wing, typer.Option(help="The wing it belongs to.")] = Wing.CHILD_PROTECTION,
    restricted: Annotated[
        bool, typer.Option("--restricted", help="It exists for its members alone.")
    ] = False,
    scheme: Annotated[
        str | None, typer.Option(help="The category scheme it is graded in; the unit's if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a case; you become its first member."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        if scheme is not None:
            load_schemes(bench.workspace.schemes).named(scheme)
        case = add_case(
            bench.database, bench.officer, name, wing, restricted=restricted, scheme=scheme
        )
        if as_json:
            print_json(_told(case))
        else:
            console.print(f"Case [bold]{escape(case.name)}[/] is open.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """The cases you work on."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = list_cases(bench.database, bench.officer)
        if as_json:
            print_json([_told(case) for case in found])
            return
        if not found:
            console.print("You are on no case yet. Open one with: trawl case add NAME")
            return
        table = Table(box=None, padding=(0, 2, 0, 0))
        table.add_column("case", no_wrap=True)
        table.add_column("wing", no_wrap=True)
        table.add_column("")
        for case in found:
            said = "restricted" if case.restricted else ""
            table.add_row(escape(case.name), case.wing.value, said)
        console.print(table)


def _told(case: Case) -> dict[str, object]:
    return {
        "case": case.name,
        "id": case.id,
        "wing": case.wing.value,
        "restricted": case.restricted,
        "scheme": case.scheme,
    }
