"""From what became of a member to the row of its occurrence, and back to its entry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row as DatabaseRow
from sqlalchemy import select

from trawl.model.exhibit import Entry, EntryKind, OccurrenceState, display_path
from trawl.model.intake import Container, Logged
from trawl.store import schema
from trawl.store.bulk import Row
from trawl.store.contents import MediaPlace
from trawl.store.database import Reader, Session
from trawl.store.values import locator_bytes, locator_text, storable_int, storable_text

RELOGGED = ("media_id", "state", "reason", "size", "lies", "known")
"""The columns an unlock may change."""

OCCURRENCE = (
    *("id", "container_id", "kind", "path", "path_raw", "locator"),
    *("modified_us", "created_us", "accessed_us", "changed_us", "link_target", "lock", "deleted"),
    *RELOGGED,
)


def occurrence_path(container: Container, path: bytes) -> str:
    """The path as displayed, through all containers."""
    shown = display_path(path)
    return f"{container.path}/{shown}" if container.path else shown


def occurrence_row(
    identifier: int, container: Container, row: Logged, media: MediaPlace | None
) -> Row:
    """The values of ``OCCURRENCE``."""
    entry = row.entry
    shown = display_path(entry.path)
    locator = locator_bytes(entry.locator)
    return (
        identifier,
        container.id,
        str(entry.kind),
        f"{container.path}/{shown}" if container.path else shown,
        None if shown.encode() == entry.path else entry.path,
        None if locator == entry.path else locator,
        storable_int(entry.modified_us),
        storable_int(entry.created_us),
        storable_int(entry.accessed_us),
        storable_int(entry.changed_us),
        entry.link_target,
        storable_text(entry.lock),
        entry.deleted,
        *relogged_values(row, media),
    )


def relogged_values(row: Logged, media: MediaPlace | None) -> Row:
    """The values of ``RELOGGED``."""
    size = row.size if row.size is not None else row.entry.size
    if media is None:
        return None, str(row.state), storable_text(row.reason), storable_int(size), row.lies, False
    return (
        media.id,
        str(row.state),
        storable_text(row.reason),
        media.size if row.size is None else storable_int(size),
        row.lies,
        media.known,
    )


def locked_occurrences(
    view: Reader | Session, acquisition_id: int, container_id: int
) -> list[tuple[int, Entry]]:
    """The locked occurrences of a container with their entries, in the order of the log."""
    columns = schema.occurrence.c
    rows = view.connection.execute(
        select(schema.occurrence, schema.container.c.path.label("container_path"))
        .join(schema.container, schema.container.c.id == columns.container_id)
        .where(
            columns.container_id == container_id,
            schema.container.c.acquisition_id == acquisition_id,
            columns.state == str(OccurrenceState.LOCKED),
        )
        .order_by(columns.id)
    )
    return [(row.id, entry_of(row)) for row in rows]


def entry_of(row: DatabaseRow[Any]) -> Entry:
    """The entry as its source listed it; the row has ``container_path`` beside its own columns."""
    if row.path_raw is not None:
        path = bytes(row.path_raw)
    else:
        inside = len(row.container_path) + 1 if row.container_path else 0
        path = row.path[inside:].encode()
    return Entry(
        path=path,
        kind=EntryKind(row.kind),
        size=row.size,
        locator=locator_text(path if row.locator is None else bytes(row.locator)),
        modified_us=row.modified_us,
        created_us=row.created_us,
        accessed_us=row.accessed_us,
        changed_us=row.changed_us,
        deleted=row.deleted,
        link_target=None if row.link_target is None else bytes(row.link_target),
        lock=row.lock,
    )
