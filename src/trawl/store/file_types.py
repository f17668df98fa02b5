"""The types of content that were met, each once."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, insert, select

from trawl.model.media import FileType, Kind
from trawl.store.schema import file_type


def file_types(connection: Connection) -> dict[int, FileType]:
    """All of them, by identifier. There are some hundreds at most."""
    return {
        row.id: FileType(row.mime, Kind(row.kind), tuple(row.extensions.split()))
        for row in connection.execute(select(file_type).order_by(file_type.c.id))
    }


def type_ids(connection: Connection, wanted: Iterable[FileType]) -> dict[FileType, int]:
    """Identifiers of the types, adding those that are new."""
    known = {kind: number for number, kind in file_types(connection).items()}
    for kind in wanted:
        if kind not in known:
            known[kind] = len(known) + 1
            connection.execute(
                insert(file_type).values(
                    id=known[kind],
                    mime=kind.mime,
                    kind=str(kind.kind),
                    extensions=" ".join(kind.extensions),
                )
            )
    return known
