"""Errors as answers: a status, a kind, one plain sentence, and what to do.

Every refusal of an officer who is signed in is audited, with the route that was asked for and
the reason. What is not there and what is not for this officer are told apart nowhere.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from trawl.api.headers import ALWAYS, CLOSED
from trawl.api.state import state_of
from trawl.errors import (
    AccessRefused,
    AlreadyExists,
    BeingPrepared,
    BreakDue,
    Conflict,
    DatabaseAway,
    NotFound,
    NotShown,
    NotSignedIn,
    TooMany,
    TrawlError,
    ViewGone,
    WorkspaceBusy,
)
from trawl.model.access import Act, Officer
from trawl.store.chain import Scalar

KINDS: Sequence[tuple[type[TrawlError], int, str]] = (
    (NotSignedIn, 401, "not-signed-in"),
    (AccessRefused, 403, "refused"),
    (BreakDue, 403, "break-due"),
    (NotShown, 403, "not-shown"),
    (ViewGone, 404, "view-gone"),
    (NotFound, 404, "not-found"),
    (AlreadyExists, 409, "conflict"),
    (Conflict, 409, "conflict"),
    (TooMany, 429, "too-many"),
    (BeingPrepared, 503, "preparing"),
    (WorkspaceBusy, 503, "busy"),
    (DatabaseAway, 503, "busy"),
    (TrawlError, 422, "failed"),
)
"""Status and kind of each error; the first that fits."""

REFUSALS = (AccessRefused, BreakDue, NotShown, NotFound)
"""What is audited as refused."""

_FAULT = "Try again. If it stays so, tell whoever runs the server: its output says what happened."

_LOG = logging.getLogger("uvicorn.error")  # what whoever runs the server reads
_AWAY = "The database does not answer. Nothing of this act was kept."
_AWAY_HINT = "Try again in a moment. If it stays so, tell whoever runs the server."

_OF_STATUS = {404: "not-found", 405: "bad-request", 413: "bad-request"}


def install(app: FastAPI) -> None:
    """Answer every error in the one shape."""
    app.add_exception_handler(TrawlError, _trawl_error)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected)


def answer(status: int, kind: str, message: str, hint: str | None = None, **more: Any) -> Any:
    """An error's answer."""
    told = {"kind": kind, "message": message, "hint": hint, **more}
    return JSONResponse({"error": told}, status, headers={"Cache-Control": "no-store"})


def answer_of(error: TrawlError) -> Any:
    """The answer to an error raised on purpose."""
    status, kind = next((s, k) for of, s, k in KINDS if isinstance(error, of))
    more: dict[str, Any] = {}
    if isinstance(error, DatabaseAway):  # where it lies and as whom we go there is not for all
        _LOG.error("%s", error)
        return answer(status, kind, _AWAY, _AWAY_HINT)
    if isinstance(error, BreakDue):
        more = {"until_us": error.until_us, "reason": error.reason}
    elif isinstance(error, BeingPrepared):
        more = {"done": error.done, "total": error.total, "left_s": error.left_s}
    elif isinstance(error, TooMany):
        more = {"wait_s": error.wait_s}
    return answer(status, kind, str(error), error.hint, **more)


async def _trawl_error(request: Request, error: Exception) -> Any:
    assert isinstance(error, TrawlError)
    officer: Officer | None = getattr(request.state, "officer", None)
    if isinstance(error, REFUSALS) and officer is not None:
        try:
            await run_in_threadpool(_audit_refusal, request, officer, error)
        except TrawlError as unwritten:  # no refusal without its row: it is asked for again
            return answer_of(unwritten)
    return answer_of(error)


def _audit_refusal(request: Request, officer: Officer, error: TrawlError) -> None:
    """One row for one refusal. The path is the route's pattern with the numbers asked for, never
    the query: words sought for are not for the trace."""
    route = request.scope.get("route")
    pattern = getattr(route, "path", "?")
    detail: dict[str, Scalar] = {
        "method": request.method,
        "route": pattern,
        "kind": type(error).__name__,
        "reason": str(error)[:200],
    }
    for name, value in request.path_params.items():
        detail[name] = str(value)[:80]
    with state_of(request).database.session(officer) as session:
        session.audit(Act.REFUSED, case_id=None, subject=pattern, detail=detail)


async def _bad_request(_: Request, error: Exception) -> Any:
    assert isinstance(error, RequestValidationError)
    fields = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": one["msg"]}
        for one in error.errors()
    ]
    said = "; ".join(f"{one['where']}: {one['message']}" for one in fields[:3])
    return answer(422, "bad-request", f"The request does not fit: {said}.", fields=fields)


async def _http_error(_: Request, error: Exception) -> Any:
    assert isinstance(error, HTTPException)
    kind = _OF_STATUS.get(error.status_code, "bad-request")
    return answer(error.status_code, kind, str(error.detail))


async def _unexpected(_: Request, __: Exception) -> Any:
    """A fault in Trawl: what it was goes to the server's own output, never to a browser. This
    answer passes no middleware, so it brings its headers."""
    found = answer(500, "failed", "The server met a fault of its own, and did not do this.", _FAULT)
    found.headers.update(ALWAYS | CLOSED)
    return found
