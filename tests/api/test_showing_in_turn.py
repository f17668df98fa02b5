"""Whatever is slow to be shown keeps nobody from anything else."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from unit_served import Desk, Unit, fresh_sqlite, served

from trawl.api import media, showing
from trawl.errors import PassFailed
from trawl.model.access import Act, Role

THREADS = 40
"""Those that a server has for its routes (anyio)."""


@pytest.fixture
def unit(sqlite_template: Path, tmp_path: Path) -> Iterator[Unit]:
    with served(fresh_sqlite(sqlite_template, tmp_path), tmp_path) as made:
        yield made


class Slow:
    """Shows nothing until it is let go."""

    def __init__(self) -> None:
        self.free, self.at_work = threading.Event(), 0

    def segment(self, *_: object, **__: object) -> None:
        self.at_work += 1
        self.free.wait(30)
        raise PassFailed("it was slow")


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    made = Slow()
    monkeypatch.setattr(media, "originals", lambda held: made)
    yield made
    made.free.set()


def ask(desk: Desk, path: str) -> Any:
    headers = {"cookie": f"trawl_session={desk.token}"}
    return desk.unit.client.get(f"/api{path}", headers=headers).status_code


def asked(pool: ThreadPoolExecutor, desk: Desk, number: int) -> list[Future[int]]:
    path = f"/cases/{desk.unit.case_id}/media/{desk.unit.media['film']}/segment"
    return [pool.submit(ask, desk, path) for _ in range(number)]


def test_slow_videos_of_many_keep_nobody_waiting(unit: Unit, slow: Slow) -> None:
    grader = unit.desk(Role.GRADER)
    with ThreadPoolExecutor(THREADS + 10) as pool:
        waiting = asked(pool, grader, THREADS + 8)
        while slow.at_work < showing.MOST_AT_ONCE:
            time.sleep(0.01)
        for path in ("/session", "/talk", "/welfare"):
            assert pool.submit(ask, grader, path).result(10) == 200
        assert slow.at_work == showing.MOST_AT_ONCE
        slow.free.set()
        assert {one.result() for one in waiting} == {422}


def test_who_comes_when_too_many_wait_is_sent_away(
    unit: Unit, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(showing, "MOST_WAITING", 2)
    grader = unit.desk(Role.GRADER)
    with ThreadPoolExecutor(THREADS) as pool:
        waiting = asked(pool, grader, showing.MOST_AT_ONCE + 3)
        while not any(one.done() for one in waiting):
            time.sleep(0.01)
        slow.free.set()
        found = [one.result() for one in waiting]
    assert sorted(set(found)) == [422, 503]


def test_who_has_gone_on_has_not_looked(
    unit: Unit, slow: Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(_: object) -> bool:
        return True

    grader = unit.desk(Role.GRADER)
    monkeypatch.setattr("starlette.requests.Request.is_disconnected", gone)
    before = unit.audit_head()
    assert ask(grader, f"/cases/{unit.case_id}/media/{unit.media['film']}/segment") == 503
    assert Act.MEDIA_SHOW not in [audit.act for audit, _ in unit.audited(before)]
    assert slow.at_work == 0
