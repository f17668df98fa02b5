"""The audit chain: how one row is bound to the one before it."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import msgspec

GENESIS = bytes(32)
"""What stands before the first row."""

Scalar = str | int | float | bool | None


class AuditRow(NamedTuple):
    """One act, as it is hashed, in the order of the columns of the table."""

    sequence: int
    at_us: int
    officer_id: int
    officer_name: str
    act: str
    case_id: int | None
    subject: str
    detail: str


_detail_encoder = msgspec.json.Encoder(order="sorted")
_row_encoder = msgspec.json.Encoder()


def canonical_detail(detail: dict[str, Scalar]) -> str:
    """The detail as text: JSON, keys sorted, no spaces, UTF-8 unescaped."""
    return _detail_encoder.encode(detail).decode()


def link(row: AuditRow, previous: bytes) -> bytes:
    """SHA-256 over the row's columns as a JSON array, followed by the previous row's hash.

    The JSON is what ``json.dumps(list(row), ensure_ascii=False, separators=(",", ":"))`` gives,
    so that anyone can check the chain without this program.
    """
    return hashlib.sha256(_row_encoder.encode(row) + previous).digest()
