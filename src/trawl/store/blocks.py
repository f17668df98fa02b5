"""Blocks of the log: its columns, packed by the thousand for scanning.

They are derived from the tables and can be deleted at any time; a block that is not there, or
has another number of rows than the log, is built for the one who asks and goes on missing until
it is sealed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, select, update

from trawl.model.exhibit import OccurrenceState
from trawl.store import schema
from trawl.store.bulk import insert_rows
from trawl.store.column_cache import BlockKey
from trawl.store.columns import (
    BLOCK_ROWS,
    Column,
    bounds,
    folded,
    int_column,
    name_column,
    pack,
    text_column,
)
from trawl.store.identifiers import acquisition_of, number_of, row_id

LYING, DELETED, KNOWN, UNDECODED, PLACED, FAILED = (1 << bit for bit in range(6))
"""Bits of the column ``flags``."""

LONGEST_EXTENSION = 16

_FAILED_STATES = {str(OccurrenceState.UNREADABLE), str(OccurrenceState.REFUSED)}


@dataclass(frozen=True, slots=True)
class Block:
    """One run of occurrences of an acquisition. ``stored`` says whether its columns are."""

    acquisition_id: int
    number: int
    rows: int
    version: int
    stored: bool

    @property
    def key(self) -> BlockKey:
        """Names this state of this block for good."""
        return self.acquisition_id, self.number, self.rows, self.version

    @property
    def first_id(self) -> int:
        """The identifier of its first occurrence."""
        return row_id(self.acquisition_id, self.number * BLOCK_ROWS)


def blocks_of(connection: Connection, acquisition_id: int) -> list[Block]:
    """All blocks of an acquisition, in the order of the log."""
    acquisitions = schema.acquisition.c
    log = connection.execute(
        select(acquisitions.occurrences, acquisitions.log_version).where(
            acquisitions.id == acquisition_id
        )
    ).one()
    stored = schema.log_block.c
    there = {
        row.number: row
        for row in connection.execute(
            select(stored.number, stored.rows, stored.version).where(
                stored.acquisition_id == acquisition_id
            )
        )
    }
    found = []
    for number in range(-(-log.occurrences // BLOCK_ROWS)):
        rows = min(BLOCK_ROWS, log.occurrences - number * BLOCK_ROWS)
        row = there.get(number)
        if row is not None and row.rows == rows:
            found.append(Block(acquisition_id, number, rows, row.version, True))
        else:
            found.append(Block(acquisition_id, number, rows, log.log_version, False))
    return found


def build(connection: Connection, block: Block) -> dict[str, Column]:
    """The columns of a block, from the tables."""
    rows = connection.execute(
        _SOURCE.where(
            schema.occurrence.c.id >= block.first_id,
            schema.occurrence.c.id < block.first_id + block.rows,
        )
    ).all()
    paths = [row.path.rpartition("/") for row in rows]
    return {
        "entry": text_column([row.entry for row in rows]),
        "state": text_column([row.state for row in rows]),
        "kind": text_column([row.kind for row in rows]),
        "flags": int_column([_flags(row) for row in rows]),
        "size": int_column([row.size for row in rows]),
        "modified": int_column([row.modified_us for row in rows]),
        "taken": int_column([row.taken_at_us for row in rows]),
        "media": int_column([row.media_id for row in rows]),
        "camera": text_column([row.camera_model for row in rows]),
        "extension": text_column([extension_of(name) for _, _, name in paths]),
        "folder": text_column(
            [folded(folder).decode() if slash else None for folder, slash, _ in paths]
        ),
        "name": name_column([name for _, _, name in paths]),
    }


def extension_of(name: str) -> str | None:
    """What stands behind the last dot of a name, in lower case; None when that is nothing a
    filter would ask for."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or not 0 < len(extension) <= LONGEST_EXTENSION:
        return None
    return extension.lower() if extension.isalnum() else None


