"""``trawl officer …``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from trawl.casework.cases import find_case
from trawl.casework.members import add_member
from trawl.casework.officers import (
    Standing,
    change_officer,
    enrol_officer,
    list_officers,
    unlock_officer,
)
from trawl.cli.options import AsJson, CaseName
from trawl.cli.output import console, plain_errors, print_json
from trawl.errors import NotFound
from trawl.model.access import Role, Wing
from trawl.workbench import Workbench, find_workspace

app = typer.Typer(no_args_is_help=True, help="Officers and the cases they work on.")

OfficerName = Annotated[str, typer.Argument(help="The officer.")]


@app.command("add")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The account name of the officer.")],
    role: Annotated[
        list[Role] | None,
        typer.Option(help="What the officer is; the first is the main role. Examiner if absent."),
    ] = None,
    wing: Annotated[
        list[Wing] | None, typer.Option(help="A wing the officer belongs to; every one if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enrol an officer."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        main, *further = role or [Role.EXAMINER]
        officer = enrol_officer(bench.database, bench.officer, name, main, further, wing or ())
        if as_json:
            print_json(
                {
                    "officer": officer.name,
                    "role": officer.role.value,
                    "roles": [main.value, *sorted(officer.further)],
                    "wings": sorted(set(wing or ())),
                }
            )
        else:
            roles = ", ".join([main, *sorted(officer.further)])
            console.print(f"{escape(officer.name)} is enrolled as {roles}.")


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """Every officer, and whether they can sign in."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = list_officers(bench.database, bench.officer)
        if as_json:
            print_json([_told(one) for one in found])
            return
        table = Table(box=None, padding=(0, 2, 0, 0))
        for title in ("officer", "roles", "wings", ""):
            table.add_column(title)
        for one in found:
            table.add_row(
                escape(one.enrolled.officer.name),
                ", ".join(_roles(one)),
                ", ".join(sorted(one.enrolled.wings)) or "every wing",
                ", ".join(_states(one)),
            )
        console.print(table)


@app.command("assign")
def assign(
    context: typer.Context, name: OfficerName, case: CaseName, as_json: AsJson = False
) -> None:
    """Put an officer on a case."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        add_member(bench.database, bench.officer, found, name)
        if as_json:
            print_json({"officer": name, "case": found.name})
        else:
            console.print(f"{escape(name)} is on case {escape(found.name)}.")


@app.command("invite")
def invite(
    context: typer.Context,
    name: OfficerName,
    reset_second_factor: Annotated[
        bool,
        typer.Option("--reset-second-factor", help="For one who has lost theirs: remove it."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the one-time link by which an officer sets a password for the browser."""
    with plain_errors(as_json=as_json):
        from trawl.signin.invitations import invite_officer  # hashing is slow to import

        bench = Workbench.open(find_workspace(context.obj))
        path = invite_officer(
            bench.database,
            bench.officer,
            _number(bench, name),
            lasts_us=bench.settings.invitation_hours * 3_600_000_000,
            reset_second_factor=reset_second_factor,
        )
        if as_json:
            print_json({"officer": name, "invitation": path})
            return
        console.print(
            f"This link is {escape(name)}'s, once, within {bench.settings.invitation_hours} hours. "
            "Put the address of the server before it, and hand it over yourself:",
            soft_wrap=True,
        )
        console.print(f"  [bold]{escape(path)}[/]", soft_wrap=True)


@app.command("unlock")
def unlock(context: typer.Context, name: OfficerName, as_json: AsJson = False) -> None:
    """Forgive the failed attempts to sign in as an officer."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        unlock_officer(bench.database, bench.officer, _number(bench, name))
        if as_json:
            print_json({"officer": name, "unlocked": True})
        else:
            console.print(f"{escape(name)} may try again.")


@app.command("disable")
def disable(
    context: typer.Context,
    name: OfficerName,
    again: Annotated[bool, typer.Option("--undo", help="The officer is enrolled again.")] = False,
    as_json: AsJson = False,
) -> None:
    """An officer leaves: may do nothing any more. What they did stays theirs."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        number = _number(bench, name)
        change_officer(bench.database, bench.officer, number, disabled=not again)
        if as_json:
            print_json({"officer": name, "disabled": not again})
        else:
            console.print(
                f"{escape(name)} {'is enrolled again' if again else 'is no longer enrolled'}."
            )


def _number(bench: Workbench, name: str) -> int:
    for one in list_officers(bench.database, bench.officer):
        if one.enrolled.officer.name == name:
            return one.enrolled.officer.id
    raise NotFound(f"there is no officer {name}")


def _roles(one: Standing) -> list[str]:
    """The main one first."""
    officer = one.enrolled.officer
    return [officer.role.value, *sorted(officer.further)]


def _states(one: Standing) -> list[str]:
    states = {
        "no longer enrolled": one.enrolled.disabled_us is not None,
        "locked out": one.locked_until_us > 0,
        "invited": one.invited,
        "no password": not one.can_sign_in,
        "second factor": one.two_factor,
    }
    return [said for said, holds in states.items() if holds]


def _told(one: Standing) -> dict[str, object]:
    officer = one.enrolled.officer
    return {
        "officer": officer.name,
        "roles": _roles(one),
        "wings": sorted(one.enrolled.wings),
        "disabled": one.enrolled.disabled_us is not None,
        "locked": one.locked_until_us > 0,
        "invited": one.invited,
        "can_sign_in": one.can_sign_in,
        "two_factor": one.two_factor,
    }
