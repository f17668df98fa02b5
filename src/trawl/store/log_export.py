"""The log as a file: CSV, JSON lines or Parquet, in bounded memory.

All three have the fields of ``LogRow`` under the same names. CSV is as RFC 4180 has it, UTF-8,
every text in quotes, nothing for a value that is not there. Texts are what the seized thing
holds, unchanged: one that begins with ``=``, ``+``, ``-`` or ``@`` is a formula to a spreadsheet,
so import the file with its columns declared as text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from enum import StrEnum
from operator import attrgetter
from typing import BinaryIO, get_type_hints

import msgspec

from trawl.store.log_rows import LogRow

FIELDS = tuple(each.name for each in fields(LogRow))
ROW_GROUP = 65_536

_values = attrgetter(*FIELDS)

Batches = Iterable[Sequence[LogRow]]


class ExportFormat(StrEnum):
    """What the log can be written as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


def export(rows: Batches, kind: ExportFormat, out: BinaryIO) -> int:
    """Write all rows to ``out``, which is not closed. Returns how many there were."""
    writers: dict[ExportFormat, Callable[[Batches, BinaryIO], int]] = {
        ExportFormat.CSV: write_csv,
        ExportFormat.JSONL: write_jsonl,
        ExportFormat.PARQUET: write_parquet,
    }
    return writers[kind](rows, out)


def write_csv(rows: Batches, out: BinaryIO) -> int:
    """A header line, then one line a row, ended by CR LF."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(FIELDS)
    written = 0
    for batch in rows:
        writer.writerows(map(_csv_values, batch))
        written += len(batch)
    text.flush()
    text.detach()
    return written


class _Nothing(float):
    """Written without quotes, unlike an empty text."""

    def __repr__(self) -> str:
        return ""


_NOTHING = _Nothing()
_CSV_WORDS = {True: "true", False: "false", None: _NOTHING}


def _csv_values(row: LogRow) -> list[object]:
    return [
        _CSV_WORDS[value] if value is None or value is True or value is False else value
        for value in _values(row)
    ]


def write_jsonl(rows: Batches, out: BinaryIO) -> int:
    """One JSON object a line."""
    encoder = msgspec.json.Encoder()
    written = 0
    for batch in rows:
        out.write(encoder.encode_lines(batch))
        written += len(batch)
    return written


def write_parquet(rows: Batches, out: BinaryIO) -> int:
    """Zstandard, row groups of about ``ROW_GROUP`` rows."""
    # Slow to import, and only needed here.
    import pyarrow as pa  # type: ignore[import-untyped]
    from pyarrow import parquet

    schema = pa.schema([pa.field(name, kind) for name, kind in _arrow_types().items()])
    written = 0
    with parquet.ParquetWriter(out, schema, compression="zstd") as writer:
        waiting: list[pa.RecordBatch] = []
        for batch in rows:
            columns = list(zip(*map(_values, batch), strict=True))
            waiting.append(
                pa.record_batch(
                    [
                        pa.array(column, field.type)
                        for column, field in zip(columns, schema, strict=True)
                    ],
                    schema=schema,
                )
            )
            written += len(batch)
            if sum(len(each) for each in waiting) >= ROW_GROUP:
                writer.write_table(pa.Table.from_batches(waiting))
                waiting.clear()
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))
    return written


def _arrow_types() -> dict[str, str]:
    """The Arrow type of each field, by its annotation."""
    names = {str: "string", int: "int64", float: "float64", bool: "bool"}
    found = {}
    for name, hint in get_type_hints(LogRow).items():
        parts = [part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)]
        found[name] = names[parts[0]]
    return found