def seal_full_blocks(connection: Connection, acquisition_id: int, before: int, added: int) -> None:
    """Store the blocks that ``added`` rows on top of ``before`` have made full."""
    full = range(before // BLOCK_ROWS, (before + added) // BLOCK_ROWS)
    if full:
        _seal(
            connection,
            [
                block
                for block in blocks_of(connection, acquisition_id)[full.start :]
                if block.number in full
            ],
        )


def seal_blocks(connection: Connection, acquisition_id: int) -> None:
    """Store every block of an acquisition that is not stored, or no longer true."""
    _seal(connection, blocks_of(connection, acquisition_id))


def mark_stale(connection: Connection, occurrence_ids: Iterable[int]) -> None:
    """Delete the stored columns of the blocks these occurrences are in: they have changed."""
    touched = {
        (acquisition_of(identifier), number_of(identifier) // BLOCK_ROWS)
        for identifier in occurrence_ids
    }
    for acquisition_id, number in sorted(touched):
        _delete(connection, acquisition_id, number)
    acquisitions = schema.acquisition.c
    for acquisition_id in sorted({acquisition_id for acquisition_id, _ in touched}):
        connection.execute(
            update(schema.acquisition)
            .where(acquisitions.id == acquisition_id)
            .values(log_version=acquisitions.log_version + 1)
        )


def _seal(connection: Connection, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.stored:
            continue
        _delete(connection, block.acquisition_id, block.number)
        insert_rows(
            connection,
            schema.log_column,
            ("acquisition_id", "name", "block", "low", "high", "data"),
            [
                (block.acquisition_id, name, block.number, *bounds(column), pack(column))
                for name, column in build(connection, block).items()
            ],
        )
        connection.execute(
            insert(schema.log_block).values(
                acquisition_id=block.acquisition_id,
                number=block.number,
                rows=block.rows,
                version=block.version,
            )
        )


def _delete(connection: Connection, acquisition_id: int, number: int) -> None:
    columns, blocks = schema.log_column.c, schema.log_block.c
    connection.execute(
        delete(schema.log_column).where(
            columns.acquisition_id == acquisition_id, columns.block == number
        )
    )
    connection.execute(
        delete(schema.log_block).where(
            blocks.acquisition_id == acquisition_id, blocks.number == number
        )
    )


def _flags(row: Row[Any]) -> int:
    flags = LYING * row.lies | DELETED * row.deleted | KNOWN * row.known
    if row.undecoded:
        flags |= UNDECODED | FAILED
    if row.state in _FAILED_STATES:
        flags |= FAILED
    if row.latitude is not None and row.longitude is not None:
        flags |= PLACED
    return int(flags)


def _source() -> Any:
    occurrence, media, kinds = schema.occurrence.c, schema.media.c, schema.file_type.c
    joined = schema.occurrence.outerjoin(schema.media, media.id == occurrence.media_id).outerjoin(
        schema.file_type, kinds.id == media.type_id
    )
    return (
        select(
            *(occurrence.path, occurrence.kind.label("entry"), occurrence.state),
            *(occurrence.size, occurrence.modified_us, occurrence.media_id),
            *(occurrence.lies, occurrence.deleted, occurrence.known),
            *(media.undecoded, media.taken_at_us, media.camera_model),
            *(media.latitude, media.longitude, kinds.kind.label("kind")),
        )
        .select_from(joined)
        .order_by(occurrence.id)
    )


_SOURCE = _source()


def read_columns(
    connection: Connection,
    blocks: Sequence[Block],
    name: str,
    low: int | None = None,
    high: int | None = None,
) -> Iterator[tuple[int, bytes]]:
    """Number and packed column of stored blocks of one acquisition, which lie in a row; with
    ``low`` or ``high`` only of those that have a number within."""
    columns = schema.log_column.c
    query = select(columns.block, columns.data).where(
        columns.acquisition_id == blocks[0].acquisition_id,
        columns.name == name,
        columns.block.between(blocks[0].number, blocks[-1].number),
    )
    if low is not None:
        query = query.where(columns.high >= low)
    if high is not None:
        query = query.where(columns.low <= high)
    if connection.dialect.name == "postgresql":
        yield from _read_binary(connection, query)
        return
    for number, data in connection.execute(query):
        yield number, bytes(data)


def _read_binary(connection: Connection, query: Select[Any]) -> Iterator[tuple[int, bytes]]:
    """As text, which is what SQLAlchemy asks for, bytes come in hex and take four times as
    long."""
    compiled = query.compile(dialect=connection.dialect)
    driver = connection.connection.driver_connection
    assert driver is not None
    with driver.cursor(binary=True) as cursor:
        cursor.execute(compiled.string, compiled.params)
        yield from cursor.fetchall()
