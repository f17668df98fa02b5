"""The application: every router, the errors, the headers, the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from trawl import __version__
from trawl.api import errors, pages
from trawl.api.error_shapes import ERRORS
from trawl.api.headers import Headers
from trawl.api.limits import BodyLimit
from trawl.api.routers import ROUTERS
from trawl.api.state import State


def create_app(state: State) -> FastAPI:
    """The server over one opened workspace. Closes the state when it stops."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        state.close()

    app = FastAPI(
        title="Trawl",
        version=__version__,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
        openapi_url=None,  # the contract is in the project, not for whoever asks
        lifespan=lifespan,
    )
    app.state.trawl = state
    api = APIRouter(prefix="/api", responses=ERRORS)
    for router in ROUTERS:
        api.include_router(router)
    app.include_router(api)
    errors.install(app)
    pages.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(Headers)
    return app
