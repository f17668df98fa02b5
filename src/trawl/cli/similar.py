"""``trawl similar``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from trawl.casework.cases import find_case, list_cases
from trawl.cli.hits import span
from trawl.cli.options import AsJson
from trawl.cli.output import console, plain_errors, print_json
from trawl.errors import NotFound, SettingsError
from trawl.model.case import Case
from trawl.model.matching import ALIKE, Turn
from trawl.workbench import Workbench, find_workspace

if TYPE_CHECKING:
    from trawl.matching.similar import Likeness, Region, Sought

_SHA256 = re.compile(r"[0-9a-fA-F]{64}")
_REGION = re.compile(r"(\d+),(\d+),(\d+),(\d+)")


def similar(
    context: typer.Context,
    picture: Annotated[str, typer.Argument(help="A picture file, or the SHA-256 of a media.")],
    case: Annotated[str | None, typer.Option("--case", help="Look in this case.")] = None,
    all_cases: Annotated[bool, typer.Option("--all", help="Look in all your cases.")] = False,
    region: Annotated[
        str | None, typer.Option("--region", help="Only this part: x,y,width,height in pixels.")
    ] = None,
    within: Annotated[
        int, typer.Option("--within", min=0, max=64, help="Bits that may differ.")
    ] = ALIKE,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Media to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What looks like a picture: copies, turned ones, frames of videos. Within 31 bits it is
    the same picture, as a rule; beyond, it may be."""
    from trawl.matching.case_vectors import Copies
    from trawl.matching.similar import search

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        cases = _cases(bench, case, all_cases=all_cases)
        model = bench.settings.copy_model
        sought = _sought(bench, cases, picture, _region(region))
        found = search(
            bench.database,
            bench.officer,
            bench.workspace,
            cases,
            sought,
            most=limit,
            threshold=within,
            copies=Copies.by(model) if model else None,
        )
        if as_json:
            print_json([_json(one) for one in found])
            return
        if not found:
            console.print(f"Nothing within {within} bits of it, in any turn.")
        for one in found:
            _tell(one, several=len(cases) > 1)


def _cases(bench: Workbench, name: str | None, *, all_cases: bool) -> Sequence[Case]:
    if (name is None) is not all_cases:
        raise SettingsError("Say where to look: --case NAME, or --all for all your cases.")
    if name is not None:
        return [find_case(bench.database, bench.officer, name)]
    cases = list_cases(bench.database, bench.officer)
    if not cases:
        raise NotFound("You are on no case yet.", hint="Open one with: trawl case add NAME")
    return cases


def _region(text: str | None) -> Region | None:
    from trawl.matching.similar import Region

    if text is None:
        return None
    told = _REGION.fullmatch(text.replace(" ", ""))
    if told is None:
        raise SettingsError(f"{text} is no region.", hint="Give x,y,width,height in pixels.")
    return Region(*map(int, told.groups()))


def _sought(bench: Workbench, cases: Sequence[Case], picture: str, region: Region | None) -> Sought:
    from trawl.matching.similar import sought_media, sought_picture

    path = Path(picture)
    if _SHA256.fullmatch(picture) and not path.exists():
        return sought_media(
            bench.database, bench.officer, bench.workspace, cases, bytes.fromhex(picture), region
        )
    part = None if region is None else (region.x, region.y, region.width, region.height)
    looked = bench.look_at(path, part)
    return sought_picture(looked.fingerprint, looked.thumbnail)


def _json(one: Likeness) -> dict[str, Any]:
    return {
        "case": one.case,
        "sha256": one.sha256.hex(),
        "kind": one.kind,
        "exhibit": one.exhibit,
        "path": one.path,
        "bits": one.distance,
        "turn": str(one.turn),
        "at_ms": one.at_ms,
        "same": one.same,
        "score": one.score,
        "model": one.model,
    }


def _tell(one: Likeness, *, several: bool) -> None:
    turn = f", {one.turn}" if one.turn is not Turn.NONE else ""
    at = f", {span(one.at_ms, one.at_ms)}" if one.at_ms is not None else ""
    how = f"{one.distance:>3} bits{turn}{at}"
    if one.distance is None:
        how = f"{one.score:.2f} by {escape(one.model or '')}"
    case = f"{escape(one.case)} · " if several else ""
    console.print(
        f"[{'bold' if one.same else 'dim'}]{how}[/] · {case}{escape(one.exhibit)} "
        f"{escape(one.path)} [dim]{one.sha256.hex()}[/]",
        soft_wrap=True,
    )
