"""The media of one case as columns of one length, by position."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.model.media import Kind
from trawl.review.index.columns_file import Array, read_columns, write_columns
from trawl.review.index.occurrences import BlockState
from trawl.store.review_facts import KINDS, Dictionaries, Texts

VERSION = 2
FILE = "media.columns"

IMAGE, VIDEO = KINDS.index(Kind.IMAGE), KINDS.index(Kind.VIDEO)

Numbers = npt.NDArray[np.int64]
Positions = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

_WORDS = ("camera", "serial", "software")


@dataclass(frozen=True, slots=True)
class MediaIndex:
    """``columns``, each (n,) unless said otherwise:

    ``ids`` int64, sorted · ``kind`` index into KINDS · ``size`` bytes · ``width``, ``height``
    pixels, 0 unknown · ``duration_ms`` -1 unknown · ``taken_us`` NO_TIME unknown · ``month``
    year * 12 + month - 1, 0 unknown · ``camera``, ``serial``, ``software`` numbers of ``words``,
    0 none · ``failed`` bool · ``thumbnail_acquisition``, ``_pack``, ``_offset``, ``_size`` -1
    and size 0 without one · ``files`` occurrences · ``first`` identifier of the first
    occurrence, by exhibit then log · ``first_exhibit`` index into ``exhibits`` · ``exhibits``
    uint8 (n, m), bit e % 8 of byte e // 8 · ``placed`` positions (k,) with ``latitude``,
    ``longitude`` (k,) degrees · ``by_place``, ``by_taken``, ``by_size``, ``by_camera`` all
    positions in that order · ``occurrence`` int32, of each row of the log in the order of
    ``blocks`` the position of its media, NOBODY without · ``written`` uint8, the texts that files
    bear, each a folded line · ``written_at``, ``written_text`` int32 (k,), which position says
    which of them.
    """

    columns: dict[str, Array]
    words: dict[str, tuple[str, ...]]
    exhibits: tuple[str, ...]
    blocks: tuple[BlockState, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def __getitem__(self, name: str) -> Array:
        return self.columns[name]

    @property
    def ids(self) -> Numbers:
        """Identifiers of the media, sorted."""
        return self.columns["ids"]

    @property
    def token(self) -> str:
        """Names this state of the log of the case."""
        return str(self.blocks) + str(self.exhibits)

    def viewable(self) -> Mask:
        """Pictures and videos."""
        kind = self.columns["kind"]
        mask: Mask = (kind == IMAGE) | (kind == VIDEO)
        return mask

    def positions_of(self, media_ids: npt.ArrayLike) -> tuple[Numbers, Mask]:
        """Where these media stand, in their order, and which of them are in the case at all;
        the position of one that is not means nothing."""
        wanted = np.asarray(media_ids, np.int64)
        if not len(self):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
        at = np.minimum(np.searchsorted(self.ids, wanted), len(self) - 1)
        return at, self.ids[at] == wanted

    def mask_of(self, media_ids: npt.ArrayLike) -> Mask:
        """Which positions these media have."""
        at, there = self.positions_of(media_ids)
        mask = np.zeros(len(self), np.bool_)
        mask[at[there]] = True
        return mask

    def dictionaries(self) -> Dictionaries:
        """The words, to go on from."""
        return Dictionaries(*(Texts(self.words[name]) for name in _WORDS))


def words_of(texts: Dictionaries) -> dict[str, tuple[str, ...]]:
    """The words by the name of their column."""
    return {name: found.words for name, found in zip(_WORDS, texts, strict=True)}


def save(folder: Path, index: MediaIndex) -> None:
    """Write the index, whole or not at all. Raises StoreError when there is no room."""
    meta: dict[str, Any] = {
        "words": index.words,
        "exhibits": index.exhibits,
        "blocks": index.blocks,
    }
    write_columns(folder / FILE, VERSION, index.columns, meta)


def load(folder: Path) -> MediaIndex | None:
    """The index as it was last saved; None when it never was, or does not hold."""
    found = read_columns(folder / FILE, VERSION)
    if found is None:
        return None
    return MediaIndex(
        found.arrays,
        {name: tuple(words) for name, words in found.meta["words"].items()},
        tuple(found.meta["exhibits"]),
        tuple(BlockState(*block) for block in found.meta["blocks"]),
    )
