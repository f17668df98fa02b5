"""What the files of a case say of themselves in words, to be searched: each text once, and which
media say it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trawl.review.index.columns_file import Array
from trawl.review.index.media_index import Mask, MediaIndex, Numbers, Positions
from trawl.store.columns import NameColumn, folded
from trawl.store.database import Reader
from trawl.store.written_texts import written_texts

NOBODY_SAYS = np.empty(0, np.int32)


def gather(
    view: Reader, ids: Numbers, kept: npt.NDArray[np.bool_], old: MediaIndex | None
) -> dict[str, Array]:
    """The columns ``written…`` of ``MediaIndex`` for the media ``ids``: of those kept from
    ``old``, of the others from the database."""
    before = b"" if old is None else _lines(old)
    number = {text: at for at, text in enumerate(before.split(b"\n")[:-1])}
    at, said = (NOBODY_SAYS, NOBODY_SAYS) if old is None else _followed(old, ids, kept)
    new: list[tuple[int, int]] = []
    for media_id, found in written_texts(view, ids[~kept]):
        where = int(np.searchsorted(ids, media_id))
        new += [(where, number.setdefault(_line(text), len(number))) for text in found]
    rows = np.array(new, np.int32).reshape(-1, 2)
    return {
        "written_at": np.concatenate([at, rows[:, 0]]),
        "written_text": np.concatenate([said, rows[:, 1]]),
        "written": np.frombuffer(b"".join(text + b"\n" for text in number), np.uint8),
    }


def say(index: MediaIndex, needle: bytes) -> Mask:
    """Which media say something that holds the needle, which is folded."""
    mask = np.zeros(len(index), np.bool_)
    lines = _lines(index)
    if lines:
        texts = NameColumn(lines, lines.count(b"\n"))
        chosen = texts.containing(needle.replace(b"\n", b" "))
        mask[index["written_at"][chosen[index["written_text"]]]] = True
    return mask


def _followed(
    old: MediaIndex, ids: Numbers, kept: npt.NDArray[np.bool_]
) -> tuple[Positions, Positions]:
    """The rows of the media that are kept, at their positions among ``ids``."""
    if not len(ids):
        return NOBODY_SAYS, NOBODY_SAYS
    before = old.ids[old["written_at"]]
    at = np.minimum(np.searchsorted(ids, before), len(ids) - 1)
    there = (ids[at] == before) & kept[at]
    return at[there].astype(np.int32), old["written_text"][there]


def _lines(index: MediaIndex) -> bytes:
    found: bytes = index["written"].tobytes()
    return found


def _line(text: str) -> bytes:
    return folded(text).replace(b"\n", b" ")
