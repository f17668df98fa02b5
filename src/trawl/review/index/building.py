"""Making the index of a case, from nothing or from what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.review.index import written
from trawl.review.index.columns_file import Array
from trawl.review.index.media_index import MediaIndex, Numbers, words_of
from trawl.review.index.occurrences import NOBODY, Occurrences, read_occurrences
from trawl.store.database import Reader
from trawl.store.review_facts import FACTS, NO_TIME, Dictionaries, Texts, review_facts

Tell = Callable[[int, int], None]
"""Told how many media of how many have been read."""

_DEGREES = ("latitude", "longitude")


def build(
    view: Reader, case_id: int, old: MediaIndex | None = None, tell: Tell | None = None
) -> MediaIndex:
    """The index as the database has it. Facts are read only of media that ``old`` does not have
    or that lie in blocks of the log that have changed since; all else comes from the log."""
    occurrences = read_occurrences(view, case_id)
    told = _distinct(occurrences)
    texts = old.dictionaries() if old is not None else Dictionaries(Texts(), Texts(), Texts())
    kept = _unchanged(old, occurrences, told)
    facts = _facts(view, told.ids, kept, old, texts, tell)
    said = written.gather(view, told.ids, kept, old)
    columns = {**facts, **said, **_from_log(occurrences, told)}
    placed = _placed(columns.pop("latitude"), columns.pop("longitude"))
    columns.update(placed)
    columns["month"] = months(columns["taken_us"])
    columns.update(_orders(columns, told, texts.camera.words))
    return MediaIndex(columns, words_of(texts), occurrences.exhibits, occurrences.blocks)


class _Distinct(NamedTuple):
    """Distinct media: identifiers, first row, number of rows; and each row's position."""

    ids: Numbers
    first: Numbers
    files: Numbers
    position: npt.NDArray[np.int32]


def _distinct(occurrences: Occurrences) -> _Distinct:
    rows = np.flatnonzero(occurrences.media)
    ids, first, inverse, files = np.unique(
        occurrences.media[rows], return_index=True, return_inverse=True, return_counts=True
    )
    position = np.full(len(occurrences.media), NOBODY, np.int32)
    position[rows] = inverse
    return _Distinct(ids, rows[first], files, position)


def _unchanged(old: MediaIndex | None, now: Occurrences, told: _Distinct) -> npt.NDArray[np.bool_]:
    """Which media ``old`` knows and no block that is new or changed names."""
    if old is None or not len(old):
        return np.zeros(len(told.ids), np.bool_)
    _, kept = old.positions_of(told.ids)
    seen = {block[:4] for block in old.blocks}
    for block in now.blocks:
        if block[:4] not in seen:
            there = told.position[block.first : block.first + block.rows]
            kept[there[there != NOBODY]] = False
    return kept


def _facts(
    view: Reader,
    ids: Numbers,
    kept: npt.NDArray[np.bool_],
    old: MediaIndex | None,
    texts: Dictionaries,
    tell: Tell | None,
) -> dict[str, Array]:
    """Facts by position: of those kept from ``old``, of the others from the database."""
    missing = np.flatnonzero(~kept)
    read: list[dict[str, Array]] = []
    done = 0
    for batch in review_facts(view, ids[missing], texts):
        read.append(batch)
        done += len(batch["ids"])
        if tell is not None:
            tell(done, len(missing))
    at = old.positions_of(ids[kept])[0] if old is not None else np.empty(0, np.int64)
    found = {}
    for name in FACTS:
        new = [batch[name] for batch in read]
        source = _of_old(old, name)
        whole = np.zeros(len(ids), new[0].dtype if new else source.dtype)
        if new:
            whole[missing] = np.concatenate(new)
        if len(at):
            whole[kept] = source[at]
        found[name] = whole
    return found


_EMPTY = {"latitude": np.float64, "longitude": np.float64, "failed": np.bool_, "kind": np.uint8}


def _of_old(old: MediaIndex | None, name: str) -> Array:
    if old is None:
        return np.empty(0, _EMPTY.get(name, np.int64))
    if name not in _DEGREES:
        return old[name]
    whole = np.full(len(old), np.nan)
    whole[old["placed"]] = old[name]
    return whole


def _from_log(occurrences: Occurrences, told: _Distinct) -> dict[str, Array]:
    bits = np.zeros((len(told.ids), -(-max(len(occurrences.exhibits), 1) // 8)), np.uint8)
    for block, exhibit in zip(occurrences.blocks, occurrences.block_exhibit, strict=True):
        there = told.position[block.first : block.first + block.rows]
        bits[there[there != NOBODY], exhibit // 8] |= np.uint8(1 << exhibit % 8)
    firsts = np.array([block.first for block in occurrences.blocks], np.int64)
    of_block = np.array(occurrences.block_exhibit, np.int16)
    at = np.searchsorted(firsts, told.first, side="right") - 1
    return {
        "files": told.files.astype(np.int32),
        "first": occurrences.row_ids(told.first),
        "first_exhibit": of_block[at],
        "exhibits": bits,
        "occurrence": told.position,
    }


def _placed(latitude: Array, longitude: Array) -> dict[str, Array]:
    """Few media bear a place: those that do, by position."""
    # What a hostile file says of where it was taken may be nowhere.
    placed = np.flatnonzero((np.abs(latitude) <= 90) & (np.abs(longitude) <= 180))
    return {
        "placed": placed.astype(np.int32),
        "latitude": latitude[placed],
        "longitude": longitude[placed],
    }


def months(taken_us: Numbers) -> npt.NDArray[np.int16]:
    """Year * 12 + month - 1 of each time, 0 where there is none or its year is not 1 to 2730."""
    found = np.zeros(len(taken_us), np.int16)
    there = np.flatnonzero(taken_us != NO_TIME)
    since = taken_us[there].astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    month = since + 1970 * 12
    found[there] = np.where((month >= 12) & (month < 1 << 15), month, 0)
    return found


def _orders(
    columns: dict[str, Array], told: _Distinct, cameras: tuple[str, ...]
) -> dict[str, Array]:
    """Each order falls back on the one by place, so that neighbours are alike."""
    by_place = np.argsort(told.first, kind="stable").astype(np.int32)
    taken = columns["taken_us"][by_place]
    taken[taken == NO_TIME] = np.iinfo(np.int64).max  # what has no time comes last
    by_taken = by_place[np.argsort(taken, kind="stable")]
    by_size = by_place[np.argsort(-columns["size"][by_place], kind="stable")]
    rank = np.full(len(cameras) + 1, len(cameras), np.int32)
    rank[1 + np.array(sorted(range(len(cameras)), key=cameras.__getitem__), np.int64)] = np.arange(
        len(cameras)
    )
    of_camera = rank[columns["camera"][by_taken]]
    by_camera = by_taken[np.argsort(of_camera, kind="stable")]
    return {
        "by_place": by_place,
        "by_taken": by_taken,
        "by_size": by_size,
        "by_camera": by_camera,
    }
