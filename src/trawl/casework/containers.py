"""The archives and images of an acquisition."""

from __future__ import annotations

from trawl.model.access import Act, Officer
from trawl.model.case import Acquisition
from trawl.model.exhibit import ContainerState
from trawl.model.intake import Container
from trawl.store.access import require
from trawl.store.containers import containers
from trawl.store.database import Database


def list_containers(
    database: Database, officer: Officer, acquisition: Acquisition, *states: ContainerState
) -> list[Container]:
    """The containers of an acquisition in these states (all, when none is named), in the order
    they were found."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, acquisition.case_id)
        session.audit(
            Act.CASE_READ,
            case_id=acquisition.case_id,
            subject="containers",
            detail={"acquisition": acquisition.id, "states": ",".join(states)},
        )
    with database.reader() as reader:
        return containers(reader, acquisition.id, *states)
