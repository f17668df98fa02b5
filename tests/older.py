"""Databases as an older version of the schema made them, with the rows of a newer one in them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import MetaData, create_engine, insert, select

from trawl.store import tables as every_table
from trawl.store.database import Database, now_us
from trawl.store.migrate import migrate


def make_old(url: str, revision: str, filled: Path) -> None:
    """Migrate an empty database to an older schema and give it what a filled one has for it.

    Parameters
    ----------
    url
        Of the empty database.
    revision
        Of the older schema, as "0001".
    filled
        An SQLite database of the schema of this version.
    """
    database = Database._connect(url, now_us)
    source = create_engine(f"sqlite:///{filled}")
    tables = MetaData()
    with database._write() as connection:
        migrate(connection, revision)
        tables.reflect(connection)
        with source.connect() as given:
            for table in tables.sorted_tables:
                if table.name in every_table.metadata.tables:
                    own = every_table.metadata.tables[table.name]
                    columns = [own.c[column.name] for column in table.columns]
                    rows = [dict(row) for row in given.execute(select(*columns)).mappings()]
                    if rows:
                        connection.execute(insert(table), rows)
    source.dispose()
    assert database.revision() == revision
    database.close()
