"""How large a request may be: whatever is sent is read into memory before anybody is asked."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from trawl.api.errors import answer

LARGEST = 1 << 20
"""Bytes of a request's body. The largest there is, a grade on 100,000 media, takes 0.8 million."""

_TOO_LARGE = "The request is too large."


class BodyLimit:
    """Answers a body over the limit with 413: at once where its length is told, else as soon as
    so much has come."""

    def __init__(self, app: ASGIApp, largest: int = LARGEST) -> None:
        self._app, self._largest = app, largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is small enough."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and (len(told) > 18 or int(told) > self._largest):
            refusal: ASGIApp = answer(413, "bad-request", _TOO_LARGE)
            await refusal(scope, receive, send)
            return
        came = 0

        async def counted() -> Message:
            nonlocal came
            message = await receive()
            came += len(message.get("body", b""))
            if came > self._largest:
                raise HTTPException(413, _TOO_LARGE)
            return message

        await self._app(scope, counted, send)
