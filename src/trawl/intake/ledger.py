"""Writing the log: each slice once, in order, in one transaction with its audit row."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from trawl.intake.plan import Run
from trawl.model.access import Act, Officer
from trawl.model.exhibit import ContainerState, OccurrenceState
from trawl.model.intake import Container, Logged
from trawl.model.media import FileType, name_lies
from trawl.store.blobs import PackWriter
from trawl.store.containers import set_listed, set_state
from trawl.store.database import Database
from trawl.store.media import known
from trawl.store.slices import write_slice


class Log(Protocol):
    """Where a coordinator writes what it learns, in order."""

    def known(self, sha256s: Sequence[bytes]) -> set[bytes]:
        """Of these contents, those that need no decoding."""
        ...

    def slice(self, run: Run, first: int, rows: Sequence[Logged]) -> tuple[Container, ...]:
        """Write one slice; the containers found in it."""
        ...

    def nothing_inside(self, run: Run) -> None:
        """Write the end of a container that gave no members."""
        ...


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where one acquisition's log is written."""

    database: Database
    officer: Officer
    case_id: int
    acquisition_id: int
    thumbnails: PackWriter
    depth: int

    def known(self, sha256s: Sequence[bytes]) -> set[bytes]:
        """Of these contents, those that are in the store."""
        with self.database.reader() as reader:
            return set(known(reader, sha256s))

    def _subject(self, container: Container) -> str:
        return f"acquisition {self.acquisition_id} container {container.number}"

    def slice(self, run: Run, first: int, rows: Sequence[Logged]) -> tuple[Container, ...]:
        """Log one slice; the containers found in it. Raises MissingMedia when a row names a
        content that is not in the store, with nothing written."""
        listing = run.listing
        if listing is None:
            raise AssertionError("a slice of a container that was never listed")
        rows = self.with_lies(rows)
        with self.database.session(self.officer) as session:
            if first == 0:
                set_listed(session, run.container.id, listing.members)
            written = write_slice(
                session,
                container=run.container,
                first=first,
                rows=rows,
                thumbnails=self.thumbnails,
                open_depth=self.depth,
            )
            if first + len(rows) == listing.members:
                set_state(session, run.container.id, *_outcome(run))
            session.audit(
                Act.INTAKE_SLICE,
                case_id=self.case_id,
                subject=self._subject(run.container),
                detail={"first": first, "members": len(rows), "sha256": rows_digest(rows)},
            )
        return written.containers

    def nothing_inside(self, run: Run) -> None:
        """Log the end of a container that gave no members."""
        state, reason = _outcome(run)
        with self.database.session(self.officer) as session:
            if run.listing is not None:
                set_listed(session, run.container.id, 0)
            set_state(session, run.container.id, state, reason)
            session.audit(
                Act.INTAKE_CONTAINER,
                case_id=self.case_id,
                subject=self._subject(run.container),
                detail={"state": state.value, "reason": reason},
            )

    def with_lies(self, rows: Sequence[Logged]) -> list[Logged]:
        """The rows with the flag of lying names set."""
        here = {row.sha256: row.media.type for row in rows if row.media is not None}
        absent = {row.sha256 for row in rows if row.sha256 is not None} - here.keys()
        with self.database.reader() as reader:
            found = known(reader, [sha256 for sha256 in absent if sha256 is not None])
        types: dict[bytes | None, FileType] = {**here, **{k: m.type for k, m in found.items()}}
        flagged = []
        for row in rows:
            kind = types.get(row.sha256)
            if kind is not None and name_lies(_name(row), kind):
                row = replace(row, lies=True)
            flagged.append(row)
        return flagged


def _name(row: Logged) -> str:
    return row.entry.path.rpartition(b"/")[2].decode("utf-8", "replace")


def _outcome(run: Run) -> tuple[ContainerState, str | None]:
    """The state of a container whose members, if any, are all in the log."""
    if run.same_as is not None:
        return ContainerState.DONE, f"the same content as {run.same_as}, logged there"
    if run.problem is not None:
        return ContainerState.FAILED, run.problem
    if run.listing is not None and run.listing.lock is not None:
        return ContainerState.LOCKED, run.listing.problem or f"locked: {run.listing.lock}"
    if run.listing is not None and run.listing.problem is not None:
        return ContainerState.FAILED, run.listing.problem
    return ContainerState.DONE, None


def rows_digest(rows: Sequence[Logged]) -> str:
    """SHA-256 over what a slice says: path, state, size and digest of every row. It stands in
    the audit chain, so that no row can be altered later without showing."""
    digest = hashlib.sha256()
    for row in rows:
        said = (
            str(len(row.entry.path)).encode(),
            row.entry.path,
            row.state.value.encode(),
            str(row.size).encode(),
            (row.sha256 or b"").hex().encode(),
        )
        digest.update(b"\0".join(said) + b"\n")
    return digest.hexdigest()


def count_states(rows: Sequence[Logged]) -> tuple[int, int]:
    """How many rows failed, how many are locked."""
    bad = (OccurrenceState.UNREADABLE, OccurrenceState.REFUSED)
    failed = sum(row.state in bad for row in rows)
    return failed, sum(row.state is OccurrenceState.LOCKED for row in rows)
