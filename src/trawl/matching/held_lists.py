"""A list that was read into a hash set, as files: digests, fingerprints, what it says.

``hash-sets/000002/000007/`` holds list 7 of set 2: ``md5.digests`` and the like, ``records``
when the list says more than digests, ``prints.npz`` and ``prints.bank`` when it has fingerprints.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.matching.arrays import read_arrays, write_arrays
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.sight.bank import Bank
from trawl.model.hash_set import ListImport, Prints
from trawl.model.matching import PLAIN

PRINTS_VERSION = 1
_PRINTS = ("entries", "quality", "at_ms", "bits")


def set_folder(hash_sets: Path, set_id: int) -> SetFolder:
    """The folder of a hash set."""
    return SetFolder(hash_sets / f"{set_id:06d}")


def list_folder(hash_sets: Path, listed: ListImport) -> Path:
    """Where the files of a list are."""
    return set_folder(hash_sets, listed.set_id).list_folder(listed.id)


def records_path(folder: Path) -> Path:
    """What the list says of each entry."""
    return folder / "records"


@dataclass(frozen=True, slots=True)
class PictureBank:
    """The still pictures of a list by sight. ``entries``: int64, the entry of each row;
    ``gone``: bool, whether that entry was taken out of the list."""

    bank: Bank
    entries: npt.NDArray[np.int64]
    gone: npt.NDArray[np.bool_]


def write_prints(folder: Path, prints: Prints) -> None:
    """Keep the fingerprints of a list. Those too plain to match stay out of the bank."""
    stills = (prints.at_ms < 0) & (prints.quality >= PLAIN)
    Bank.build(folder / "prints.bank", prints.bits[stills])
    write_arrays(folder / "prints.npz", PRINTS_VERSION, prints._asdict())


def read_prints(folder: Path) -> Prints | None:
    """The fingerprints of a list; None when it has none. Raises IndexDamaged."""
    found = read_arrays(folder / "prints.npz", PRINTS_VERSION, _PRINTS)
    if found is None:
        return None
    return Prints(found["entries"], found["bits"], found["quality"], found["at_ms"])


def picture_bank(hash_sets: Path, listed: ListImport) -> PictureBank | None:
    """The still pictures of a list; None when it has none. Raises IndexDamaged."""
    folder = list_folder(hash_sets, listed)
    prints = read_prints(folder)
    if prints is None:
        return None
    stills = (prints.at_ms < 0) & (prints.quality >= PLAIN)
    if not stills.any():
        return None
    entries = prints.entries[stills]
    removed = set_folder(hash_sets, listed.set_id).removed
    gone = removed.has(np.full(len(entries), listed.id, np.int64), entries)
    return PictureBank(Bank.open(folder / "prints.bank"), entries, gone)
