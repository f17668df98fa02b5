"""What the routes of signing in share: the door, turns at hashing, the cookie."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, TypeVar, cast

import anyio
import anyio.to_thread
from fastapi import Depends, Request, Response

from trawl.api.deps import COOKIE
from trawl.api.state import Held
from trawl.errors import TooMany
from trawl.signin.attempting import Step
from trawl.signin.door import At, Door

T = TypeVar("T")

MOST_WAITING = 64
"""Sign-ins that wait for their turn; one more is sent away."""

LONGEST_ADDRESS = 64
"""Of an address, as it is kept: an IPv6 one with its zone is shorter."""


@dataclass(slots=True)
class Doorway:
    """The door of the workspace. Each password that is hashed takes 64 MiB and a core for a
    moment: few at once, off the event loop, and not in the threads of other routes."""

    door: Door
    _turns: anyio.CapacityLimiter = field(
        default_factory=lambda: anyio.CapacityLimiter(max(2, len(os.sched_getaffinity(0)) // 2))
    )

    async def in_turn(self, work: Callable[[], T]) -> T:
        """What ``work`` returns, run in a thread when its turn comes. Raises TooMany when too
        many wait already."""
        if self._turns.statistics().tasks_waiting >= MOST_WAITING:
            raise TooMany("too many sign in at this moment", wait_s=5, hint="Try again soon.")
        return await anyio.to_thread.run_sync(work, limiter=self._turns)


async def doorway(held: Held) -> Doorway:
    """The doorway, made at its first use."""
    if "doorway" not in held.rooms:
        held.rooms["doorway"] = Doorway(Door.of(held.workspace, held.settings))
    return cast(Doorway, held.rooms["doorway"])


AtDoor = Annotated[Doorway, Depends(doorway)]
"""A route's parameter: the doorway."""


def place(request: Request) -> At:
    """Where a request comes from, and what its browser takes this server for."""
    # What a proxy says it is: whoever sits at this machine may say anything.
    address = request.client.host[:LONGEST_ADDRESS] if request.client else "?"
    url = request.url
    return At(address, url.hostname or "", f"{url.scheme}://{url.netloc}")


Here = Annotated[At, Depends(place)]
"""A route's parameter: where the request comes from."""


def give_cookie(request: Request, response: Response, step: Step) -> None:
    """The browser bears the new session from now on, until it is closed."""
    response.set_cookie(
        COOKIE,
        step.begun.token,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )


def token_of(request: Request) -> str:
    """The token the browser bears, if any."""
    return request.cookies.get(COOKIE, "")
