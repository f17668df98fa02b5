"""Containers: what was, is or will be opened. They are the journal of an acquisition."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from trawl.errors import NotFound, StoreError
from trawl.model.exhibit import ContainerState
from trawl.model.intake import ROOT_KIND, Container, root_container
from trawl.store import schema
from trawl.store.database import Reader, Session
from trawl.store.identifiers import row_id
from trawl.store.values import locator_bytes, locator_text, storable_text


def add_root(session: Session, acquisition_id: int, kind: str = ROOT_KIND) -> Container:
    """The container of the acquisition's own paths: number 0. Raises StoreError the second
    time."""
    count = session.connection.execute(
        select(schema.acquisition.c.containers).where(schema.acquisition.c.id == acquisition_id)
    ).scalar_one()
    if count:
        raise StoreError("this acquisition has its root container already")
    root = root_container(row_id(acquisition_id, 0), acquisition_id, kind)
    insert_containers(session, acquisition_id, [root])
    return root


def insert_containers(session: Session, acquisition_id: int, added: list[Container]) -> None:
    """Insert containers that bear the next free numbers."""
    if not added:
        return
    session.connection.execute(insert(schema.container), [_values(one) for one in added])
    session.connection.execute(
        update(schema.acquisition)
        .where(schema.acquisition.c.id == acquisition_id)
        .values(containers=added[-1].number + 1)
    )


def containers(
    view: Reader | Session, acquisition_id: int, *states: ContainerState
) -> list[Container]:
    """The containers of an acquisition in these states (none named: all), by number."""
    query = select(schema.container).where(schema.container.c.acquisition_id == acquisition_id)
    if states:
        query = query.where(schema.container.c.state.in_([str(state) for state in states]))
    return [
        _container(row) for row in view.connection.execute(query.order_by(schema.container.c.id))
    ]


def container_states(view: Reader | Session, acquisition_id: int) -> dict[ContainerState, int]:
    """How many containers are in each state, the root included."""
    rows = view.connection.execute(
        select(schema.container.c.state, func.count())
        .where(schema.container.c.acquisition_id == acquisition_id)
        .group_by(schema.container.c.state)
    )
    return {ContainerState(state): count for state, count in rows}


def container(view: Reader | Session, container_id: int) -> Container:
    """One container. Raises NotFound."""
    row = view.connection.execute(
        select(schema.container).where(schema.container.c.id == container_id)
    ).first()
    if row is None:
        raise NotFound("there is no such container in the journal")
    return _container(row)


def set_listed(session: Session, container_id: int, members: int) -> None:
    """The listing of a container is complete and has ``members`` entries."""
    _update(session, container_id, state=str(ContainerState.LISTED), members=members, reason=None)


def set_state(
    session: Session, container_id: int, state: ContainerState, reason: str | None = None
) -> None:
    """Set how far a container has come."""
    _update(session, container_id, state=str(state), reason=storable_text(reason))


def _update(session: Session, container_id: int, **values: object) -> None:
    changed = session.connection.execute(
        update(schema.container)
        .where(schema.container.c.id == bindparam("which"))
        .values(**values),
        {"which": container_id},
    )
    if changed.rowcount != 1:
        raise NotFound("there is no such container in the journal")


def _values(one: Container) -> dict[str, object]:
    return {
        "id": one.id,
        "acquisition_id": one.acquisition_id,
        "number": one.number,
        "parent_id": one.parent_id,
        "occurrence_id": one.occurrence_id,
        "kind": one.kind,
        "path": one.path,
        "sha256": one.sha256,
        "locator": locator_bytes(one.locator),
        "volume": locator_bytes(one.volume),
        "depth": one.depth,
        "state": str(one.state),
        "reason": storable_text(one.reason),
        "members": one.members,
        "done": one.done,
    }


def _container(row: Row[Any]) -> Container:
    return Container(
        id=row.id,
        acquisition_id=row.acquisition_id,
        number=row.number,
        parent_id=row.parent_id,
        occurrence_id=row.occurrence_id,
        kind=row.kind,
        path=row.path,
        sha256=None if row.sha256 is None else bytes(row.sha256),
        locator=locator_text(bytes(row.locator)),
        volume=locator_text(bytes(row.volume)),
        depth=row.depth,
        state=ContainerState(row.state),
        reason=row.reason,
        members=row.members,
        done=row.done,
    )
