"""The one shape of every error, for the contract."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class FieldWrong(BaseModel):
    """What of a request does not fit, and why."""

    where: str
    message: str


class ErrorTold(BaseModel):
    """``kind`` is for programs, ``message`` one plain sentence for an officer, ``hint`` what to do.
    Of a break: ``until_us`` and ``reason``; of too many attempts: ``wait_s``; of a case that is
    being prepared: ``done`` of ``total`` media, ``left_s``; of a request that does not fit:
    ``fields``."""

    kind: str
    message: str
    hint: str | None
    until_us: int | None = None
    reason: str | None = None
    wait_s: float | None = None
    done: int | None = None
    total: int | None = None
    left_s: float | None = None
    fields: list[FieldWrong] | None = None


class ErrorAnswer(BaseModel):
    """An error."""

    error: ErrorTold


ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorAnswer, "description": "It was not done; the answer says why."},
    503: {"model": ErrorAnswer, "description": "Something else is being done; ask again."},
}
"""What every route may answer beside what it is for."""
