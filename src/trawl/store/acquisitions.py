"""Acquisitions: one reading of one exhibit, from its beginning to its seals."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, func, insert, select, update

from trawl.errors import NotFound
from trawl.model.case import Acquisition, Seal
from trawl.store import schema
from trawl.store.blobs import BlobRef
from trawl.store.blocks import seal_blocks
from trawl.store.database import Reader, Session
from trawl.store.numbers import next_id
from trawl.store.totals import totals

__all__ = [
    "acquisition",
    "begin_acquisition",
    "committed_blob",
    "find_acquisitions",
    "finish_acquisition",
    "open_acquisition",
    "seals_of",
    "totals",
]


def begin_acquisition(
    session: Session, exhibit_id: int, roots: Sequence[str], settings: Mapping[str, object]
) -> int:
    """Begin an acquisition and return its identifier. ``roots`` and ``settings`` are kept as
    JSON; paths with undecodable bytes survive."""
    identifier = next_id(session.connection, schema.acquisition)
    session.connection.execute(
        insert(schema.acquisition).values(
            id=identifier,
            exhibit_id=exhibit_id,
            officer_id=session.officer.id,
            roots=json.dumps(list(roots)),
            settings=json.dumps(dict(settings), sort_keys=True),
            begun_us=session.clock(),
            occurrences=0,
            containers=0,
            log_version=0,
        )
    )
    return identifier


def acquisition(view: Reader | Session, acquisition_id: int) -> Acquisition:
    """One acquisition with its newest seal. Raises NotFound."""
    found = _fetch(view, _query().where(schema.acquisition.c.id == acquisition_id))
    if not found:
        raise NotFound(f"there is no acquisition {acquisition_id}")
    return found[0]


def find_acquisitions(
    view: Reader | Session, case_id: int, exhibit_id: int | None = None
) -> list[Acquisition]:
    """The acquisitions of a case or of one of its exhibits, in the order they were begun."""
    query = _query().where(schema.exhibit.c.case_id == case_id)
    if exhibit_id is not None:
        query = query.where(schema.acquisition.c.exhibit_id == exhibit_id)
    return _fetch(view, query)


def open_acquisition(
    view: Reader | Session, exhibit_id: int, roots: Sequence[str]
) -> Acquisition | None:
    """The newest unfinished acquisition of the exhibit over the same roots, to go on with."""
    query = _query().where(
        schema.acquisition.c.exhibit_id == exhibit_id,
        schema.acquisition.c.roots == json.dumps(list(roots)),
        schema.acquisition.c.finished_us.is_(None),
    )
    found = _fetch(view, query)
    return found[-1] if found else None


def finish_acquisition(
    session: Session,
    acquisition_id: int,
    *,
    manifest_root: bytes,
    manifest_lines: int,
    signature: bytes,
    key_id: str,
) -> Seal:
    """Seal an acquisition. Once more after an unlock adds another seal, which then counts."""
    seals = schema.seal.c
    count = session.connection.execute(
        select(func.count()).where(seals.acquisition_id == acquisition_id)
    ).scalar_one()
    added = Seal(
        number=count + 1,
        manifest_root=manifest_root,
        manifest_lines=manifest_lines,
        signature=signature,
        key_id=key_id,
        at_us=session.clock(),
    )
    session.connection.execute(
        insert(schema.seal).values(
            acquisition_id=acquisition_id,
            number=added.number,
            manifest_root=manifest_root,
            manifest_lines=manifest_lines,
            signature=signature,
            key_id=key_id,
            at_us=added.at_us,
        )
    )
    session.connection.execute(
        update(schema.acquisition)
        .where(schema.acquisition.c.id == acquisition_id)
        .values(finished_us=added.at_us)
    )
    seal_blocks(session.connection, acquisition_id)
    return added


def seals_of(view: Reader | Session, acquisition_id: int) -> list[Seal]:
    """All seals of an acquisition, oldest first."""
    seals = schema.seal
    rows = view.connection.execute(
        select(seals).where(seals.c.acquisition_id == acquisition_id).order_by(seals.c.number)
    )
    return [_seal(row) for row in rows]


def committed_blob(view: Reader | Session, acquisition_id: int) -> BlobRef | None:
    """A blob that ends where the committed part of the acquisition's packs ends: what
    ``PackWriter.reopen`` wants. None while nothing is committed."""
    found = acquisition(view, acquisition_id)
    if found.pack is None or found.pack_end is None:
        return None
    return BlobRef(found.pack, found.pack_end, 0)


def _query() -> Select[Any]:
    return (
        select(
            schema.acquisition,
            schema.exhibit.c.case_id,
            schema.exhibit.c.reference,
        )
        .join(schema.exhibit, schema.exhibit.c.id == schema.acquisition.c.exhibit_id)
        .order_by(schema.acquisition.c.id)
    )


def _fetch(view: Reader | Session, query: Select[Any]) -> list[Acquisition]:
    rows = view.connection.execute(query).all()
    return [_acquisition(row, seals_of(view, row.id)) for row in rows]


def _acquisition(row: Row[Any], seals: list[Seal]) -> Acquisition:
    return Acquisition(
        id=row.id,
        case_id=row.case_id,
        exhibit_id=row.exhibit_id,
        exhibit=row.reference,
        officer_id=row.officer_id,
        roots=tuple(json.loads(row.roots)),
        settings=json.loads(row.settings),
        begun_us=row.begun_us,
        finished_us=row.finished_us,
        occurrences=row.occurrences,
        containers=row.containers,
        pack=row.pack,
        pack_end=row.pack_end,
        seal=seals[-1] if seals else None,
    )


def _seal(row: Row[Any]) -> Seal:
    return Seal(
        number=row.number,
        manifest_root=bytes(row.manifest_root),
        manifest_lines=row.manifest_lines,
        signature=bytes(row.signature),
        key_id=row.key_id,
        at_us=row.at_us,
    )
