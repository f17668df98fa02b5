"""A list that was read into a hash set, as files: digests, fingerprints, what it says.

``hash-sets/000002/000007/`` holds list 7 of set 2: ``md5.digests`` and the like, ``records``
when the list says more than digests, ``prints.npz`` and ``prints.bank`` when it has fingerprints,
``bears`` where entries bear several kinds of digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged
from trawl.matching.arrays import read_arrays, write_arrays
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.sight.bank import Bank
from trawl.model.hash_set import DigestKind, ListImport, Prints
from trawl.model.matching import PLAIN

PRINTS_VERSION = 1
AT_ONCE = 1 << 18
"""Fingerprints that are copied at a time."""

_MEND = "Restore the folder hash-sets from a backup, or remove the list and read it in again."
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


def bears_path(folder: Path) -> Path:
    """Which kinds of digest each entry bears: one byte an entry, a bit a kind (``BIT``)."""
    return folder / "bears"


BIT = {kind: np.uint8(1 << number) for number, kind in enumerate(DigestKind)}
"""The bit of each kind of digest."""


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
    parts = range(0, len(stills), AT_ONCE)
    Bank.build(
        folder / "prints.bank",
        (prints.bits[at : at + AT_ONCE][stills[at : at + AT_ONCE]] for at in parts),
    )
    write_arrays(folder / "prints.npz", PRINTS_VERSION, prints._asdict())


def read_prints(hash_sets: Path, listed: ListImport) -> Prints | None:
    """The fingerprints of a list; None when it has none. Raises IndexDamaged."""
    if not listed.counts.get("pdq"):
        return None
    path = list_folder(hash_sets, listed) / "prints.npz"
    try:
        found = read_arrays(path, PRINTS_VERSION, _PRINTS)
    except IndexDamaged as error:
        raise IndexDamaged(str(error), hint=_MEND) from error
    if found is None:
        raise IndexDamaged(
            f"The fingerprints of the list {listed.file_name} are gone: {path}.", hint=_MEND
        )
    return Prints(found["entries"], found["bits"], found["quality"], found["at_ms"])


def picture_bank(hash_sets: Path, listed: ListImport) -> PictureBank | None:
    """The still pictures of a list; None when it has none. Raises IndexDamaged."""
    prints = read_prints(hash_sets, listed)
    if prints is None:
        return None
    stills = (prints.at_ms < 0) & (prints.quality >= PLAIN)
    if not stills.any():
        return None
    path = list_folder(hash_sets, listed) / "prints.bank"
    if not path.exists():  # made of the fingerprints, which are there
        Bank.build(path, prints.bits[stills])
    entries = prints.entries[stills]
    removed = set_folder(hash_sets, listed.set_id).removed
    gone = removed.has(np.full(len(entries), listed.id, np.int64), entries)
    return PictureBank(Bank.open(path), entries, gone)
