"""Writing one slice: all that became of a run of a container's members, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, update

from trawl.errors import StoreError
from trawl.model.exhibit import OccurrenceState
from trawl.model.intake import Container, Logged
from trawl.store import schema
from trawl.store.blobs import BlobRef, PackWriter
from trawl.store.blocks import mark_stale, seal_full_blocks
from trawl.store.bulk import insert_rows
from trawl.store.containers import container as container_by_id
from trawl.store.containers import insert_containers
from trawl.store.contents import MissingMedia, SliceContents
from trawl.store.database import Session
from trawl.store.identifiers import acquisition_of, row_id
from trawl.store.occurrences import (
    OCCURRENCE,
    RELOGGED,
    locked_occurrences,
    occurrence_row,
    relogged_values,
)
from trawl.store.opening import containers_for

__all__ = ["MissingMedia", "SliceWritten", "locked_occurrences", "relog_locked", "write_slice"]


@dataclass(frozen=True, slots=True)
class SliceWritten:
    """What a slice added. ``containers`` are those that are new, whatever their state; ``done``
    how many members of the container are in the log now."""

    first_occurrence: int
    rows: int
    new_media: int
    containers: tuple[Container, ...]
    done: int


def write_slice(
    session: Session,
    *,
    container: Container,
    first: int,
    rows: Sequence[Logged],
    thumbnails: PackWriter,
    open_depth: int,
) -> SliceWritten:
    """Log members ``first`` … of a container: occurrences, new media with all that was found,
    new containers, and how far the container has come.

    Raises StoreError when the container has come to another member than ``first``, and
    MissingMedia when a row names a content without giving it and the store has none. The
    thumbnails of a transaction that is undone are cut off by the next one.
    """
    _claim(session, container, first, len(rows))
    numbers = _numbers(session, container.acquisition_id)
    base = row_id(container.acquisition_id, numbers.occurrences)
    identifiers = range(base, base + len(rows))
    contents = _write_contents(session, container.acquisition_id, rows, thumbnails, numbers)
    insert_rows(
        session.connection,
        schema.occurrence,
        OCCURRENCE,
        [
            occurrence_row(identifier, container, row, contents.place(row))
            for identifier, row in zip(identifiers, rows, strict=True)
        ],
    )
    opened = containers_for(
        container, numbers.containers, zip(identifiers, rows, strict=True), contents, open_depth
    )
    insert_containers(session, container.acquisition_id, opened)
    _advance(session, container.acquisition_id, numbers.occurrences + len(rows), thumbnails)
    seal_full_blocks(session.connection, container.acquisition_id, numbers.occurrences, len(rows))
    return SliceWritten(base, len(rows), contents.added, tuple(opened), first + len(rows))


def relog_locked(
    session: Session,
    occurrence_id: int,
    logged: Logged,
    thumbnails: PackWriter,
    *,
    open_depth: int,
) -> SliceWritten:
    """Write what became of a locked occurrence after its key came. It keeps its identifier and
    path, and may bring a container. Raises StoreError when it is not locked (any more)."""
    acquisition_id = acquisition_of(occurrence_id)
    parent = _container_of_locked(session, occurrence_id)
    numbers = _numbers(session, acquisition_id)
    contents = _write_contents(session, acquisition_id, [logged], thumbnails, numbers)
    session.connection.execute(
        update(schema.occurrence)
        .where(schema.occurrence.c.id == occurrence_id)
        .values(dict(zip(RELOGGED, relogged_values(logged, contents.place(logged)), strict=True)))
    )
    opened = containers_for(
        parent, numbers.containers, [(occurrence_id, logged)], contents, open_depth
    )
    insert_containers(session, acquisition_id, opened)
    _advance(session, acquisition_id, numbers.occurrences, thumbnails)
    mark_stale(session.connection, [occurrence_id])
    return SliceWritten(occurrence_id, 1, contents.added, tuple(opened), parent.done)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """How many of each the acquisition has, and where its packs end."""

    occurrences: int
    containers: int
    pack: int
    pack_end: int


def _numbers(session: Session, acquisition_id: int) -> _Numbers:
    columns = schema.acquisition.c
    row = session.connection.execute(
        select(columns.occurrences, columns.containers, columns.pack, columns.pack_end).where(
            columns.id == acquisition_id
        )
    ).one()
    return _Numbers(row.occurrences, row.containers, row.pack or 0, row.pack_end or 0)


def _claim(session: Session, container: Container, first: int, count: int) -> None:
    """Move the container on, unless another run has."""
    containers = schema.container.c
    moved = session.connection.execute(
        update(schema.container)
        .where(containers.id == container.id, containers.done == first)
        .values(done=first + count)
    )
    if moved.rowcount != 1:
        raise StoreError(
            f"member {first:,} of {container.path or 'the exhibit'} is not the next to be logged",
            hint="Another run has logged it; begin again from what the journal says.",
        )


def _container_of_locked(session: Session, occurrence_id: int) -> Container:
    columns = schema.occurrence.c
    row = session.connection.execute(
        select(columns.container_id, columns.state).where(columns.id == occurrence_id)
    ).first()
    if row is None or row.state != OccurrenceState.LOCKED:
        raise StoreError("only an occurrence that is locked can be logged again")
    return container_by_id(session, row.container_id)


def _write_contents(
    session: Session,
    acquisition_id: int,
    rows: Sequence[Logged],
    thumbnails: PackWriter,
    numbers: _Numbers,
) -> SliceContents:
    if thumbnails.position != (numbers.pack, numbers.pack_end):
        # A transaction that was undone has left thumbnails behind.
        thumbnails.rewind(BlobRef(numbers.pack, numbers.pack_end, 0))
    contents = SliceContents(session, acquisition_id, rows)
    contents.write(thumbnails)
    return contents


def _advance(
    session: Session, acquisition_id: int, occurrences: int, thumbnails: PackWriter
) -> None:
    thumbnails.sync()
    pack, end = thumbnails.position
    session.connection.execute(
        update(schema.acquisition)
        .where(schema.acquisition.c.id == acquisition_id)
        .values(occurrences=occurrences, pack=pack, pack_end=end)
    )
