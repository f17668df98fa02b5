"""A launcher of runs, and workspaces to run them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from launcher import Launcher, launching
from workspaces import make_workspace

MakeWorkspace = Callable[..., Path]


@pytest.fixture(scope="session")
def launcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launcher]:
    with launching(tmp_path_factory.mktemp("runs")) as one:
        yield one


@pytest.fixture
def workspace(tmp_path: Path) -> MakeWorkspace:
    """Makes workspaces with these settings."""
    made = 0

    def make(database_url: str = "", **settings: object) -> Path:
        nonlocal made
        made += 1
        return make_workspace(tmp_path / f"workspace-{made}", database_url, **settings)

    return make
