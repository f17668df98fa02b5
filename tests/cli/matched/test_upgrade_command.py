"""An older workspace."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.cli.conftest import said
from tests.cli.matched.matched_bench import CASE, Bench
from tests.older import make_old

from trawl.store.schema import REVISIONS

pytestmark = pytest.mark.slow


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(own: Bench) -> None:
    before = sorted(own.workspace.glob("*.sqlite.*"))
    told = own.done("upgrade")
    assert (told["from"], told["copy"]) == (told["to"], None)
    assert "this version's schema already" in own.trawl("upgrade").stdout
    assert sorted(own.workspace.glob("*.sqlite.*")) == before


def test_an_older_workspace_is_upgraded_and_says_where_the_copy_is(
    fresh: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = fresh.workspace / "trawl.sqlite"
    newer = fresh.folder / "newer.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.execute("VACUUM INTO ?", (str(newer),))
    for file in fresh.workspace.glob("trawl.sqlite*"):
        file.unlink()
    make_old(f"sqlite:///{path}", "0001", newer)
    refused = fresh.trawl("status", "--json")
    assert refused.exit_code == 1
    assert "trawl upgrade" in said(refused)["hint"]
    monkeypatch.setenv("TRAWL_OFFICER", "nobody-here")
    assert fresh.trawl("upgrade").exit_code == 1
    monkeypatch.delenv("TRAWL_OFFICER")
    told = fresh.done("upgrade")
    assert (told["from"], told["to"]) == ("0001", REVISIONS[-1])
    assert Path(told["copy"]).is_file()
    fresh.add_lists()
    assert fresh.done("match", *CASE, "-q")["funnel"]["known_good"] == 1
    assert fresh.done("audit", "verify")["holds"] is True
