"""Commands run in this process, and a workspace with a case that is logged."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.intake.small_haul import picture, zip_of
from typer.testing import CliRunner

from trawl.cli import app

Trawl = Callable[..., Result]


def trawl(*arguments: object, given: str | None = None) -> Result:
    """One command; nothing may be raised but the exit it asks for."""
    result = CliRunner().invoke(app, [str(each) for each in arguments], input=given)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(result: Result) -> Any:
    """The last line of standard output, as JSON."""
    return json.loads(result.stdout.splitlines()[-1])


@dataclass(frozen=True)
class Logged:
    """A workspace in which a haul is logged and sealed."""

    workspace: Path
    haul: Path
    result: dict[str, Any]

    def trawl(self, *arguments: object, given: str | None = None) -> Result:
        return trawl("-w", self.workspace, *arguments, given=given)


def take_in(folder: Path) -> Logged:
    """Make the haul and the workspace, and log it."""
    haul, workspace = folder / "haul", folder / "workspace"
    haul.mkdir()
    for number in range(3):
        (haul / f"{number}.jpg").write_bytes(picture(number))
    (haul / "copy.jpg").write_bytes(picture(0))
    (haul / "lie.txt").write_bytes(picture(4, "PNG"))
    (haul / "notes.txt").write_text("notes")
    (haul / "broken.jpg").write_bytes(picture(5)[:300])
    (haul / "a.zip").write_bytes(zip_of({"in.jpg": picture(6), "readme.txt": b"read me"}))
    (haul / "link").symlink_to("0.jpg")
    assert trawl("init", workspace).exit_code == 0
    assert trawl("-w", workspace, "case", "add", "Heron").exit_code == 0
    where = ("--case", "Heron", "--exhibit", "S/1")
    result = trawl("-w", workspace, "intake", haul, *where, "--json", "-q")
    assert result.exit_code == 0, result.output
    return Logged(workspace, haul, said(result))


@pytest.fixture(scope="session")
def logged(tmp_path_factory: pytest.TempPathFactory) -> Logged:
    """For tests that change neither the haul nor the audit."""
    return take_in(tmp_path_factory.mktemp("logged"))


@pytest.fixture
def own(tmp_path: Path) -> Logged:
    """For a test that changes something."""
    return take_in(tmp_path)
