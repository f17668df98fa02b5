"""Where a media lies: its occurrences in a case, each with all it lies in, from the outside in."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from trawl.errors import NotFound
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Container
from trawl.store import schema
from trawl.store.acquisitions import acquisition
from trawl.store.case_media import acquisitions_of_case
from trawl.store.containers import container
from trawl.store.database import Reader, Session
from trawl.store.identifiers import row_id
from trawl.store.occurrences import entry_of

MOST = 32
"""Occurrences of one media that are tried."""

DEEPEST = 64
"""Containers within one another; a setting allows no more."""


@dataclass(frozen=True, slots=True)
class Inside:
    """A container and the entry it is in what it lies in; a locked volume has none: it is part of
    its image's own file."""

    container: Container
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """One occurrence. ``roots``: the acquisition's own paths, as kept; ``inside``: the containers
    from the outermost to the one that holds ``entry``; none where it lies in the roots."""

    acquisition_id: int
    exhibit: str
    path: str
    roots: tuple[str, ...]
    inside: tuple[Inside, ...]
    entry: Entry


@dataclass(frozen=True, slots=True)
class Lying:
    """A media and where it lies, the places easiest to reach first."""

    sha256: bytes
    size: int
    places: tuple[Whereabouts, ...]


def lying(view: Reader | Session, case_id: int, media_id: int, most: int = MOST) -> Lying:
    """Where a media lies in a case. Raises NotFound when it is not in it."""
    media = view.connection.execute(
        select(schema.media.c.sha256, schema.media.c.size).where(schema.media.c.id == media_id)
    ).first()
    found: list[tuple[int, int, Whereabouts]] = []
    for acquisition_id in () if media is None else acquisitions_of_case(view, case_id):
        found += _in_acquisition(view, acquisition_id, media_id, most)
    if media is None or not found:
        raise NotFound(f"no media {media_id} is in this case")
    found.sort(key=lambda one: one[:2])
    places = tuple(place for _, _, place in found[:most])
    return Lying(bytes(media.sha256), media.size, places)


def _in_acquisition(
    view: Reader | Session, acquisition_id: int, media_id: int, most: int
) -> list[tuple[int, int, Whereabouts]]:
    """How deep each occurrence lies, its number, and itself."""
    column = schema.occurrence.c
    rows = view.connection.execute(
        select(schema.occurrence, schema.container.c.path.label("container_path"))
        .join(schema.container, schema.container.c.id == column.container_id)
        .where(
            column.media_id == media_id,
            column.id.between(row_id(acquisition_id, 0), row_id(acquisition_id + 1, 0) - 1),
            column.state == str(OccurrenceState.LOGGED),
        )
        .order_by(column.id)
        .limit(most)
    ).all()
    if not rows:
        return []
    taken = acquisition(view, acquisition_id)
    chains: dict[int, tuple[Inside, ...]] = {}
    found = []
    for row in rows:
        if row.container_id not in chains:
            chains[row.container_id] = _chain(view, row.container_id)
        chain = chains[row.container_id]
        place = Whereabouts(taken.id, taken.exhibit, row.path, taken.roots, chain, entry_of(row))
        found.append((len(chain) + (DEEPEST if row.deleted else 0), row.id, place))
    return found


def _chain(view: Reader | Session, container_id: int) -> tuple[Inside, ...]:
    """The containers from the outermost one to this; the acquisition's own paths are none."""
    chain: list[Inside] = []
    at = container(view, container_id)
    while at.parent_id is not None and len(chain) <= DEEPEST:
        entry = None if at.volume else _entry(view, at.occurrence_id)
        chain.append(Inside(at, entry))
        at = container(view, at.parent_id)
    return tuple(reversed(chain))


def _entry(view: Reader | Session, occurrence_id: int | None) -> Entry:
    column = schema.occurrence.c
    row = view.connection.execute(
        select(schema.occurrence, schema.container.c.path.label("container_path"))
        .join(schema.container, schema.container.c.id == column.container_id)
        .where(column.id == occurrence_id)
    ).first()
    if row is None:
        raise NotFound("what the media lies in is not in the log")
    return entry_of(row)
