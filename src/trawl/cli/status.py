"""``trawl status``."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.markup import escape

from trawl.casework.cases import find_case, list_cases
from trawl.casework.containers import list_containers
from trawl.casework.exhibits import list_acquisitions
from trawl.casework.log import acquisition_totals
from trawl.cli.funnel import damaged_json, funnel_json, tell_funnel
from trawl.cli.options import AsJson
from trawl.cli.output import console, facts_table, plain_errors, print_json, size_text
from trawl.errors import IndexDamaged
from trawl.model.case import Acquisition, Case
from trawl.model.exhibit import ContainerState
from trawl.workbench import Workbench, find_workspace

CONTAINERS_SHOWN = 10


def status(
    context: typer.Context,
    case: Annotated[
        str | None, typer.Option("--case", help="One case; all yours if absent.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What has been logged, what failed, what is locked, what is under way."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        cases = (
            [find_case(bench.database, bench.officer, case)]
            if case
            else list_cases(bench.database, bench.officer)
        )
        told = [_case(bench, one) for one in cases]
        if as_json:
            print_json({"workspace": str(bench.workspace.folder), "cases": told})
        elif not told:
            console.print("No case yet. Open one with: trawl case add NAME")
        else:
            for one in told:
                _render(one)


def _case(bench: Workbench, case: Case) -> dict[str, Any]:
    return {
        "case": case.name,
        "funnel": _funnel(bench, case),
        "acquisitions": [
            _acquisition(bench, one)
            for one in list_acquisitions(bench.database, bench.officer, case)
        ],
    }


def _funnel(bench: Workbench, case: Case) -> dict[str, Any]:
    """The figures. What else there is to say does not wait for a file that can be built anew."""
    from trawl.matching.funnel import funnel

    try:
        return funnel_json(funnel(bench.database, bench.officer, bench.workspace, case))
    except IndexDamaged as error:
        return damaged_json(error)


def _acquisition(bench: Workbench, one: Acquisition) -> dict[str, Any]:
    unopened = list_containers(
        bench.database, bench.officer, one, ContainerState.LOCKED, ContainerState.FAILED
    )
    return {
        "exhibit": one.exhibit,
        "acquisition": one.id,
        "begun_us": one.begun_us,
        "state": "sealed" if one.seal is not None else "under way or interrupted",
        "paths": list(one.roots),
        "root": one.seal.manifest_root.hex() if one.seal else None,
        **acquisition_totals(bench.database, bench.officer, one),
        "not_opened": [
            {
                "path": each.path,
                "volume": bool(each.volume),
                "state": each.state.value,
                "reason": each.reason,
            }
            for each in unopened
        ],
    }


def _render(case: dict[str, Any]) -> None:
    console.print(f"\n[bold]{escape(case['case'])}[/]")
    if not case["acquisitions"]:
        console.print(
            f"  Nothing is logged yet: trawl intake PATH --case {escape(case['case'])} "
            "--exhibit REF",
            soft_wrap=True,
        )
        return
    tell_funnel(case["funnel"], case["case"])
    for one in case["acquisitions"]:
        _render_acquisition(one)


def _render_acquisition(one: dict[str, Any]) -> None:
    state = "[green]✓ sealed[/]" if one["root"] else "[yellow]… not sealed: run it again[/]"
    console.print(
        f"\n  [bold]{escape(one['exhibit'])}[/]  {state}  [dim]{_when(one['begun_us'])}[/]"
    )
    rows = [
        ("files", f"{one['files']:,} ({size_text(one['bytes'])})"),
        ("media", f"{one['media']:,} distinct, {one['duplicates']:,} duplicates"),
        ("of these", _named(one, ("pictures", "videos", "audio"))),
        ("opened", f"{one['containers'] - len(one['not_opened']):,} archives and images"),
        ("known before", f"{one['known']:,}"),
        ("deleted", f"{one['deleted']:,}"),
        ("lying names", _alarm(one["lying"])),
        ("not decoded", _alarm(one["undecoded"])),
        ("failed", _alarm(one["failed"])),
        ("locked", _locked(one)),
    ]
    table = facts_table([])
    for name, value in rows:
        table.add_row(f"    {name}", value)
    console.print(table)
    # Too long for a table on a narrow terminal: nobody copies a digest that is cut in two.
    console.print(f"    [dim]{'root hash':<12}[/]  {one['root'] or '–'}", soft_wrap=True)
    _render_not_opened(one)


def _named(one: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{one[name]:,} {name}" for name in names)


def _alarm(count: int) -> str:
    return f"[yellow]{count:,}[/]" if count else "0"


def _locked(one: dict[str, Any]) -> str:
    # A locked volume is an entry already; an archive or a document is a file that was logged.
    whole = sum(
        each["state"] == ContainerState.LOCKED and not each["volume"] for each in one["not_opened"]
    )
    if not whole:
        return _alarm(one["locked"])
    return f"{_alarm(one['locked'])} inside; {_alarm(whole)} archives, images or documents"


def _when(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6).astimezone().strftime("%d %b %Y %H:%M")


def _render_not_opened(one: dict[str, Any]) -> None:
    for each in one["not_opened"][:CONTAINERS_SHOWN]:
        style = "yellow" if each["state"] == "locked" else "red"
        console.print(
            f"    [{style}]{each['state']}[/] {escape(each['path'])} "
            f"[dim]{escape(each['reason'] or '')}[/]",
            soft_wrap=True,
        )
    more = len(one["not_opened"]) - CONTAINERS_SHOWN
    if more > 0:
        console.print(f"  [dim]… and {more:,} more; --json lists them all[/]")
