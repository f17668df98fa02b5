"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

CaseName = Annotated[str, typer.Option("--case", help="The case.")]
ExhibitReference = Annotated[str, typer.Option("--exhibit", help="The exhibit, e.g. JB/1.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for programs.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
