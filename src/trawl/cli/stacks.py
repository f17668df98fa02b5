"""``trawl stacks``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape

from trawl.casework.cases import find_case
from trawl.cli.options import AsJson, CaseName
from trawl.cli.output import console, counted, plain_errors, print_json, size_text
from trawl.cli.show import digest_of
from trawl.model.matching import Turn
from trawl.workbench import Workbench, find_workspace

if TYPE_CHECKING:
    from trawl.matching.stack_list import Member, Shown, Stack


def stacks(
    context: typer.Context,
    case: CaseName,
    of: Annotated[
        str | None, typer.Option("--of", help="Open the stack of this media (its SHA-256).")
    ] = None,
    all_sizes: Annotated[bool, typer.Option("--all", help="Also those of one media only.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Stacks to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """The stacks of a case, the largest first: near-identical pictures and videos, looked at
    once. Every member is within 31 bits of the one on top."""
    from trawl.matching.stack_list import list_stacks, show_stack

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        if of is not None:
            shown = show_stack(bench.database, bench.officer, bench.workspace, found, digest_of(of))
            print_json(_shown(shown)) if as_json else _tell(shown)
            return
        told, total = list_stacks(
            bench.database, bench.officer, bench.workspace, found, most=limit, all_sizes=all_sizes
        )
        if as_json:
            print_json({"stacks": total, "shown": [_stack(one) for one in told]})
            return
        if not told:
            console.print("No two pictures or videos of this case are near-identical.")
            return
        _list(told)
        if total > len(told):
            console.print(f"[dim]… {len(told):,} of {counted(total, 'stack')}; --limit[/]")


def _stack(one: Stack) -> dict[str, Any]:
    return {
        "top": one.top.sha256.hex(),
        "kind": one.top.kind,
        "exhibit": one.exhibit,
        "path": one.path,
        "media": one.media,
        "files": one.files,
        "furthest_bits": one.furthest,
        "similar_stacks": one.similar,
        "left": one.left,
    }


def _member(one: Member) -> dict[str, Any]:
    return {
        "sha256": one.media.sha256.hex(),
        "kind": one.media.kind,
        "width": one.media.width,
        "height": one.media.height,
        "size": one.media.size,
        "exhibit": one.exhibit,
        "path": one.path,
        "files": one.files,
        "bits": one.distance,
        "turn": one.turn,
        "known": one.known,
    }


def _shown(shown: Shown) -> dict[str, Any]:
    return {
        "members": [_member(one) for one in shown.members],
        "similar": [_member(one) for one in shown.similar],
    }


def _list(told: list[Stack]) -> None:
    """One line a stack: figures in columns, then where its top lies, however long that is."""
    media, files = (max(len(f"{n:,}") for n in each) for each in _figures(told))
    console.print(
        f"[dim]{'media':>{max(media, 5)}}  {'files':>{max(files, 5)}}  bits  similar  top[/]"
    )
    for one in told:
        known = "" if one.left else " [green]known[/]"
        console.print(
            f"{one.media:>{max(media, 5)},}  {one.files:>{max(files, 5)},}  "
            f"{f'≤ {one.furthest}' if one.media > 1 else '–':>4}  "
            f"{f'{one.similar:,}' if one.similar else '–':>7}  "
            f"{escape(one.exhibit)} {escape(one.path)}{known} [dim]{one.top.sha256.hex()}[/]",
            soft_wrap=True,
        )
    console.print("[dim]Open one with: trawl stacks --case NAME --of SHA256[/]")


def _figures(told: list[Stack]) -> tuple[list[int], list[int]]:
    return [one.media for one in told], [one.files for one in told]


def _tell(shown: Shown) -> None:
    console.print(f"[bold]{counted(len(shown.members), 'media', 'media')}[/], the top first")
    for one in shown.members:
        console.print(f"  {_line(one)}", soft_wrap=True)
    if shown.similar:
        console.print(f"\n[bold]{counted(len(shown.similar), 'similar stack')}[/], looser")
    for one in shown.similar:
        console.print(f"  {_line(one)}", soft_wrap=True)


def _line(one: Member) -> str:
    size = f"{one.media.width} × {one.media.height}" if one.media.width else "–"
    turn = f", {one.turn}" if one.turn != Turn.NONE else ""
    known = " [green]known[/]" if one.known else ""
    return (
        f"[dim]{one.media.sha256.hex()}[/] {one.distance:>2} bits{turn} · {size} · "
        f"{size_text(one.media.size)} · {counted(one.files, 'file')} · "
        f"{escape(one.exhibit)} {escape(one.path)}{known}"
    )
