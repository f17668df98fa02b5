"""Every core for the building."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def in_parallel(act: Callable[[int], T], numbers: Iterable[int]) -> list[T]:
    """The act done with each number. Pillow, NumPy and FFmpeg let go of the interpreter while
    they work, so threads are enough."""
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        return list(pool.map(act, numbers))
