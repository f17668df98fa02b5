"""What files say of themselves in words, beyond the facts that have a column: EXIF and the tags of
containers, as the newest version of each pass has read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from sqlalchemy import Select, select

from trawl.store import schema
from trawl.store.bulk import batches
from trawl.store.database import Reader, Session

Numbers = npt.NDArray[np.int64]

AT_ONCE = 16_384
"""Media in one batch."""

_TAG = "tag."
_COMMENT = "comment"
# Times that every file of its kind bears; there is a filter of their own for them.
_TIMES = frozenset({"GPSTime", "Creation Time", "tag.creation_time", "tag.date"})


def written_texts(view: Reader | Session, media_ids: Numbers) -> Iterator[tuple[int, list[str]]]:
    """Of media (sorted identifiers) that say anything, what they say."""
    for first in range(0, len(media_ids), AT_ONCE):
        some = media_ids[first : first + AT_ONCE]
        found: dict[int, dict[str, str | None]] = {}
        for media_id, name, extra in _rows(view, some):
            found.setdefault(media_id, {})[name] = extra  # the newest version comes last
        for media_id in sorted(found):
            said = [text for extra in found[media_id].values() if extra for text in _said(extra)]
            if said:
                yield media_id, list(dict.fromkeys(said))


_finding = schema.finding.c
_QUERY: Select[Any] = select(_finding.media_id, _finding.pass_name, _finding.extra).order_by(
    _finding.media_id, _finding.pass_name, _finding.version
)


def _rows(view: Reader | Session, some: Numbers) -> Iterator[tuple[int, str, str | None]]:
    """One range where they lie close, else one by one."""
    low, high = int(some[0]), int(some[-1])
    if high - low < 4 * len(some):
        wanted = set(some.tolist())
        rows = view.connection.execute(_QUERY.where(_finding.media_id.between(low, high)))
        yield from (row for row in rows if row[0] in wanted)
        return
    for few in batches(some.tolist()):
        yield from view.connection.execute(_QUERY.where(_finding.media_id.in_(few)))


def _said(extra: str) -> Iterator[str]:
    """The words of the file among what a pass has kept: EXIF's own names begin with a capital,
    what a pass says itself does not."""
    kept: Mapping[str, Any] = msgspec.json.decode(extra)
    for name, value in kept.items():
        of_file = name[:1].isupper() or name == _COMMENT or name.startswith(_TAG)
        if not of_file or name in _TIMES or not isinstance(value, str):
            continue
        if any(map(str.isalpha, value)):  # versions and rows of numbers are no words
            yield value
