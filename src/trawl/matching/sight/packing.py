"""How a pair is packed into one word: first row, second row, distance in the lowest 8 bits."""

from __future__ import annotations

from typing import Final

ROW_BITS: Final = 28
