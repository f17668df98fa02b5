"""A real browser, a real server, a case made by the demo."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import ARGUMENTS, find_chromium
from playwright.sync_api import Browser, expect, sync_playwright
from serving import Served

FILES = 2060

expect.set_options(timeout=20_000)  # a loaded machine is no fault of the page


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; skips where it is not installed."""
    path = find_chromium()
    if path is None:
        pytest.skip("there is no Chromium (Debian's package chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo as ``make demo`` makes it, not served. ``TRAWL_TEST_DEMO`` names one
    that is there, so that a test can be run again without waiting a minute."""
    if os.environ.get("TRAWL_TEST_DEMO"):
        return Path(os.environ["TRAWL_TEST_DEMO"])
    into = tmp_path_factory.mktemp("demo")
    done = subprocess.run(
        [sys.executable, "-m", "demo_haul", "--into", str(into), "--files", str(FILES)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return into


@pytest.fixture
def workspace(demo: Path, tmp_path: Path) -> Path:
    """The demo's workspace, a copy for one test."""
    copy = tmp_path / "workspace"
    shutil.copytree(demo / "workspace", copy)
    return copy


@pytest.fixture
def served(workspace: Path, tmp_path: Path) -> Iterator[Served]:
    """The server over it, with a clock that can be set."""
    server = Served.start(workspace, tmp_path / "clock")
    yield server
    server.stop()
