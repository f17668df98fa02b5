"""``trawl similar``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from trawl.casework.cases import find_case, list_cases
from trawl.casework.media import show_media
from trawl.cli.hits import span
from trawl.cli.options import AsJson
from trawl.cli.output import console, plain_errors, print_json
from trawl.errors import NotFound, SettingsError
from trawl.model.case import Case
from trawl.model.matching import NEAR, SOUGHT, Turn
from trawl.model.media import Kind
from trawl.workbench import Workbench, find_workspace

if TYPE_CHECKING:
    from trawl.matching.in_common import InCommon
    from trawl.matching.similar import Likeness
    from trawl.matching.sought import Region, Sought

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
        int,
        typer.Option(
            "--within", min=0, max=64, help="Bits that may differ; turned, no more than 31."
        ),
    ] = SOUGHT,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Media to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What looks like a picture: copies, turned ones, frames of videos; or what a video has in
    common with others. Within 31 bits it is the same picture, as a rule; beyond, it may be."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        cases = _cases(bench, case, all_cases=all_cases)
        part = _region(region)
        shared: list[InCommon] = []
        if _is_media(picture):
            shared = _in_common(bench, cases, picture)
        found: list[Likeness] | None = None
        if not _is_media(picture) or part is not None or not _is_video(bench, picture):
            sought = _sought(bench, cases, picture, part)
            found = _search(bench, cases, sought, limit, within)
        if as_json:
            print_json(
                {
                    "pictures": [_json(one) for one in found or ()],
                    "videos": [_json_common(one) for one in shared[:limit]],
                }
            )
            return
        if not found and not shared:
            turned = f", turned within {min(within, NEAR)}"
            where = f"within {within} bits of it{turned}" if found is not None else "in common"
            console.print(f"Nothing {where}.")
        for one in found or ():
            _tell(one, several=len(cases) > 1)
        for each in shared[:limit]:
            _tell_common(each, several=len(cases) > 1)


def _is_media(picture: str) -> bool:
    return _SHA256.fullmatch(picture) is not None and not Path(picture).exists()


def _is_video(bench: Workbench, picture: str) -> bool:
    media = show_media(bench.database, bench.officer, bytes.fromhex(picture))
    return media.type.kind is Kind.VIDEO


def _in_common(bench: Workbench, cases: Sequence[Case], picture: str) -> list[InCommon]:
    from trawl.matching.in_common import in_common

    return in_common(bench.database, bench.officer, bench.workspace, cases, bytes.fromhex(picture))


def _search(
    bench: Workbench, cases: Sequence[Case], sought: Sought, limit: int, within: int
) -> list[Likeness]:
    from trawl.matching.case_vectors import Copies
    from trawl.matching.similar import search

    model = bench.copy_model
    return search(
        bench.database,
        bench.officer,
        bench.workspace,
        cases,
        sought,
        most=limit,
        threshold=within,
        copies=Copies.by(model) if model else None,
    )


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
    from trawl.matching.sought import Region

    if text is None:
        return None
    told = _REGION.fullmatch(text.replace(" ", ""))
    if told is None:
        raise SettingsError(f"{text} is no region.", hint="Give x,y,width,height in pixels.")
    return Region(*map(int, told.groups()))


def _sought(bench: Workbench, cases: Sequence[Case], picture: str, region: Region | None) -> Sought:
    from trawl.matching.sought import sought_media, sought_picture

    if _is_media(picture):
        return sought_media(
            bench.database, bench.officer, bench.workspace, cases, bytes.fromhex(picture), region
        )
    part = None if region is None else (region.x, region.y, region.width, region.height)
    looked = bench.look_at(Path(picture), part)
    return sought_picture(looked.fingerprint, looked.thumbnail, looked.inside)


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


def _json_common(one: InCommon) -> dict[str, Any]:
    return {
        "case": one.case,
        "sha256": one.sha256.hex(),
        "kind": one.kind,
        "exhibit": one.exhibit,
        "path": one.path,
        "here_ms": one.here,
        "there_ms": one.there,
        "share": one.share,
        "other_share": one.other_share,
        "bits": one.distance,
        "turn": str(one.turn),
        "same": one.same,
        "faint": one.faint,
    }


def _tell_common(one: InCommon, *, several: bool) -> None:
    turn = f", {one.turn}" if one.turn is not Turn.NONE else ""
    parts = [span(*part) for part in (one.here, one.there) if part is not None]
    what = "the same video" if one.same else "faint" if one.faint else "in common"
    shares = ""
    if one.share is not None and one.other_share is not None:
        shares = f" · {one.share:.0%} of it, {one.other_share:.0%} of the other"
    case = f"{escape(one.case)} · " if several else ""
    console.print(
        f"[{'bold' if one.same else 'dim'}]{what}[/] {' = '.join(parts)} · {one.distance} bits"
        f"{turn}{shares} · {case}{escape(one.exhibit)} {escape(one.path)} "
        f"[dim]{one.sha256.hex()}[/]",
        soft_wrap=True,
    )


def _tell(one: Likeness, *, several: bool) -> None:
    turn = f", {one.turn}" if one.turn is not Turn.NONE else ""
    at = f", {span(one.at_ms, one.at_ms)}" if one.at_ms is not None else ""
    if one.distance is None:
        how = f"{one.score:.2f} by {escape(one.model or '')}"
    else:
        how = f"{one.distance:>3} bits{turn}{at}"
    case = f"{escape(one.case)} · " if several else ""
    console.print(
        f"[{'bold' if one.same else 'dim'}]{how}[/] · {case}{escape(one.exhibit)} "
        f"{escape(one.path)} [dim]{one.sha256.hex()}[/]",
        soft_wrap=True,
    )
