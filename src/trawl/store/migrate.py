"""Bringing a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

FOLDER = Path(__file__).with_name("migrations")


def configuration(connection: Connection) -> Config:
    """Alembic's configuration, with the connection its ``env.py`` is to use."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def migrate(connection: Connection, revision: str = "head") -> None:
    """Run the migrations that are missing, in the transaction of ``connection``."""
    command.upgrade(configuration(connection), revision)
