"""What the server holds while it runs, and how a route gets at it."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from trawl.settings import Settings
from trawl.store.database import Database
from trawl.workspace import Workspace


@dataclass(slots=True)
class State:
    """One opened workspace. ``rooms`` holds what single routers keep between requests, by name,
    put there under the ``lock``; whatever has a ``close`` is closed with the server."""

    workspace: Workspace
    settings: Settings
    database: Database
    rooms: dict[str, object] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def close(self) -> None:
        """Let go of everything that was opened."""
        for room in self.rooms.values():
            close = getattr(room, "close", None)
            if close is not None:
                close()
        self.rooms.clear()


def state_of(request: Request) -> State:
    """The server's state."""
    return cast(State, request.app.state.trawl)


Held = Annotated[State, Depends(state_of)]
"""A route's parameter: the server's state."""
