"""Real videos, watched once."""

from __future__ import annotations

from pathlib import Path

import pytest
from reels_made import reel_of

from trawl.matching.clips.reels import Reel


@pytest.fixture(scope="package")
def real(shared_data: Path) -> dict[str, Reel]:
    """The reel of each real video, by the stem of its name."""
    files = sorted((shared_data / "videos").glob("*.*"))
    return {file.stem: reel_of(at, file.read_bytes()) for at, file in enumerate(files)}
