"""What an acquisition has come to, in figures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from trawl.model.exhibit import EntryKind, OccurrenceState
from trawl.model.media import Kind
from trawl.store.blocks import DELETED, KNOWN, LYING, UNDECODED, blocks_of
from trawl.store.columns import Column, IntColumn, TextColumn
from trawl.store.containers import container_states
from trawl.store.database import Reader, Session
from trawl.store.scan import MOST_AT_ONCE, columns_of

C = TypeVar("C", IntColumn, TextColumn)

_COLUMNS = ("entry", "state", "kind", "flags", "size", "media")
_PICTURE, _VIDEO, _AUDIO, _UNDECODED = 1, 2, 4, 8


def totals(view: Reader | Session, acquisition_id: int) -> dict[str, int]:
    """The figures of an acquisition.

    Of occurrences: ``files`` (entries that are files, read or not), ``bytes`` (of those read),
    ``known`` (of a content that another acquisition brought first), ``duplicates`` (read, less
    the distinct), ``failed`` (unreadable or refused), ``locked``, ``not_files``, ``lying``,
    ``deleted``. Of distinct contents: ``media``, ``pictures``, ``videos``, ``audio``,
    ``undecoded``. ``containers`` are those inside the acquisition's own paths.
    """
    figures = dict.fromkeys(
        (
            *("files", "bytes", "media", "pictures", "videos", "audio", "failed", "undecoded"),
            *("locked", "not_files", "known", "duplicates", "lying", "deleted", "containers"),
        ),
        0,
    )
    seen = []
    for columns in _blocks(view, acquisition_id):
        _add_occurrences(figures, columns)
        seen.append(_media(columns))
    with_media = sum(len(media) for media, _ in seen)
    _add_media(figures, seen)
    figures["duplicates"] = with_media - figures["media"]
    figures["containers"] = max(0, sum(container_states(view, acquisition_id).values()) - 1)
    return figures


def _blocks(view: Reader | Session, acquisition_id: int) -> Iterator[dict[str, Column]]:
    blocks = blocks_of(view.connection, acquisition_id)
    for first in range(0, len(blocks), MOST_AT_ONCE):
        some = blocks[first : first + MOST_AT_ONCE]
        yield from columns_of(view, some, _COLUMNS).values()


def _of(columns: dict[str, Column], name: str, kind: type[C]) -> C:
    column = columns[name]
    assert isinstance(column, kind)
    return column


def _add_occurrences(figures: dict[str, int], columns: dict[str, Column]) -> None:
    state = _of(columns, "state", TextColumn)
    flags = _of(columns, "flags", IntColumn).values()
    logged = state.equal(str(OccurrenceState.LOGGED))
    failed = state.equal(str(OccurrenceState.UNREADABLE))
    failed |= state.equal(str(OccurrenceState.REFUSED))
    figures["bytes"] += int(_of(columns, "size", IntColumn).values()[logged].sum())
    for name, mask in {
        "files": _of(columns, "entry", TextColumn).equal(str(EntryKind.FILE)),
        "failed": failed,
        "locked": state.equal(str(OccurrenceState.LOCKED)),
        "not_files": state.equal(str(OccurrenceState.NOT_A_FILE)),
        "known": flags & KNOWN,
        "lying": flags & LYING,
        "deleted": flags & DELETED,
    }.items():
        figures[name] += int(np.count_nonzero(mask))


Numbers = npt.NDArray[np.int64]


def _media(columns: dict[str, Column]) -> tuple[Numbers, npt.NDArray[np.uint8]]:
    """Media of the rows that have one, and what each is."""
    media = _of(columns, "media", IntColumn)
    there = media.codes != 0
    kind = _of(columns, "kind", TextColumn)
    flags = _of(columns, "flags", IntColumn).values()
    what = kind.equal(str(Kind.IMAGE)) * np.uint8(_PICTURE)
    what |= kind.equal(str(Kind.VIDEO)) * np.uint8(_VIDEO)
    what |= kind.equal(str(Kind.AUDIO)) * np.uint8(_AUDIO)
    what |= ((flags & UNDECODED) != 0) * np.uint8(_UNDECODED)
    return media.values()[there], what[there]


def _add_media(figures: dict[str, int], seen: list[tuple[Numbers, npt.NDArray[np.uint8]]]) -> None:
    if not seen:
        return
    distinct, first = np.unique(np.concatenate([media for media, _ in seen]), return_index=True)
    what = np.concatenate([each for _, each in seen])[first]
    figures["media"] = len(distinct)
    for name, bit in (
        ("pictures", _PICTURE),
        ("videos", _VIDEO),
        ("audio", _AUDIO),
        ("undecoded", _UNDECODED),
    ):
        figures[name] = int(np.count_nonzero(what & bit))
