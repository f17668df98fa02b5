"""``trawl match`` and ``trawl not-a-match``."""

from __future__ import annotations

import time
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.cli.funnel import funnel_json, tell_funnel
from trawl.cli.options import AsJson, CaseName, Quiet
from trawl.cli.output import console, counted, plain_errors, print_json, span_text
from trawl.cli.show import digest_of
from trawl.cli.step_progress import StepProgress
from trawl.cli.stopping import Stopping
from trawl.errors import SettingsError
from trawl.model.case import Case
from trawl.store.rejections import Rejection
from trawl.workbench import Workbench, find_workspace


def match(
    context: typer.Context,
    case: CaseName,
    again: Annotated[
        bool, typer.Option("--again", help="From scratch, as after an index was damaged.")
    ] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Hold a case against all hash sets, and bring its stacks up to date; only what is new is
    compared."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        result = run_match(bench, found, again=again, quiet=quiet)
        if as_json:
            print_json(result)
        else:
            tell_match(result)


def run_match(bench: Workbench, case: Case, *, again: bool, quiet: bool) -> dict[str, Any]:
    """Match a case, showing progress; what it came to."""
    from trawl.matching.funnel import funnel
    from trawl.matching.match import match_case

    started = time.monotonic()
    stop = Stopping()
    with stop.listening(), StepProgress(Console(stderr=True, highlight=False), quiet=quiet) as tell:
        done = match_case(
            bench.database, bench.officer, bench.workspace, case, again=again, tell=tell, stop=stop
        )
    return {
        "case": case.name,
        "media": done.media,
        "new": done.new,
        "seconds": round(time.monotonic() - started, 2),
        "hits": [
            {"kind": str(purpose), "by": str(means), "media": count}
            for (purpose, means), count in sorted(done.hits.items())
        ],
        "funnel": funnel_json(funnel(bench.database, bench.officer, bench.workspace, case)),
    }


def tell_match(result: dict[str, Any]) -> None:
    """Say what a matching came to."""
    console.print(
        f"[bold]{escape(result['case'])}[/] is matched: {result['new']:,} new of "
        f"{counted(result['media'], 'media', 'media')}, {span_text(result['seconds'])}."
    )
    for hit in result["hits"]:
        console.print(f"  {hit['media']:,} {hit['kind']} by {hit['by']}")
    if not result["hits"]:
        console.print("  [dim]No new hit of a hash set.[/]")
    tell_funnel(result["funnel"], result["case"])


def not_a_match(
    context: typer.Context,
    case: CaseName,
    sha256: Annotated[
        str | None, typer.Argument(help="The media; all pairs are listed if absent.")
    ] = None,
    other: Annotated[
        str | None, typer.Argument(help="Another media's SHA-256, or the name of a hash set.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remember that a media is no match of another, or of a hash set."""
    from trawl.matching.rejecting import list_rejections, reject, unreject

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        if sha256 is None:
            _tell_pairs(list_rejections(bench.database, bench.officer, found), as_json=as_json)
            return
        if other is None:
            raise SettingsError(
                "Name what it is no match of: another media's SHA-256, or a hash set."
            )
        wanted = digest_of(sha256)
        told = None
        if undo:
            unreject(bench.database, bench.officer, found, wanted, other)
        else:
            told = reject(bench.database, bench.officer, found, wanted, other)
        if as_json:
            print_json({"sha256": sha256, "other": other, "match": undo})
        elif undo:
            console.print(
                f"Forgotten: {sha256} and {escape(other)} may match again.", soft_wrap=True
            )
        else:
            later = "" if told == "set" else " Stacks heed it from the next trawl match on."
            console.print(
                f"Remembered: {sha256} is no match of {escape(other)}.{later}", soft_wrap=True
            )


def _tell_pairs(pairs: list[Rejection], *, as_json: bool) -> None:
    if as_json:
        print_json([one._asdict() | {"sha256": one.sha256.hex()} for one in pairs])
        return
    if not pairs:
        console.print("No pair has been told apart in this case.")
    for one in pairs:
        kind, _, name = one.other.partition(":")
        console.print(
            f"{one.sha256.hex()} is no match of {kind} {escape(name)} "
            f"[dim]{escape(one.officer)}[/]",
            soft_wrap=True,
        )
