"""Hexadecimal text to bytes, many rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from trawl.model.hash_set import Rows

Flags = npt.NDArray[np.bool_]

_BAD = 0x100


def _pairs() -> npt.NDArray[np.uint16]:
    """The value of each pair of characters, read as a little-endian uint16; _BAD for what is
    not hexadecimal."""
    digit = np.full(256, _BAD, np.uint16)
    for value, pair in enumerate(zip("0123456789abcdef", "0123456789ABCDEF", strict=True)):
        for character in pair:
            digit[ord(character)] = value
    table: npt.NDArray[np.uint16] = np.minimum(digit[None, :] * 16 + digit[:, None], _BAD)
    return table.astype(np.uint16).ravel()


_PAIRS = _pairs()


def decoded(text: Rows) -> tuple[Rows, Flags]:
    """The bytes of rows of hexadecimal text, and which rows are nothing but hexadecimal.

    ``text``: uint8 (n, 2k), characters. Returns uint8 (n, k) and bool (n,); a row that is not
    hexadecimal has arbitrary bytes.
    """
    values = _PAIRS[np.ascontiguousarray(text).view("<u2")]
    if not values.size or int(values.max()) < _BAD:
        good = np.ones(len(values), np.bool_)
    else:
        good = values.max(axis=1) < _BAD
    return values.astype(np.uint8), good


def decoded_cells(cells: Sequence[str], size: int) -> tuple[Rows, Flags]:
    """The same of cells of text: uint8 (n, size) and which are ``2 * size`` hexadecimal digits.
    A cell that is not has zeros."""
    length = 2 * size
    filler = "g" * length
    kept = [cell if len(cell) == length and cell.isascii() else filler for cell in cells]
    text = np.frombuffer("".join(kept).encode("ascii"), np.uint8).reshape(len(cells), length)
    values, good = decoded(text)
    values[~good] = 0
    return values, good


def gathered(data: Rows, starts: npt.NDArray[np.int64], length: int) -> Rows:
    """The ``length`` bytes from each of ``starts``: uint8 (n, length). None may reach past the
    end of ``data``."""
    if not len(starts):
        return np.empty((0, length), np.uint8)
    return np.lib.stride_tricks.sliding_window_view(data, length)[starts]
