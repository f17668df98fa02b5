"""Checking the audit chain, and signing how far it has come.

A row that is altered, taken out or put elsewhere breaks the chain at that row. Rows cut off at
the end leave a chain that holds, which is what checkpoints are for: a signed sequence and hash
that must still be there. Whoever keeps the newest checkpoint elsewhere also finds the removal of
rows and checkpoints together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec
from sqlalchemy import insert, select

from trawl.errors import AuditBroken, StoreError
from trawl.store import schema
from trawl.store.chain import GENESIS, AuditRow, link
from trawl.store.database import Reader, Session, head

ROWS_AT_ONCE = 5000

Verifier = Callable[[bytes, bytes], bool]
"""Whether a signature (second) is of a message (first)."""


@dataclass(frozen=True, slots=True)
class AuditReport:
    """A chain that holds: how many rows, the hash of the last, how many checkpoints were met."""

    rows: int
    head_hash: bytes
    checkpoints: int


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain had ``hash`` at ``sequence``."""

    sequence: int
    hash: bytes
    signature: bytes
    at_us: int

    @property
    def message(self) -> bytes:
        """What is signed."""
        return checkpoint_message(self.sequence, self.hash, self.at_us)


def checkpoint_message(sequence: int, head_hash: bytes, at_us: int) -> bytes:
    """What a checkpoint signs: a line that names it, then a JSON array."""
    stated = msgspec.json.encode([sequence, head_hash.hex(), at_us])
    return b"trawl audit checkpoint 1\n" + stated


def checkpoint(session: Session, sign: Callable[[bytes], bytes]) -> Checkpoint:
    """Sign the chain as it is now, with the row of this session if it is written already."""
    sequence, last = head(session.connection)
    if not sequence:
        raise StoreError("there is nothing to sign, the audit is empty")
    there = _checkpoint_at(session, sequence)
    if there is not None:
        return there
    at_us = session.clock()
    signature = sign(checkpoint_message(sequence, last, at_us))
    session.connection.execute(
        insert(schema.audit_checkpoint).values(
            sequence=sequence, hash=last, signature=signature, at_us=at_us
        )
    )
    return Checkpoint(sequence, last, signature, at_us)


def checkpoints(view: Reader | Session) -> list[Checkpoint]:
    """All checkpoints, oldest first."""
    table = schema.audit_checkpoint
    rows = view.connection.execute(select(table).order_by(table.c.sequence))
    return [
        Checkpoint(row.sequence, bytes(row.hash), bytes(row.signature), row.at_us) for row in rows
    ]


def verify(view: Reader | Session, verify_signature: Verifier | None = None) -> AuditReport:
    """Go through the whole chain. Raises AuditBroken at the first row that is altered, missing
    or out of its place, and at a checkpoint that the chain does not bear out. Signatures are
    checked when ``verify_signature`` is given."""
    signed = {one.sequence: one for one in checkpoints(view)}
    for one in signed.values():
        if verify_signature is not None and not verify_signature(one.message, one.signature):
            raise AuditBroken(
                f"the signature of the checkpoint at row {one.sequence:,} is not of this "
                "workspace's key",
                sequence=one.sequence,
            )
    sequence, previous = 0, GENESIS
    for row, stated_previous, stated_hash in _rows(view):
        sequence += 1
        _check_row(sequence, row, previous, stated_previous, stated_hash)
        previous = stated_hash
        if sequence in signed and signed[sequence].hash != previous:
            raise AuditBroken(
                f"the audit row {sequence:,} is not the one that was signed", sequence=sequence
            )
    if signed and max(signed) > sequence:
        raise AuditBroken(
            f"the audit ends at row {sequence:,}, but row {max(signed):,} was signed: the rows "
            "behind are missing",
            sequence=sequence + 1,
        )
    return AuditReport(sequence, previous, len(signed))


def _check_row(
    sequence: int, row: AuditRow, previous: bytes, stated_previous: bytes, stated_hash: bytes
) -> None:
    if row.sequence != sequence:
        raise AuditBroken(f"the audit row {sequence:,} is missing", sequence=sequence)
    if stated_previous != previous or link(row, previous) != stated_hash:
        raise AuditBroken(f"the audit row {sequence:,} is not what was written", sequence=sequence)


def _rows(view: Reader | Session) -> Iterator[tuple[AuditRow, bytes, bytes]]:
    columns = schema.audit.c
    query = select(
        *(columns[name] for name in AuditRow._fields), columns.previous, columns.hash
    ).order_by(columns.sequence)
    # On PostgreSQL this is a server-side cursor: the chain is never held as a whole.
    with view.connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}) as result:
        for *values, previous, stated in result:
            yield AuditRow(*values), bytes(previous), bytes(stated)


def _checkpoint_at(view: Session, sequence: int) -> Checkpoint | None:
    table = schema.audit_checkpoint
    row = view.connection.execute(select(table).where(table.c.sequence == sequence)).first()
    if row is None:
        return None
    return Checkpoint(row.sequence, bytes(row.hash), bytes(row.signature), row.at_us)
