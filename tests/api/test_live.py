"""Who follows a case hears of it, and stops hearing when the case is no longer theirs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.review.grading.grading_room import Room

from trawl.api import live as api_live
from trawl.api.events import told_last
from trawl.api.live import MOST_WAITING, Follower, Live, stream
from trawl.errors import DatabaseAway, WorkspaceBusy
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


def test_a_stream_outlasts_a_database_that_is_away(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api_live, "BEATS_EVERY_S", 0.01)

    async def follow() -> list[bytes]:
        answers = [DatabaseAway("away"), WorkspaceBusy("busy"), None]

        def may() -> bool:
            found = answers.pop(0)
            if found is not None:
                raise found
            return True

        live = Live(room.database, looks_every_s=0.01)
        lines = stream(live, live.follow(room.case_id, 1, 0), may)
        async with asyncio.timeout(20):
            return [await anext(lines), await anext(lines)]

    assert len(asyncio.run(follow())) == 2


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
        for number in range(MOST_WAITING + 1):
            follower.hand(Event(1 + number, EventKind.ACT, 1, 2, "Ada Bell", (3,), False, 4))
        return follower.waiting.get_nowait()

    assert asyncio.run(overflow()) is None


def numbers(told: list[bytes]) -> list[int]:
    return [int(one.decode().split("id: ")[1].split("\n")[0]) for one in told]


def test_who_connects_again_is_told_what_happened_between_and_others_nothing_twice(
    room: Room,
) -> None:
    async def follow() -> tuple[list[int], list[int]]:
        live, me, other = Live(room.database, looks_every_s=0.01), *room.officers[1:3]
        first = follow_case(room.database, other, room.case_id)
        steady = stream(live, live.follow(room.case_id, other.id, first), lambda: True)
        one = _first(steady, 2)
        room.grade(0, room.media[:1], "A")
        async with asyncio.timeout(20):
            seen = [await anext(one)]
            again = live.follow(room.case_id, me.id, told_last(str(first), first + 99))
            caught = [line async for line in _first(stream(live, again, lambda: True), 1)]
            room.grade(0, room.media[1:2], "A")
            seen.append(await anext(one))
        return numbers(seen), numbers(caught)

    seen, caught = asyncio.run(follow())
    assert seen[0] == caught[0] < seen[1]


@pytest.mark.parametrize("said", ["", "x", "-1", "9" * 30, "\u0663", "1.5", "500"])
def test_what_is_no_number_of_an_event_begins_with_the_newest(said: str) -> None:
    assert told_last(said, 77) == 77


def test_who_comes_while_the_database_is_read_misses_nothing(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look under way knows nothing of their case, and yet goes past what happens in it."""

    async def follow() -> list[str]:
        live = Live(room.database, looks_every_s=0.01)
        loop, reading, go_on = asyncio.get_running_loop(), asyncio.Event(), threading.Event()

        def held(number: int, case_ids: set[int]) -> object:
            if room.case_id not in case_ids:
                loop.call_soon_threadsafe(reading.set)
                go_on.wait(20)
            return live_read(number, case_ids)

        live_read = live._read
        monkeypatch.setattr(live, "_read", held)
        elsewhere = live.follow(room.case_id + 1, 1, 0)
        async with asyncio.timeout(20):
            await reading.wait()
            number = follow_case(room.database, room.officers[1], room.case_id)
            mine = live.follow(room.case_id, room.officers[1].id, number)
            room.grade(0, room.media[:1], "A")
            go_on.set()
            found = await heard(stream(live, mine, lambda: True), 1)
        live.leave(elsewhere)
        return found

    assert asyncio.run(follow()) == ["event: act"]
