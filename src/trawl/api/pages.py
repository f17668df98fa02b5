"""The front end's files: one page, its scripts and styles, from the folder ``static``."""

from __future__ import annotations

import secrets
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from trawl.api.deps import COOKIE
from trawl.api.headers import POLICY

NONCE = "__STYLE_NONCE__"
"""What stands in the page where its nonce goes."""
BEARS = "__BEARS_SESSION__"
"""What stands in the page where it is told whether the browser bears a session: one that bears
none need not ask, and the console stays clean."""

_NOT_BUILT = (
    "<!doctype html><title>Trawl</title><p>The front end is not built. In a checkout: make web."
)


def static_folder() -> Path:
    """Where the built front end lies; empty in a checkout that has not built it."""
    return Path(str(resources.files("trawl.api") / "static"))


def install(app: FastAPI) -> None:
    """Serve the page at every address that is no route and no file."""
    folder = static_folder()
    if (folder / "assets").is_dir():
        app.mount("/assets", _Assets(directory=folder / "assets"), name="assets")
    index = folder / "index.html"

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        if path == "api" or path.startswith("api/"):
            raise HTTPException(404, "There is no such route.")
        if path in _beside(folder):
            return Response((folder / path).read_bytes(), media_type=_type_of(path))
        nonce = secrets.token_urlsafe(18)
        text = index.read_text("utf-8") if index.is_file() else _NOT_BUILT
        return HTMLResponse(
            text.replace(NONCE, nonce).replace(BEARS, "yes" if _may_bear(request) else "no"),
            headers={"Content-Security-Policy": POLICY.format(nonce=nonce)},
        )


def _beside(folder: Path) -> frozenset[str]:
    """The files beside the page. What is asked for is no path until it is one of them."""
    return frozenset(one.name for one in folder.glob("*") if one.is_file()) - {"index.html"}


def _may_bear(request: Request) -> bool:
    """Whether the browser bears a session, as far as can be told: who follows a link from another
    site comes without the cookie (``SameSite=Strict``), though the page itself will bear it."""
    return COOKIE in request.cookies or request.headers.get("sec-fetch-site") == "cross-site"


_TYPES = {"svg": "image/svg+xml", "png": "image/png", "ico": "image/x-icon", "txt": "text/plain"}


def _type_of(name: str) -> str:
    return _TYPES.get(name.rpartition(".")[2], "application/octet-stream")


class _Assets(StaticFiles):
    """Files whose names change with what is in them: they may be kept."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        found = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        found.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        found.headers["Content-Security-Policy"] = POLICY.format(nonce="none")
        return found
