"""One seed for everything that is invented, so that two builds are the same byte for byte."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

SEED = 20240512
FIRST_DAY = datetime(2024, 5, 12, 6, 0, tzinfo=UTC)
PASSWORD = "heron-2024"  # opens everything in the haul that is locked; the demo prints it


def chance(*what: int) -> np.random.Generator:
    """Random numbers that depend on the seed and these numbers alone."""
    return np.random.default_rng([SEED, *what])


def moment(minutes: int) -> datetime:
    """The time that many minutes after the haul's first day began, UTC."""
    return FIRST_DAY + timedelta(minutes=minutes)


def put(path: Path, data: bytes, when: datetime) -> Path:
    """Write a file, its folders too, and give it the time ``when``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    date(path, when)
    return path


def date(path: Path, when: datetime) -> None:
    """Give a file the time ``when`` as its last change and last reading."""
    os.utime(path, (when.timestamp(), when.timestamp()))
