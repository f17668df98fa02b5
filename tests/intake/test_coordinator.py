"""The order of work, with workers that answer as the test wants."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from made import OPENED, ROOT, container, entries, logged

from trawl.errors import StoreError
from trawl.intake import coordinator
from trawl.intake.ahead import Ahead
from trawl.intake.coordinator import Coordinator
from trawl.intake.marker import DECODING, READING, Mark
from trawl.intake.plan import Folders, Plan, Run
from trawl.intake.pool import Death
from trawl.intake.progress import Meter
from trawl.intake.protocol import (
    Fetch,
    Fetched,
    Listed,
    ListEnd,
    ListSource,
    MemberDone,
    NoRoom,
    ToCoordinator,
    ToWorker,
    Work,
    WorkEnd,
)
from trawl.model.intake import Container, Logged

Event = tuple[int, ToCoordinator] | Death


@dataclass
class FakePool:
    """Answers everything at once, but for what ``slow`` holds back while there is other work."""

    members: int = 3
    slow: Callable[[ToWorker], bool] = lambda message: False
    fails: Callable[[int, ToWorker], Death | NoRoom | None] = lambda worker, message: None
    workers: tuple[int, ...] = (0, 1)
    confinement: tuple[str, ...] = ()
    content: bytes = b""
    idle: int = 0
    waiting: deque[tuple[int, ToWorker]] = field(default_factory=deque)
    works: list[Work] = field(default_factory=list)

    def send(self, worker: int, message: ToWorker) -> None:
        self.waiting.append((worker, message))

    def poll(self, seconds: float) -> Iterator[Event]:
        self.idle = 0 if self.waiting else self.idle + 1
        assert self.idle < 50, "nothing is handed out, and nothing is finished"
        if not self.waiting:
            return
        held = [each for each in self.waiting if self.slow(each[1])]
        quick = [each for each in self.waiting if not self.slow(each[1])]
        worker, message = (quick or held)[0]
        self.waiting.remove((worker, message))
        failure = self.fails(worker, message)
        if isinstance(failure, NoRoom):
            yield worker, failure
        elif failure is not None:
            self.waiting = deque(each for each in self.waiting if each[0] != worker)
            yield failure
        else:
            yield from ((worker, said) for said in self.answer(message))

    def answer(self, message: ToWorker) -> Iterator[ToCoordinator]:
        if isinstance(message, Fetch):
            yield Fetched(job=message.job, path=self.content or message.target)
        elif isinstance(message, ListSource):
            yield Listed(job=message.job, entries=entries(self.members))
            yield ListEnd(job=message.job)
        elif isinstance(message, Work):
            self.works.append(message)
            for at, entry in message.entries.items():
                yield MemberDone(job=message.job, index=at, logged=logged(entry, b"%d" % at))
            yield WorkEnd(job=message.job)


@dataclass
class FakeLog:
    """Takes what is written, in order; the root brings some zips."""

    zips: int = 0
    written: list[tuple[int, int]] = field(default_factory=list)

    def known(self, sha256s: Sequence[bytes]) -> set[bytes]:
        return set()

    def slice(self, run: Run, first: int, rows: Sequence[Logged]) -> tuple[Container, ...]:
        number = run.container.number
        brought = self.zips if not self.written else 0
        self.written.append((number, first))
        return tuple(container(each + 1) for each in range(brought))

    def nothing_inside(self, run: Run) -> None:
        self.written.append((run.container.number, -1))


def coordinate(folder: Path, pool: FakePool, log: FakeLog, files: int = 1) -> bool:
    folders = Folders(folder / "journal", folder / "scratch")
    folders.journal.mkdir()
    folders.scratch.mkdir()
    plan = Plan(folders, OPENED, files, 1 << 30, {}, 16)
    plan.add(ROOT)
    rounds = iter(range(5000))
    arguments: Any = (plan, log, pool, Ahead(folders.scratch), Meter())
    return Coordinator(*arguments, lambda at: None, lambda: next(rounds) > 4000).run()


def test_the_log_is_in_order_whatever_comes_first(tmp_path: Path) -> None:
    log = FakeLog(zips=3)
    pool = FakePool(slow=lambda message: getattr(message, "job", 0) % 2 == 0)
    assert coordinate(tmp_path, pool, log)
    assert log.written == [(number, first) for number in range(4) for first in range(3)]


def test_what_is_ahead_never_keeps_what_is_next_from_going_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first zip is slow to be had; those behind it have more slices than may wait."""
    monkeypatch.setattr(coordinator, "AHEAD_SLICES", 4)
    log = FakeLog(zips=3)
    pool = FakePool(members=20)
    pool.slow = lambda message: isinstance(message, Fetch) and message.entry.path == b"haul/1.zip"
    assert coordinate(tmp_path, pool, log)
    assert log.written == [(number, first) for number in range(4) for first in range(20)]


