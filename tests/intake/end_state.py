"""Everything an intake leaves behind, in a form in which two can be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import select

from trawl.settings import load_settings
from trawl.store import schema
from trawl.store.database import Database
from trawl.workspace import Workspace

# When something was done is what two runs may differ in; a signature covers such times.
_TIMES = {"at_us", "begun_us", "finished_us", "added_us", "accessed_us", "signature", "key_id"}
_WHOLE = (
    *("acquisition", "container", "file_type", "media", "finding", "frame", "occurrence"),
    *("seal", "log_block", "log_column", "exhibit", "case_file"),
)


def end_state(folder: Path) -> dict[str, Any]:
    """Every row, the packs' bytes, the manifests' lines, the acts of the intake, and which files
    there are in the workspace."""
    workspace = Workspace(folder)
    database = Database.open(load_settings(folder).database_url or workspace.sqlite_url)
    try:
        return {
            **_rows(database),
            "packs": {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*.pack")},
            "manifests": {p.name: p.read_bytes() for p in folder.rglob("*.manifest")},
            "files": sorted(
                str(path.relative_to(folder))
                for path in folder.rglob("*")
                if not path.name.startswith("trawl.sqlite")
            ),
        }
    finally:
        database.close()


def _rows(database: Database) -> dict[str, Any]:
    found: dict[str, Any] = {}
    with database.reader() as reader:
        for name in _WHOLE:
            table = schema.metadata.tables[name]
            columns = [column for column in table.columns if column.name not in _TIMES]
            keys = list(table.primary_key.columns)
            rows = reader.connection.execute(select(*columns).order_by(*keys))
            found[name] = [tuple(_plain(value) for value in row) for row in rows]
        audit = schema.audit.c
        rows = reader.connection.execute(
            select(audit.act, audit.case_id, audit.subject, audit.detail)
            .where(audit.act.like("intake.%"))
            .order_by(audit.sequence)
        )
        found["acts"] = [_act(*row) for row in rows]
    return found


def _act(act: str, case_id: int | None, subject: str, detail: str) -> tuple[Any, ...]:
    said = json.loads(detail)
    said.pop("key_id", None)
    return act, case_id, subject, said


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def is_sealed(folder: Path) -> bool:
    """Whether the acquisition came to its end."""
    workspace = Workspace(folder)
    database = Database.open(load_settings(folder).database_url or workspace.sqlite_url)
    try:
        with database.reader() as reader:
            query = select(schema.acquisition.c.finished_us)
            ends = reader.connection.execute(query).scalars().all()
        return bool(ends) and all(end is not None for end in ends)
    finally:
        database.close()
