"""The funnel: from files to the stacks that are left to look at."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import Any

from rich.markup import escape

from trawl.cli.output import console, counted
from trawl.errors import IndexDamaged
from trawl.matching.funnel import Funnel


def funnel_json(funnel: Funnel) -> dict[str, Any]:
    """The figures for programs."""
    return asdict(funnel)


def damaged_json(error: IndexDamaged) -> dict[str, Any]:
    """What stands in the place of the figures where a file they are made of does not hold."""
    return {"error": str(error), "hint": error.hint}


def tell_funnel(figures: dict[str, Any], case: str, indent: str = "  ") -> None:
    """Say what there was and what is left of a case."""
    of_case = escape(f"--case {shlex.quote(case)}")
    if "error" in figures:
        console.print(f"{indent}[yellow]{escape(figures['error'])}[/]", soft_wrap=True)
        console.print(f"{indent}[dim]{escape(figures['hint'] or '')}[/]", soft_wrap=True)
        return
    if not figures["seen"]:
        console.print(f"{indent}[dim]Not matched yet: trawl match {of_case}[/]", soft_wrap=True)
        return
    steps = (
        f"{counted(figures['files'], 'file')}",
        f"{counted(figures['media'], 'media', 'media')}",
        f"{counted(figures['viewable'], 'picture or video', 'pictures and videos')}",
        f"{figures['not_known']:,} not known",
        f"[bold]{counted(figures['stacks'], 'stack')} left[/]",
    )
    console.print(f"{indent}{' → '.join(steps)}", soft_wrap=True)
    share = figures["exposures_avoided"] / max(figures["viewable_files"], 1)
    console.print(
        f"{indent}[green]{counted(figures['exposures_avoided'], 'exposure')} avoided[/] of "
        f"{figures['viewable_files']:,} ({share:.0%}): known-good {figures['known_good']:,}, "
        f"known-illegal {figures['known_illegal']:,} media; copies and stacks the rest",
        soft_wrap=True,
    )
    if figures["proposals"] or figures["notable"]:
        console.print(
            f"{indent}with a proposed category: {figures['proposals']:,} media; notable: "
            f"{figures['notable']:,}; see trawl hits {of_case}",
            soft_wrap=True,
        )
    if figures["contradicted"]:
        console.print(
            f"{indent}[yellow]{counted(figures['contradicted'], 'media', 'media')} that known-good "
            f"and illegal sets both name by a digest[/]: left to look at; see trawl hits {of_case}",
            soft_wrap=True,
        )
    if figures["unmatched"]:
        console.print(
            f"{indent}[yellow]{counted(figures['unmatched'], 'media', 'media')} came after the "
            f"last matching[/]: trawl match {of_case}",
            soft_wrap=True,
        )
