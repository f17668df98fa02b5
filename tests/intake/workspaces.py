"""Workspaces with a case, ready for an intake."""

from __future__ import annotations

from pathlib import Path

from trawl.casework.cases import add_case
from trawl.workbench import Workbench


def make_workspace(folder: Path, database_url: str = "", **settings: object) -> Path:
    """A workspace with a case T."""
    bench = Workbench.create(folder, database_url)
    add_case(bench.database, bench.officer, "T")
    bench.close()
    lines = [f"{name} = {value}" for name, value in ({"workers": 2} | settings).items()]
    with (folder / "trawl.toml").open("a") as file:
        file.write("\n".join(lines) + "\n")
    return folder
