"""Workspaces with the small case, before and after a matching."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.cli.conftest import trawl
from tests.cli.matched.matched_bench import CASE, FILES, HARMLESS, KNOWN, Bench


@pytest.fixture(scope="session")
def logged_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A haul that is logged and not matched, and lists to be read in."""
    folder = tmp_path_factory.mktemp("case")
    haul = folder / "haul"
    haul.mkdir()
    for name, data in FILES.items():
        (haul / name).write_bytes(data)
    (haul / "a again.jpg").write_bytes(FILES["a.jpg"])
    (folder / "known.json").write_text(KNOWN)
    (folder / "harmless.csv").write_text(HARMLESS)
    bench = Bench(folder)
    assert trawl("init", bench.workspace).exit_code == 0
    assert bench.trawl("case", "add", "Heron").exit_code == 0
    where = (*CASE, "--exhibit", "S/1", "--no-match", "-q")
    told = bench.done("intake", haul, *where)
    assert "match" not in told
    return folder


@pytest.fixture(scope="session")
def matched_case(logged_case: Path, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """The same with both lists read in, matched. For tests that change nothing."""
    folder = tmp_path_factory.mktemp("matched")
    shutil.copytree(logged_case, folder, dirs_exist_ok=True)
    bench = Bench(folder)
    bench.add_lists()
    bench.done("match", *CASE, "-q")
    return bench


@pytest.fixture
def fresh(logged_case: Path, tmp_path: Path) -> Bench:
    """Logged, not matched, no lists; a test's own."""
    shutil.copytree(logged_case, tmp_path / "own")
    return Bench(tmp_path / "own")


@pytest.fixture
def own(matched_case: Bench, tmp_path: Path) -> Bench:
    """Matched; a test's own."""
    shutil.copytree(matched_case.folder, tmp_path / "own")
    return Bench(tmp_path / "own")
