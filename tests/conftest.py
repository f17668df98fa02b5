"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["databases"]


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real test material that lies beside the checkout; not part of the project."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the real test material is not beside this checkout (../shared/data)")
    return folder
