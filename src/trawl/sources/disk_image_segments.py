"""The other files of an image: segments, extents, parents.

They are looked for beside the first one, by their last name only, and never through a link: a
name inside a seized image decides nothing about which files of this machine are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath

MOST_SEGMENTS = 20_000


def raw_segments(path: Path) -> Iterator[Path]:
    """``x.001, x.002 …`` (``.000``, ``.00``, ``.0``, ``.aa`` likewise), or the one file."""
    yield path
    names: Iterator[str] | None = None
    stem, suffix = path.name[: -len(path.suffix)], path.suffix[1:]
    if re.fullmatch(r"0*[01]", suffix):
        first = int(suffix)
        names = (f"{stem}.{n:0{len(suffix)}d}" for n in range(first + 1, first + MOST_SEGMENTS))
    elif re.fullmatch(r"a{2,4}", suffix):
        names = (f"{stem}.{letters(n, len(suffix))}" for n in range(1, MOST_SEGMENTS))
    if names is not None:
        yield from _while_beside(path, names)


def letters(number: int, width: int) -> str:
    """0 → ``aa``, 1 → ``ab`` … as ``split`` names its pieces."""
    text = ""
    for _ in range(width):
        number, digit = divmod(number, 26)
        text = chr(ord("a") + digit) + text
    return text


def _while_beside(path: Path, names: Iterator[str]) -> Iterator[Path]:
    for name in names:
        segment = beside(path, name)
        if segment is None:
            return
        yield segment


def beside(path: Path, name: str) -> Path | None:
    """The regular file of that last name in the image's own folder, or None."""
    plain = PureWindowsPath(PurePosixPath(name).name).name
    if not plain or "\0" in plain:
        return None
    found = path.with_name(plain)
    try:
        return found if found.is_file() and not found.is_symlink() else None
    except OSError:
        return None


def ewf_segments(path: Path) -> Iterator[Path]:
    """``.E01 … .E99, .EAA … .EZZ, .FAA …``; ``.Ex01`` likewise; in the case of the first."""
    yield path
    match = re.fullmatch(r"(.*\.)([EeSs][Xx]?)01", path.name, re.DOTALL)
    if match is None:
        return
    stem, letter = match.groups()
    lower = letter[0].islower()

    def names() -> Iterator[str]:
        for number in range(2, 100):
            yield f"{stem}{letter}{number:02d}"
        for first in range(ord(letter[0]), ord("z" if lower else "Z") + 1):
            for number in range(26 * 26):
                pair = letters(number, 2)
                yield f"{stem}{chr(first)}{letter[1:]}{pair if lower else pair.upper()}"

    yield from _while_beside(path, names())
