"""Fixtures every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ["databases"]


# Examples are drawn anew on a developer's machine, to find what nobody has seen yet; before a
# change lands they are the same each time, so that it does not fail for another one's fault.
settings.register_profile("ci", derandomize=True, deadline=None)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real test material that lies beside the checkout; not part of the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real test material is not beside this checkout (../shared/data)")
    return folder
