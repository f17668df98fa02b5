"""Who follows which case in this process, and the one look at the database for all of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import msgspec
from starlette.concurrency import run_in_threadpool

from trawl.errors import TrawlError
from trawl.review.events import Event, events_after
from trawl.store.database import Database

LOOKS_EVERY_S = 0.5
"""How often the database is asked for what is new, once for all who follow."""

BEATS_EVERY_S = 5.0
"""How often a quiet stream shows that it is there, and is asked whether it still may be."""

ASKS_EVERY_S = 1.0
"""How often one that has something to tell is asked."""

MOST_WAITING = 256
"""Events that wait for a slow reader; one that has more is cut off, and connects again."""


@dataclass(eq=False)
class Follower:
    """One open stream, of events behind ``number``, the last it was handed. ``None`` in
    ``waiting`` ends it."""

    case_id: int
    officer_id: int
    number: int
    waiting: asyncio.Queue[Event | None] = field(
        default_factory=lambda: asyncio.Queue(MOST_WAITING)
    )

    def hand(self, event: Event) -> None:
        """Put an event in line, or end the stream where the line is too long."""
        if event.case_id not in (None, self.case_id) or event.number <= self.number:
            return  # of another, or told already and read again for one who began further back
        self.number = event.number
        if self.waiting.full():
            self.end()
        else:
            self.waiting.put_nowait(event)

    def end(self) -> None:
        """End the stream, whatever waits."""
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Live:
    """All streams of one process. Belongs to one event loop."""

    def __init__(self, database: Database, looks_every_s: float = LOOKS_EVERY_S) -> None:
        self._database = database
        self._looks_every_s = looks_every_s
        self._followers: set[Follower] = set()
        self._number = 0
        self._late: list[int] = []  # where those began who came while the database was read
        self._looking: asyncio.Task[None] | None = None

    def follow(self, case_id: int, officer_id: int, number: int) -> Follower:
        """Begin to follow a case, from the event ``number`` on."""
        follower = Follower(case_id, officer_id, number)
        self._number = min(self._number, number) if self._followers else number
        self._followers.add(follower)
        self._late.append(number)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return follower

    def leave(self, follower: Follower) -> None:
        """Follow no more."""
        self._followers.discard(follower)

    def end_all(self) -> None:
        """The server is being stopped: every stream ends now, not when it is torn off."""
        for one in self._followers:
            one.end()

    async def _look(self) -> None:
        while self._followers:
            await asyncio.sleep(self._looks_every_s)
            cases, self._late = {one.case_id for one in self._followers}, []
            try:
                found = await run_in_threadpool(self._read, self._number, cases)
            except TrawlError:
                continue  # a database that does not answer now may do so the next time
            newest, events = found
            self._number = min([newest, *self._late])
            for event in events:
                for one in self._followers:
                    one.hand(event)

    def _read(self, number: int, case_ids: set[int]) -> tuple[int, list[Event]]:
        with self._database.reader() as view:
            return events_after(view, number, case_ids)


async def stream(
    live: Live, follower: Follower, may_go_on: Callable[[], bool]
) -> AsyncIterator[bytes]:
    """Server-sent events (HTML Standard, section 9.2) for one follower, until they leave, their
    session ends or the case is no longer theirs. ``may_go_on`` is asked in a thread."""
    loop = asyncio.get_running_loop()
    try:
        yield b"retry: 2000\n\n"
        asked_at = loop.time()
        while True:
            try:
                wait = max(asked_at + BEATS_EVERY_S - loop.time(), 0)
                told = await asyncio.wait_for(_next(follower), wait)
            except TimeoutError:
                told = b": here\n\n"
            if not told:
                return
            now, quiet = loop.time(), told.startswith(b":")
            if quiet or now >= asked_at + ASKS_EVERY_S:
                if not await _goes_on(may_go_on):
                    return
                asked_at = loop.time()
            yield told
    finally:
        live.leave(follower)


async def _goes_on(may_go_on: Callable[[], bool]) -> bool:
    """Whether the stream may go on. While the database does not answer nothing is told: a browser
    whose stream is torn off meets an error when it connects again, and then gives up."""
    while True:
        try:
            return await run_in_threadpool(may_go_on)
        except TrawlError:
            await asyncio.sleep(BEATS_EVERY_S)


async def _next(follower: Follower) -> bytes:
    """What is to be told next; empty where the stream ends."""
    event = await follower.waiting.get()
    return b"" if event is None else encoded(event, follower.officer_id)


def encoded(event: Event, officer_id: int) -> bytes:
    """One event as it goes over the wire to one officer."""
    data = msgspec.json.encode(event.told(officer_id)).decode()
    return f"event: {event.kind}\nid: {event.number}\ndata: {data}\n\n".encode()
