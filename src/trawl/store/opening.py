"""Which containers a run of logged members brings."""

from __future__ import annotations

from collections.abc import Iterable

from trawl.model.exhibit import ContainerState, EntryKind, OccurrenceState
from trawl.model.intake import Container, Logged
from trawl.store.contents import SliceContents, content_of_row
from trawl.store.identifiers import row_id
from trawl.store.occurrences import occurrence_path


def containers_for(
    parent: Container,
    next_number: int,
    rows: Iterable[tuple[int, Logged]],
    contents: SliceContents,
    open_depth: int,
) -> list[Container]:
    """New containers, numbered from ``next_number``: one for every member whose content can be
    opened, and a locked one for every locked volume. Beyond ``open_depth`` they are failed
    from the start, and say so."""
    found: list[Container] = []
    for occurrence_id, row in rows:
        opened = _container_for(parent, row, contents)
        if opened is None:
            continue
        kind, volume, sha256, state = opened
        locked = state is ContainerState.LOCKED
        reason = (row.entry.problem or f"locked: {row.entry.lock}") if locked else None
        if parent.depth + 1 > open_depth:
            state = ContainerState.FAILED
            reason = f"lies deeper than the limit of {open_depth} containers within each other"
        number = next_number + len(found)
        found.append(
            Container(
                id=row_id(parent.acquisition_id, number),
                acquisition_id=parent.acquisition_id,
                number=number,
                parent_id=parent.id,
                occurrence_id=occurrence_id,
                kind=kind,
                path=occurrence_path(parent, row.entry.path),
                sha256=sha256,
                locator=parent.locator if volume else row.entry.locator,
                volume=volume,
                depth=parent.depth + 1,
                state=state,
                reason=reason,
                members=None,
                done=0,
            )
        )
    return found


def _container_for(
    parent: Container, row: Logged, contents: SliceContents
) -> tuple[str, str, bytes | None, ContainerState] | None:
    """Kind, volume, content and state; None when the member opens as nothing."""
    if row.entry.kind is EntryKind.VOLUME:
        if row.entry.lock is None or row.state is not OccurrenceState.LOCKED:
            return None
        return parent.kind, row.entry.locator, parent.sha256, ContainerState.LOCKED
    place = contents.place(row)
    if place is None or place.opens_as is None:
        return None
    return place.opens_as, "", content_of_row(row), ContainerState.PENDING
