"""``trawl hits``, and how a hit says why."""

from __future__ import annotations

import shlex
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from trawl.casework.cases import find_case
from trawl.cli.options import AsJson, CaseName
from trawl.cli.output import console, counted, plain_errors, print_json, visible
from trawl.model.hash_set import Purpose
from trawl.model.matching import Means, Turn
from trawl.workbench import Workbench, find_workspace

if TYPE_CHECKING:
    from trawl.matching.explaining import Explained

STYLE = {
    Purpose.ILLEGAL: "red",
    Purpose.NOTABLE: "yellow",
    Purpose.KNOWN_GOOD: "green",
    Purpose.NEVER: "dim",
}


def hits(
    context: typer.Context,
    case: CaseName,
    kind: Annotated[
        list[Purpose] | None, typer.Option("--kind", help="Only sets for this; may be repeated.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Media to show.")] = 50,
    as_json: AsJson = False,
) -> None:
    """What the hash sets have hit in a case, and why; illegal and notable, if no kind is named."""
    from trawl.matching.explaining import list_hits

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = find_case(bench.database, bench.officer, case)
        purposes = tuple(kind) if kind else (Purpose.ILLEGAL, Purpose.NOTABLE)
        told, total = list_hits(
            bench.database, bench.officer, bench.workspace, found, purposes=purposes, most=limit
        )
        if as_json:
            print_json({"media": total, "hits": [hit_json(one) for one in told]})
            return
        if not told:
            named = " or ".join(purposes)
            console.print(
                f"No hit of a {named} set, as of the last matching: trawl match --case "
                f"{visible(shlex.quote(case))}",
                soft_wrap=True,
            )
            return
        for sha256, why in groupby(told, key=lambda one: one.sha256):
            _tell(sha256, list(why))
        shown = len({one.sha256 for one in told})
        if total > shown:
            console.print(f"[dim]… {shown:,} of {counted(total, 'media', 'media')}; --limit[/]")


def _tell(sha256: bytes, why: list[Explained]) -> None:
    place = f"{visible(why[0].exhibit)} {visible(why[0].path)}"
    console.print(f"{place} [dim]{sha256.hex()}[/]", soft_wrap=True)
    for one in why:
        console.print(f"  {reason(one)}", soft_wrap=True)


def reason(one: Explained) -> str:
    """Why, in one line with markup: set, category, entry, digest or distance, turn, seconds."""
    hit = one.of.hit
    parts = [f"[{STYLE[one.of.purpose]}]{one.of.purpose}[/] {visible(one.of.set_name)}"]
    if one.labels or hit.categories:
        said = "; ".join(one.labels) or f"category {hit.categories}"
        parts.append(f"[bold]{visible(said)}[/]")
    parts.append(_how(one))
    more = f" and {hit.entries - 1:,} more" if hit.entries > 1 else ""
    parts.append(f"entry {hit.entry + 1:,}{more} of {visible(one.of.file_name)}")
    if one.known is not None and one.known.series:
        parts.append(f"series {visible(one.known.series)}")
    return " · ".join(parts)


def _how(one: Explained) -> str:
    hit = one.of.hit
    if hit.means is Means.DIGEST:
        return f"same {(hit.digest or '').upper()}"
    how = f"{hit.distance} bits away"
    if hit.turn and hit.turn != Turn.NONE:
        how += f", {hit.turn}"
    if hit.from_ms is not None and hit.to_ms is not None:
        how += f", {span(hit.from_ms, hit.to_ms)}"
    if hit.entry_from_ms is not None and hit.entry_to_ms is not None:
        how += f" is {span(hit.entry_from_ms, hit.entry_to_ms)} of it"
    if hit.share is not None:
        how += f", {hit.share:.0%} of its frames"
    return how


def span(from_ms: int, to_ms: int) -> str:
    """A run of a video in minutes and seconds; a moment when it has no length."""
    start, end = (f"{ms // 60_000}:{ms // 1000 % 60:02d}" for ms in (from_ms, to_ms))
    return f"at {start}" if start == end else f"{start}–{end}"


def hit_json(one: Explained) -> dict[str, Any]:
    """A hit for programs."""
    known = one.known
    return {
        "sha256": one.sha256.hex(),
        "exhibit": one.exhibit,
        "path": one.path,
        "set": one.of.set_name,
        "kind": str(one.of.purpose),
        "scheme": one.of.scheme,
        "list": one.of.file_name,
        **one.of.hit._asdict(),
        "labels": list(one.labels),
        "known": None
        if known is None
        else {name: getattr(known, name) for name in known.__dataclass_fields__},
    }
