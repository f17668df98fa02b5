from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from list_reading import read

from trawl.errors import ListRefused
from trawl.formats.base import BATCH

MINIMAL = (
    "CREATE TABLE FILE (sha256 VARCHAR NOT NULL, sha1 VARCHAR NOT NULL, md5 VARCHAR NOT NULL,"
    " crc32 VARCHAR NOT NULL, file_name VARCHAR NOT NULL, file_size INTEGER NOT NULL,"
    " package_id INTEGER NOT NULL, CONSTRAINT PK PRIMARY KEY"
    " (sha256, sha1, md5, crc32, file_name, file_size, package_id));"
    "CREATE TABLE VERSION (version VARCHAR UNIQUE NOT NULL, build_set VARCHAR NOT NULL,"
    " build_date TIMESTAMP, release_date TIMESTAMP NOT NULL, description VARCHAR NOT NULL);"
    "INSERT INTO VERSION VALUES ('2026.09.1', 'modern', NULL, '2026-09-01', 'Modern, minimal');"
    "CREATE VIEW DISTINCT_HASH AS SELECT DISTINCT sha256, sha1, md5, crc32 FROM FILE;"
)


def row(n: int, package: int = 1) -> tuple[object, ...]:
    return (f"{n:064X}", f"{n:040X}", f"{n:032X}", "AABBCCDD", f"f{n}.dll", n, package)


def database(folder: Path, schema: str, rows: list[tuple[object, ...]], into: str = "FILE") -> Path:
    path = folder / "RDS.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.executescript(schema)
    if rows:
        marks = ",".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)
    connection.commit()
    connection.close()
    return path


def test_minimal(tmp_path: Path) -> None:
    rows = [row(1), row(1, 2), row(1, 3), row(2), row(1, 4)]
    found = read(database(tmp_path, MINIMAL, rows))
    assert (found.name, found.count) == ("nsrl", 3)
    assert found.digests["sha256"] == {n: f"{v:064x}" for n, v in enumerate((1, 2, 1))}
    assert found.digests["md5"] == {n: f"{v:032x}" for n, v in enumerate((1, 2, 1))}
    assert found.known == []
    assert found.odd == {}
    assert found.listed.about == {
        "version": "2026.09.1",
        "build_set": "modern",
        "release_date": "2026-09-01",
        "description": "Modern, minimal",
    }
    assert found.listed.position == found.listed.size


def test_full_has_its_digests_in_metadata(tmp_path: Path) -> None:
    schema = (
        "CREATE TABLE METADATA (metadata_id INTEGER PRIMARY KEY, path VARCHAR, md5 VARCHAR,"
        " sha1 VARCHAR, sha256 VARCHAR);"
        "CREATE VIEW FILE AS SELECT sha256, sha1, md5, path FROM METADATA;"
    )
    rows = [(n, "p", f"{n:032x}", f"{n:040x}", f"{n:064x}") for n in (1, 2, 3)]
    found = read(database(tmp_path, schema, rows, "METADATA"))
    assert found.digests["sha1"] == {n - 1: f"{n:040x}" for n in (1, 2, 3)}


def test_many_rows_with_gaps_in_their_numbers(tmp_path: Path) -> None:
    count = 2 * BATCH + 77
    path = database(tmp_path, MINIMAL, [row(n) for n in range(count)])
    connection = sqlite3.connect(path)
    connection.execute(f"DELETE FROM FILE WHERE rowid > 50 AND rowid < {count - 20}")
    connection.execute("UPDATE FILE SET rowid = -rowid WHERE rowid < 5")
    connection.execute(f"UPDATE FILE SET rowid = {(1 << 63) - 1} WHERE rowid = 5")
    connection.commit()
    connection.close()
    found = read(path)
    assert found.count == 71
    ids = {int(value, 16) for value in found.digests["sha256"].values()}
    assert ids == {*range(50), *range(count - 21, count)}


def test_many_rows_in_batches(tmp_path: Path) -> None:
    count = 2 * BATCH + 77
    found = read(database(tmp_path, MINIMAL, [row(n) for n in range(count)]))
    assert (found.count, found.batches) == (count, 3)
    assert found.digests["sha1"][count - 1] == f"{count - 1:040x}"


def test_values_that_are_no_digests_are_counted(tmp_path: Path) -> None:
    schema = "CREATE TABLE FILE (sha256, sha1, md5)"
    rows: list[tuple[object, ...]] = [
        ("a" * 64, "b" * 40, "c" * 32),
        ("a" * 63, "b" * 41, "c" * 32),  # as long together as it should be
        (None, None, "d" * 32),
        (1, 2.5, b"\xff" * 32),
        ("e" * 64, "é" * 40, "g" * 32),
        ("a" * 31 + "," + "a" * 32, "f" * 40, "f" * 32),
    ]
    found = read(database(tmp_path, schema, rows))
    assert found.count == 6
    assert found.digests["sha256"] == {0: "a" * 64, 4: "e" * 64}
    assert found.digests["md5"] == {0: "c" * 32, 1: "c" * 32, 2: "d" * 32, 5: "f" * 32}
    assert found.odd == {"bad-digest": (4, [2, 3, 5, 6]), "without-digest": (1, [4])}