def crash(worker: int, message: Work, at: int, stage: int, **how: Any) -> Death:
    values = {"cause": "crashed", "hung": False, "outside": False} | how
    return Death(worker=worker, mark=Mark(message.job, at, stage, 1), **values)


@pytest.mark.parametrize(
    ("how", "times"), [({}, 2), ({"hung": True}, 1), ({"outside": True}, 5)], ids=str
)
def test_a_member_is_spared_after_what_it_has_cost(
    tmp_path: Path, how: dict[str, bool], times: int
) -> None:
    def fails(worker: int, message: ToWorker) -> Death | None:
        guilty = isinstance(message, Work) and 2 in message.entries and not message.spared
        return crash(worker, message, 2, DECODING, **how) if guilty else None  # type: ignore[arg-type]

    deaths: list[Death] = []
    pool = FakePool(members=4)
    pool.fails = lambda worker, message: (
        deaths.append(found) or found if (found := fails(worker, message)) else None
    )
    log = FakeLog()
    assert coordinate(tmp_path, pool, log, files=4)
    assert len(deaths) == times
    assert pool.works[-1].spared == {2: "decoding it crashed"}
    assert log.written == [(0, 0)]


def test_one_that_crashes_even_when_spared_is_shunned(tmp_path: Path) -> None:
    def fails(worker: int, message: ToWorker) -> Death | None:
        if isinstance(message, Work) and not message.shunned:
            return crash(worker, message, 1, DECODING if not message.spared else READING)
        return None

    pool, log = FakePool(members=3, fails=fails), FakeLog()
    assert coordinate(tmp_path, pool, log, files=3)
    assert pool.works[-1].shunned == {1: "reading it crashed"}


def test_a_listing_that_crashes_fails_its_container_alone(tmp_path: Path) -> None:
    def fails(worker: int, message: ToWorker) -> Death | None:
        if isinstance(message, ListSource) and b"00000001" in message.source.scratch:
            return Death(worker, Mark(message.job, -1, READING, 1), "crashed", False, False)
        return None

    log = FakeLog(zips=2)
    assert coordinate(tmp_path, FakePool(fails=fails), log)
    assert (1, -1) in log.written
    assert (2, 2) in log.written


def test_no_room_stops_with_a_sentence(tmp_path: Path) -> None:
    pool = FakePool(
        fails=lambda worker, message: NoRoom(reason="full") if isinstance(message, Work) else None
    )
    with pytest.raises(StoreError, match="no room left") as error:
        coordinate(tmp_path, pool, FakeLog())
    assert "goes on where it stopped" in str(error.value.hint)


@pytest.mark.parametrize("path", [b"/etc/passwd", b"/haul/../etc/passwd", b"/haulage/a"])
def test_a_worker_cannot_name_a_file_outside_the_exhibit(tmp_path: Path, path: bytes) -> None:
    log = FakeLog(zips=1)
    assert coordinate(tmp_path, FakePool(content=path), log)
    assert log.written[-1] == (1, -1)


def test_a_file_of_the_exhibit_is_read_where_it_lies(tmp_path: Path) -> None:
    log = FakeLog(zips=1)
    assert coordinate(tmp_path, FakePool(content=b"/haul/1.zip"), log)
    assert log.written[-1] == (1, 2)
