"""Officers at the terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from tests.cli.conftest import said, trawl

Here = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Here:
    """Commands in a new workspace, as its administrator."""
    monkeypatch.setenv("TRAWL_OFFICER", "jo")
    workspace = tmp_path / "workspace"
    assert trawl("init", workspace).exit_code == 0
    return lambda *arguments: trawl("-w", workspace, *arguments)


def officers(here: Here) -> dict[str, Any]:
    return {row["officer"]: row for row in said(here("officer", "list", "--json"))}


def test_an_officer_has_several_roles_and_wings(here: Here) -> None:
    given = ("--role", "grader", "--role", "auditor", "--wing", "county-lines")
    told = said(here("officer", "add", "kim", *given, "--json"))
    assert told["roles"] == ["grader", "auditor"]
    assert officers(here)["kim"]["wings"] == ["county-lines"]
    assert said(here("officer", "add", "ada", "--json"))["role"] == "examiner"
    assert "kim" in here("officer", "list").output


def test_an_invitation_is_a_path(here: Here) -> None:
    here("officer", "add", "kim")
    assert not officers(here)["kim"]["invited"]
    path = said(here("officer", "invite", "kim", "--json"))["invitation"]
    assert path.startswith("/join#")
    assert officers(here)["kim"]["invited"]
    assert "/join#" in here("officer", "invite", "kim", "--reset-second-factor").output


def test_one_who_leaves_may_nothing(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    here("officer", "add", "kim")
    assert said(here("officer", "disable", "kim", "--json"))["disabled"] is True
    monkeypatch.setenv("TRAWL_OFFICER", "kim")
    assert here("case", "list").exit_code == 1
    monkeypatch.setenv("TRAWL_OFFICER", "jo")
    assert here("officer", "disable", "kim", "--undo").exit_code == 0
    assert not officers(here)["kim"]["disabled"]
    assert here("officer", "disable", "jo").exit_code == 1


@pytest.mark.parametrize("command", ["invite", "unlock", "disable"])
def test_only_administrators_manage_officers(
    here: Here, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert said(here("officer", command, "nobody", "--json"))["kind"] == "NotFound"
    here("officer", "add", "kim")
    monkeypatch.setenv("TRAWL_OFFICER", "kim")
    for name in ("jo", "nobody"):
        assert said(here("officer", command, name, "--json"))["kind"] == "AccessRefused"


def test_unlocking_says_so(here: Here) -> None:
    assert "may try again" in here("officer", "unlock", "jo").output


def test_a_case_has_a_wing_and_may_be_restricted(here: Here) -> None:
    given = ("--wing", "county-lines", "--restricted", "--scheme", "ncmec")
    told = said(here("case", "add", "Heron", *given, "--json"))
    assert (told["wing"], told["restricted"], told["scheme"]) == ("county-lines", True, "ncmec")
    assert "restricted" in here("case", "list").output
    assert here("case", "add", "Grebe", "--scheme", "nothing").exit_code == 1
