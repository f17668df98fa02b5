"""Who follows a case hears of it, and stops hearing when the case is no longer theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.review.grading.grading_room import Room

from trawl.api import live as api_live
from trawl.api.live import MOST_WAITING, Follower, Live, stream
from trawl.review.events import Event, EventKind, follow_case
from trawl.store.database import Database


@pytest.fixture
def room(sqlite_template: Path, tmp_path: Path) -> Room:
    path = tmp_path / "trawl.db"
    path.write_bytes(sqlite_template.read_bytes())
    return Room.open(Database.open(f"sqlite:///{path}"), tmp_path / "packs")


async def heard(lines: AsyncIterator[bytes], wanted: int) -> list[str]:
    """The first events of a stream, without what only shows that it is there."""
    found = [line.decode() async for line in _first(lines, wanted)]
    return [line.split("\n")[0] for line in found]


async def _first(lines: AsyncIterator[bytes], wanted: int) -> AsyncIterator[bytes]:
    async for line in lines:
        if line.startswith(b"event: "):
            yield line
            wanted -= 1
        if not wanted:
            return


def test_all_who_follow_hear_of_an_act_of_another_process(room: Room) -> None:
    async def follow() -> list[list[str]]:
        live = Live(room.database, looks_every_s=0.01)
        streams = []
        for officer in room.officers:
            number = follow_case(room.database, officer, room.case_id)
            follower = live.follow(room.case_id, officer.id, number)
            streams.append(stream(live, follower, lambda: True))
        elsewhere = stream(live, live.follow(room.case_id + 1, 1, 0), lambda: True)
        assert await anext(elsewhere) == b"retry: 2000\n\n"
        room.grade(0, room.media[:2], "A")
        async with asyncio.timeout(20):
            return [await heard(one, 1) for one in streams]

    assert asyncio.run(follow()) == [["event: act"]] * 4


def test_a_stream_ends_with_the_right_to_it(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_live, "BEATS_EVERY_S", 0.01)

    async def follow() -> list[bytes]:
        may = [True, True, False]
        live = Live(room.database, looks_every_s=0.01)
        follower = live.follow(room.case_id, 1, 0)
        async with asyncio.timeout(20):
            told = [line async for line in stream(live, follower, lambda: may.pop(0))]
        assert may == []
        return told

    quiet = [line for line in asyncio.run(follow()) if not line.startswith(b"event")]
    assert quiet == [b"retry: 2000\n\n", b": here\n\n", b": here\n\n"]


def test_who_may_no_more_hears_of_nothing_that_comes_after(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_live, "ASKS_EVERY_S", 0.0)

    async def follow() -> list[bytes]:
        live = Live(room.database, looks_every_s=0.01)
        number = follow_case(room.database, room.officers[1], room.case_id)
        follower = live.follow(room.case_id, room.officers[1].id, number)
        room.grade(0, room.media[:1], "A")
        async with asyncio.timeout(20):
            return [line async for line in stream(live, follower, lambda: False)]

    assert asyncio.run(follow()) == [b"retry: 2000\n\n"]


def test_who_does_not_read_is_cut_off() -> None:
    async def overflow() -> Event | None:
        follower = Follower(1, 1, 0)
        event = Event(1, EventKind.ACT, 1, 2, "Ada Bell", (3,), False, 4)
        for _ in range(MOST_WAITING + 1):
            follower.hand(event)
        return follower.waiting.get_nowait()

    assert asyncio.run(overflow()) is None
