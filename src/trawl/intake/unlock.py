"""Going on inside what was locked, once its key has come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from trawl.errors import NotFound
from trawl.intake.ledger import Ledger, rows_digest
from trawl.intake.listing import ListingWriter
from trawl.intake.plan import Folders, Plan, Run
from trawl.model.access import Act
from trawl.model.exhibit import ContainerState, EntryKind, OccurrenceState
from trawl.model.intake import Container, Logged
from trawl.store.containers import container, containers, set_state
from trawl.store.database import Database
from trawl.store.occurrences import locked_occurrences
from trawl.store.slices import relog_locked

_WAITING = (ContainerState.LOCKED, ContainerState.PENDING, ContainerState.LISTED)


@dataclass(frozen=True, slots=True)
class Locks:
    """What a key is to be tried on: containers locked as a whole, and containers that are open
    but hold locked members (with the members' occurrence ids, in order)."""

    whole: tuple[Container, ...]
    members: dict[int, list[int]]

    def __bool__(self) -> bool:
        return bool(self.whole or self.members)


def find_locks(database: Database, acquisition_id: int, under: str | None) -> Locks:
    """Everything locked at or below the path ``under`` (all, when None). Raises NotFound."""
    with database.reader() as reader:
        wanted = [
            one
            for one in containers(reader, acquisition_id)
            if under is None or one.path == under or one.path.startswith(under + "/")
        ]
        whole = tuple(one for one in wanted if one.state in _WAITING)
        members = {}
        for one in wanted:
            found = [
                occurrence
                for occurrence, entry in locked_occurrences(reader, acquisition_id, one.id)
                if entry.kind is not EntryKind.VOLUME
            ]
            if found:
                members[one.id] = found
    locks = Locks(whole, members)
    if not locks:
        raise NotFound(
            "Nothing locked is there." if under is None else f"Nothing locked is at {under}.",
            hint="`trawl log --case NAME --state locked` lists what is locked.",
        )
    return locks


def keys_for(database: Database, acquisition_id: int, locks: Locks, secret: str) -> dict[int, str]:
    """The secret, for every container it is tried on and those they lie in."""
    with database.reader() as reader:
        by_id = {one.id: one for one in containers(reader, acquisition_id)}
    keys: dict[int, str] = {}
    waiting = [one.id for one in locks.whole] + list(locks.members)
    while waiting:
        at = waiting.pop()
        keys[at] = secret
        parent = by_id[at].parent_id
        if parent is not None and parent not in keys and by_id[parent].parent_id is not None:
            waiting.append(parent)
    return keys


def reopen(ledger: Ledger, locks: Locks, folders: Folders) -> None:
    """Set the containers that were locked as a whole to be opened again, with an audit row that
    names them and not the key."""
    again = [one for one in locks.whole if one.state is ContainerState.LOCKED]
    with ledger.database.session(ledger.officer) as session:
        for one in again:
            set_state(session, one.id, ContainerState.PENDING)
        session.audit(
            Act.INTAKE_UNLOCK,
            case_id=ledger.case_id,
            subject=f"acquisition {ledger.acquisition_id}",
            detail={
                "containers": "\n".join(one.path for one in locks.whole),
                "members": sum(map(len, locks.members.values())),
            },
        )
    for one in again:
        folders.listing(one).unlink(missing_ok=True)


def plan_members(plan: Plan, database: Database, acquisition_id: int, locks: Locks) -> None:
    """Put every container into the plan; those with locked members with a listing of these."""
    with database.reader() as reader:
        for one in containers(reader, acquisition_id):
            if one.id not in locks.members:
                plan.add(one)
                continue
            plan.add(replace(one, state=ContainerState.PENDING, members=None, done=0))
            writer = ListingWriter(plan.folders.listing(one))
            found = locked_occurrences(reader, acquisition_id, one.id)
            wanted = set(locks.members[one.id])
            writer.add(tuple(entry for occurrence, entry in found if occurrence in wanted))
            writer.finish(None, None)


def mark_opened(ledger: Ledger, locks: Locks) -> None:
    """Say in the log of every locked volume that the key opened that it is open now."""
    database, acquisition_id = ledger.database, ledger.acquisition_id
    for one in locks.whole:
        if not one.volume or one.parent_id is None:
            continue
        with database.reader() as reader:
            opened = container(reader, one.id).state is not ContainerState.LOCKED
            rows = dict(locked_occurrences(reader, acquisition_id, one.parent_id))
        entry = rows.get(one.occurrence_id or 0)
        if entry is None or not opened:
            continue
        row = Logged(entry=entry, state=OccurrenceState.NOT_A_FILE, reason="unlocked")
        with database.session(ledger.officer) as session:
            relog_locked(
                session, one.occurrence_id or 0, row, ledger.thumbnails, open_depth=ledger.depth
            )
            session.audit(
                Act.INTAKE_UNLOCK,
                case_id=ledger.case_id,
                subject=f"acquisition {acquisition_id} container {one.number}",
                detail={"volume": one.path},
            )


@dataclass(frozen=True, slots=True)
class UnlockLedger:
    """Writes members that were locked over their own rows, and everything else as usual."""

    ledger: Ledger
    members: dict[int, list[int]]

    def known(self, sha256s: Sequence[bytes]) -> set[bytes]:
        """As the ledger knows them."""
        return self.ledger.known(sha256s)

    def nothing_inside(self, run: Run) -> None:
        """As the ledger writes it."""
        self.ledger.nothing_inside(run)

    def slice(self, run: Run, first: int, rows: Sequence[Logged]) -> tuple[Container, ...]:
        """One slice; of members that stay locked nothing is changed."""
        occurrences = self.members.get(run.container.id)
        if occurrences is None:
            return self.ledger.slice(run, first, rows)
        ledger, found = self.ledger, list[Container]()
        rows = ledger.with_lies(rows)
        with ledger.database.session(ledger.officer) as session:
            for occurrence, row in zip(occurrences[first:], rows, strict=False):
                if row.state is not OccurrenceState.LOCKED:
                    row = replace(row, reason=row.reason or "unlocked")
                    written = relog_locked(
                        session, occurrence, row, ledger.thumbnails, open_depth=ledger.depth
                    )
                    found.extend(written.containers)
            session.audit(
                Act.INTAKE_SLICE,
                case_id=ledger.case_id,
                subject=f"acquisition {ledger.acquisition_id} container {run.container.number}",
                detail={"unlocking": len(rows), "first": first, "sha256": rows_digest(rows)},
            )
        return tuple(found)
