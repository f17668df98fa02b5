from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict

import pytest
from pyarrow import parquet
from store_samples import Bench, logged

from trawl.store.log import LogRow, stream
from trawl.store.log_export import FIELDS, ExportFormat, export

NAMES = ['=HYPERLINK("http://x")', "a,b;c.jpg", 'quo"te', "smörgås.jpg", "-1+1", "plain.jpg"]


@pytest.fixture
def rows(bench_on_sqlite: Bench) -> list[LogRow]:
    bench_on_sqlite.write([logged(name) for name in NAMES])
    with bench_on_sqlite.database.reader() as reader:
        return [row for batch in stream(reader, bench_on_sqlite.case.id) for row in batch]


def written(rows: list[LogRow], kind: ExportFormat) -> bytes:
    out = io.BytesIO()
    assert export([rows[:4], rows[4:]], kind, out) == len(rows)
    return out.getvalue()


def test_csv_holds_every_value_unchanged(rows: list[LogRow]) -> None:
    data = written(rows, ExportFormat.CSV)
    assert data.count(b"\r\n") == len(rows) + 1
    found = list(csv.DictReader(io.StringIO(data.decode(), newline="")))
    assert tuple(found[0]) == FIELDS
    assert [row["path"] for row in found] == NAMES
    assert found[0]["size"] == "1000"
    assert found[0]["sha256"] == rows[0].sha256
    assert found[0]["deleted"] == "false"
    assert (found[0]["lock"], found[0]["latitude"]) == ("", "")


def test_csv_quotes_texts_and_only_them(rows: list[LogRow]) -> None:
    line = written(rows, ExportFormat.CSV).decode().split("\r\n")[1]
    assert '"S/1","=HYPERLINK(""http://x"")","file","logged",,1000,1600000000000000,,' in line


def test_jsonl_is_one_object_a_line(rows: list[LogRow]) -> None:
    lines = written(rows, ExportFormat.JSONL).decode().splitlines()
    assert [json.loads(line) for line in lines] == [asdict(row) for row in rows]


def test_parquet_holds_every_value_with_its_type(rows: list[LogRow]) -> None:
    table = parquet.read_table(io.BytesIO(written(rows, ExportFormat.PARQUET)))
    assert table.to_pylist() == [asdict(row) for row in rows]
    types = {field.name: str(field.type) for field in table.schema}
    assert (types["size"], types["latitude"], types["deleted"], types["path"]) == (
        "int64", "double", "bool", "string",
    )  # fmt: skip


@pytest.mark.parametrize("kind", ExportFormat)
def test_an_empty_log_is_a_file_all_the_same(kind: ExportFormat) -> None:
    out = io.BytesIO()
    assert export([], kind, out) == 0
    if kind is ExportFormat.PARQUET:
        assert parquet.read_table(out).num_rows == 0
    assert not out.closed
