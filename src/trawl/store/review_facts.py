"""Facts of many media as columns: what review filters, orders and shows by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, func, select

from trawl.model.media import Kind
from trawl.store import schema
from trawl.store.bulk import batches
from trawl.store.database import Reader, Session
from trawl.store.file_types import file_types

Numbers = npt.NDArray[np.int64]

AT_ONCE = 16_384
"""Media in one batch."""

NO_TIME = -(1 << 63)
"""Stands for a time that is not known."""

KINDS = tuple(Kind)

LONGEST = 200
"""Characters of a text that count: a file may say what it likes, and as long."""

_MOST = (1 << 31) - 1


class Texts:
    """Texts that come often, with a number each; 0 stands for none."""

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self._codes: dict[str | None, int] = {None: 0, "": 0}
        for word in words:
            self.code(word)

    def code(self, text: str | None) -> int:
        """The number of a text, a new one for a new text."""
        short = text if text is None else text[:LONGEST]
        return self._codes.setdefault(short, len(self._codes) - 1)

    @property
    def words(self) -> tuple[str, ...]:
        """The texts; that of number n is at n - 1."""
        return tuple(word for word in self._codes if word)


class Dictionaries(NamedTuple):
    """The texts of media. ``camera`` is make and model as one label."""

    camera: Texts
    serial: Texts
    software: Texts


def camera_label(make: str | None, model: str | None) -> str | None:
    """Make and model in one; the make once, where the model begins with it."""
    make, model = (make or "").strip(), (model or "").strip()
    if model.casefold().startswith(make.casefold()):
        return model or None
    return f"{make} {model}".strip()


def _query() -> Select[Any]:
    media = schema.media.c

    def number(column: Any, missing: int = -1) -> Any:
        return func.coalesce(column, missing)

    return select(
        *(media.id, media.type_id, media.size, media.undecoded),
        *(number(media.width, 0), number(media.height, 0), number(media.duration_ms)),
        *(number(media.taken_at_us, NO_TIME), media.latitude, media.longitude),
        *(number(media.thumbnail_acquisition_id), number(media.thumbnail_pack)),
        *(number(media.thumbnail_offset), number(media.thumbnail_size, 0)),
        *(media.camera_make, media.camera_model, media.camera_serial, media.software),
    )


_QUERY = _query()

_NUMBERS: tuple[tuple[str, type[np.generic]], ...] = (
    ("ids", np.int64),
    ("kind", np.uint8),
    ("size", np.int64),
    ("failed", np.bool_),
    ("width", np.int32),
    ("height", np.int32),
    ("duration_ms", np.int32),
    ("taken_us", np.int64),
    ("latitude", np.float64),
    ("longitude", np.float64),
    ("thumbnail_acquisition", np.int32),
    ("thumbnail_pack", np.int32),
    ("thumbnail_offset", np.int64),
    ("thumbnail_size", np.int32),
)

FACTS = (*(name for name, _ in _NUMBERS), "camera", "serial", "software")
"""Names of the columns."""


def review_facts(
    view: Reader | Session, media_ids: Numbers, texts: Dictionaries
) -> Iterator[dict[str, npt.NDArray[Any]]]:
    """The facts of media (sorted identifiers) as columns of one length, in batches: ``kind`` is
    an index into KINDS; ``duration_ms`` and the thumbnail's place are -1 and ``taken_us`` is
    NO_TIME where there is none; degrees are NaN; texts are numbers of ``texts``, to which new
    ones are added. Numbers beyond 2^31 are taken to be that where they are of 32 bits."""
    kinds = {type_id: KINDS.index(one.kind) for type_id, one in file_types(view.connection).items()}
    for first in range(0, len(media_ids), AT_ONCE):
        rows = _rows(view, media_ids[first : first + AT_ONCE])
        if rows:
            yield _columns(rows, kinds, texts)


def _rows(view: Reader | Session, some: Numbers) -> list[tuple[Any, ...]]:
    """One range where they lie close, else one by one."""
    column = schema.media.c.id
    low, high = int(some[0]), int(some[-1])
    execute: Callable[[Select[Any]], Any] = view.connection.execute
    if high - low < 4 * len(some):
        rows = execute(_QUERY.where(column.between(low, high)).order_by(column)).all()
        if len(rows) == len(some):
            return list(rows)
        wanted = set(some.tolist())
        return [row for row in rows if row[0] in wanted]
    found: list[tuple[Any, ...]] = []
    for few in batches(some.tolist()):
        found += execute(_QUERY.where(column.in_(few)).order_by(column)).all()
    return found


def _columns(
    rows: list[tuple[Any, ...]], kinds: dict[int, int], texts: Dictionaries
) -> dict[str, npt.NDArray[Any]]:
    by_column = [list(values) for values in zip(*rows, strict=True)]
    numbers, (makes, models, serials, software) = by_column[:-4], by_column[-4:]
    numbers[1] = [kinds[type_id] for type_id in numbers[1]]
    found: dict[str, npt.NDArray[Any]] = {}
    for (name, kind), values in zip(_NUMBERS, numbers, strict=True):
        found[name] = _narrowed(values, kind)
    labels = (camera_label(make, model) for make, model in zip(makes, models, strict=True))
    found["camera"] = _coded(texts.camera, labels)
    found["serial"] = _coded(texts.serial, iter(serials))
    found["software"] = _coded(texts.software, iter(software))
    return found


def _narrowed(values: Any, kind: type[np.generic]) -> npt.NDArray[Any]:
    if kind is not np.int32:
        return np.array(values, kind)
    return np.minimum(np.array(values, np.int64), _MOST).astype(np.int32)


def _coded(texts: Texts, values: Iterator[str | None]) -> npt.NDArray[np.int32]:
    return np.array([texts.code(value) for value in values], np.int32)