def test_cut_short(tmp_path: Path) -> None:
    path = database(tmp_path, MINIMAL, [row(n) for n in range(2000)])
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(ListRefused, match=r"cut short: it should have [\d,]+ bytes"):
        read(path)
    path.write_bytes(data[:60])
    with pytest.raises(ListRefused):
        read(path)


def test_damaged_within(tmp_path: Path) -> None:
    path = database(tmp_path, MINIMAL, [row(n) for n in range(2000)])
    data = bytearray(path.read_bytes())
    for page in range(3 * 4096, len(data), 4096):
        data[page : page + 64] = b"\xff" * 64
    path.write_bytes(data)
    with pytest.raises(ListRefused, match="cannot be read"):
        read(path)


@pytest.mark.parametrize("byte", [b"\xff", b"\xb4", b"\xc2"])
def test_a_damaged_schema(tmp_path: Path, byte: bytes) -> None:
    path = database(tmp_path, MINIMAL, [row(1)])
    data = path.read_bytes()
    assert data.count(b"CREATE TABLE FILE") == 1
    path.write_bytes(data.replace(b"CREATE TABLE FILE", b"CREATE TABLE" + byte + b"FILE"))
    with pytest.raises(ListRefused, match="cannot be read"):
        read(path)


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TABLE messages (id INTEGER, body TEXT)",
        "CREATE TABLE FILE (name TEXT, size INTEGER)",
        # A view that never ends, under the name of the table.
        "CREATE VIEW FILE AS WITH RECURSIVE c(sha256) AS"
        " (SELECT 'a' UNION ALL SELECT sha256 FROM c) SELECT sha256 FROM c",
        # A column that is computed as it is read.
        "CREATE TABLE FILE (a TEXT, md5 TEXT GENERATED ALWAYS AS (hex(zeroblob(900000000))))",
        "CREATE VIRTUAL TABLE FILE USING fts4(md5)",
    ],
)
def test_sqlite_of_another_kind_is_refused(tmp_path: Path, schema: str) -> None:
    path = database(tmp_path, schema, [])
    with pytest.raises(ListRefused, match="found an SQLite database"):
        read(path)
    with pytest.raises(ListRefused, match="an SQLite database; no such table in it"):
        read(path, "nsrl")


def test_a_maze_of_pages_is_refused(tmp_path: Path) -> None:
    """Inner pages that point to the same page a hundred times, ten deep, over one leaf."""
    schema = (
        "PRAGMA page_size = 1024; CREATE TABLE FILE (md5);"
        "CREATE TABLE spare (b BLOB); INSERT INTO spare VALUES (zeroblob(12000))"
    )
    path = database(tmp_path, schema, [(None,)])
    connection = sqlite3.connect(path)
    query = "SELECT rootpage FROM sqlite_schema WHERE name = 'FILE'"
    (root,) = connection.execute(query).fetchone()
    connection.close()
    data = bytearray(path.read_bytes())
    assert len(data) >= 12 * 1024
    leaf = data[(root - 1) * 1024 : root * 1024]
    chain = [root, *(page for page in range(4, 12) if page != root)]
    for page, below in zip(chain, [*chain[1:], 12], strict=True):
        data[(page - 1) * 1024 : page * 1024] = inner_page(below, 100)
    data[11 * 1024 : 12 * 1024] = leaf
    path.write_bytes(data)
    with pytest.raises(ListRefused, match="cannot be read: interrupted"):
        read(path)


def inner_page(below: int, cells: int) -> bytes:
    """An inner page of a table whose every pointer is the same."""
    page = bytearray(1024)
    start = 1024 - 5 * cells
    counts = cells.to_bytes(2, "big") + start.to_bytes(2, "big")
    page[0:12] = b"\x05\0\0" + counts + b"\0" + below.to_bytes(4, "big")
    for cell in range(cells):
        at = start + 5 * cell
        page[12 + 2 * cell : 14 + 2 * cell] = at.to_bytes(2, "big")
        page[at : at + 5] = below.to_bytes(4, "big") + b"\x7f"
    return bytes(page)


def test_no_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ListRefused, match="not one row"):
        read(database(tmp_path, MINIMAL, []))


def test_a_value_of_many_megabytes_is_refused(tmp_path: Path) -> None:
    path = database(tmp_path, "CREATE TABLE FILE (md5)", [("a" * 20_000_000,)])
    with pytest.raises(ListRefused, match="too big"):
        read(path)


def test_the_list_is_not_written_to(tmp_path: Path) -> None:
    path = database(tmp_path, MINIMAL, [row(1)])
    before = path.read_bytes()
    (tmp_path / "RDS.db-wal").write_bytes(b"")
    path.chmod(0o400)
    read(path)
    assert path.read_bytes() == before
    assert sorted(one.name for one in tmp_path.iterdir()) == ["RDS.db", "RDS.db-wal"]
