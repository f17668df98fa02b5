"""Columns of numbers in one file beside the database, written whole or not at all."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged, StoreError

Array = npt.NDArray[Any]

_VERSION = "version"


def write_arrays(path: Path, version: int, arrays: Mapping[str, Array]) -> None:
    """Write named arrays in NumPy's own format, checksummed, under a temporary name first.
    Raises StoreError when there is no room."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **{_VERSION: np.array([version]), **arrays})
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise StoreError(
            f"{path} cannot be written: {error.strerror}.", hint="Make room, then run it again."
        ) from error


def read_arrays(path: Path, version: int, names: tuple[str, ...]) -> dict[str, Array] | None:
    """The arrays of a file; None when there is none, or when another version of Trawl has
    written it. Raises IndexDamaged when it does not hold."""
    try:
        with path.open("rb") as raw, np.load(raw, allow_pickle=False) as file:
            if file[_VERSION].tolist() != [version]:
                return None
            return {name: file[name] for name in names}
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        # What NumPy says of it is for programmers, and advises to trust the file.
        raise IndexDamaged(
            f"{path} is damaged.",
            hint="It is derived; build it anew with: trawl match --case NAME --again",
        ) from error
