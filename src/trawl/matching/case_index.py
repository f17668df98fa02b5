"""The case's media as columns in files: what matching reads again and again.

Derived from the database and appended to when exhibits are added; a media keeps its position,
so that what was found about positions holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from trawl.matching.arrays import read_arrays, write_arrays
from trawl.model.matching import PLAIN
from trawl.model.media import FrameRole, Kind
from trawl.store.case_media import (
    MediaFacts,
    acquisitions_of_case,
    frames_of_media,
    media_counts,
    media_facts,
)
from trawl.store.database import Reader

VERSION = 1
KINDS = tuple(Kind)
ROLES = tuple(FrameRole)
IMAGE, VIDEO = KINDS.index(Kind.IMAGE), KINDS.index(Kind.VIDEO)

Column = npt.NDArray[Any]
Tell = Callable[[int, int], None]

_MEDIA = {
    "ids": np.int64,
    "kind": np.uint8,  # index into KINDS
    "size": np.int64,
    "width": np.int32,  # 0: not known
    "height": np.int32,
    "sharpness": np.float32,  # NaN: not known
    "quality": np.int16,  # -1: no fingerprint
}
_FRAMES = {"media": np.int64, "role": np.uint8, "at_ms": np.int64, "quality": np.uint8}


@dataclass(slots=True)
class CaseIndex:
    """Columns of one length by position: ``media`` (see ``_MEDIA``, and ``bits`` uint8 (n, 32))
    and, of another length, ``frames`` (identifier of the media, role, time, fingerprint)."""

    media: dict[str, Column]
    frames: dict[str, Column]

    def __len__(self) -> int:
        return len(self.media["ids"])

    def upto(self, count: int) -> CaseIndex:
        """The first so many media, with their frames."""
        if count == len(self):
            return self
        media = {name: column[:count] for name, column in self.media.items()}
        there = np.isin(self.frames["media"], media["ids"])
        return CaseIndex(media, {name: column[there] for name, column in self.frames.items()})

    @property
    def ids(self) -> npt.NDArray[np.int64]:
        """Identifiers of the media, in the order they came to the case."""
        return self.media["ids"]

    def positions(self, media_ids: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Where these media stand; those that are not in the case are left out."""
        order = np.argsort(self.ids, kind="stable")
        ordered = self.ids[order]
        at = np.searchsorted(ordered, media_ids)
        inside = at < len(ordered)
        inside[inside] = ordered[at[inside]] == media_ids[inside]
        return order[at[inside]]

    def is_kind(self, *kinds: int) -> npt.NDArray[np.bool_]:
        """Which media are of these kinds."""
        mask: npt.NDArray[np.bool_] = np.isin(self.media["kind"], kinds)
        return mask

    def telling(self) -> npt.NDArray[np.bool_]:
        """Which are pictures with enough in them to be matched by sight."""
        mask: npt.NDArray[np.bool_] = self.is_kind(IMAGE) & (self.media["quality"] >= PLAIN)
        return mask


def empty() -> CaseIndex:
    """The index of a case without media."""
    media: dict[str, Column] = {name: np.empty(0, kind) for name, kind in _MEDIA.items()}
    frames: dict[str, Column] = {name: np.empty(0, kind) for name, kind in _FRAMES.items()}
    media["bits"] = np.empty((0, 32), np.uint8)
    frames["bits"] = np.empty((0, 32), np.uint8)
    return CaseIndex(media, frames)


def load(folder: Path) -> CaseIndex:
    """The index as it was last saved; empty when it never was. Raises IndexDamaged."""
    media = read_arrays(folder / "media.npz", VERSION, (*_MEDIA, "bits"))
    frames = read_arrays(folder / "frames.npz", VERSION, (*_FRAMES, "bits"))
    return CaseIndex(media, frames) if media is not None and frames is not None else empty()


def save(folder: Path, index: CaseIndex) -> None:
    """Write the index. The frames go first: without them the media would be thought complete."""
    write_arrays(folder / "frames.npz", VERSION, index.frames)
    write_arrays(folder / "media.npz", VERSION, index.media)


def refresh(view: Reader, case_id: int, index: CaseIndex, tell: Tell) -> CaseIndex:
    """The index with the media that have come to the case since."""
    ids, _ = media_counts(view, acquisitions_of_case(view, case_id))
    new = np.setdiff1d(ids, index.ids, assume_unique=True)
    if not len(new):
        return index
    read = [_columns(facts) for facts in _told(media_facts(view, new), len(new), tell)]
    media = {
        name: np.concatenate([index.media[name], *(one[name] for one in read)])
        for name in index.media
    }
    kinds = media["kind"][len(index) :]
    framed = frames_of_media(view, new[np.isin(kinds, (IMAGE, VIDEO))])
    more = {
        "media": framed.media,
        "role": framed.role,
        "at_ms": framed.at_ms,
        "quality": framed.quality,
        "bits": framed.bits,
    }
    # Broken off between the two files, those of the new media are there already.
    kept = ~np.isin(index.frames["media"], new)
    frames = {name: np.concatenate([index.frames[name][kept], more[name]]) for name in more}
    return CaseIndex(media, frames)


def _told(
    batches: Iterator[list[MediaFacts]], total: int, tell: Tell
) -> Iterator[list[MediaFacts]]:
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        tell(done, total)


def _columns(facts: list[MediaFacts]) -> dict[str, Column]:
    nothing = bytes(32)
    return {
        "ids": np.array([one.id for one in facts], np.int64),
        "kind": np.array([KINDS.index(Kind(one.kind)) for one in facts], np.uint8),
        "size": np.array([one.size for one in facts], np.int64),
        "width": np.array([_side(one.width) for one in facts], np.int32),
        "height": np.array([_side(one.height) for one in facts], np.int32),
        "sharpness": np.array(
            [np.nan if one.sharpness is None else one.sharpness for one in facts], np.float32
        ),
        "quality": np.array([-1 if one.pdq is None else one.quality for one in facts], np.int16),
        "bits": np.frombuffer(b"".join(one.pdq or nothing for one in facts), np.uint8).reshape(
            -1, 32
        ),
    }


def _side(pixels: int | None) -> int:
    return min(pixels or 0, np.iinfo(np.int32).max)
