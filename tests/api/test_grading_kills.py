"""Killed at any moment while four officers grade: every grade that was acknowledged is there,
none is there twice."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import func, select
from tests.review.grading.grading_room import Room

from trawl.api.deps import COOKIE
from trawl.custody.keys import make_key
from trawl.model.access import Act
from trawl.settings import FILE_NAME, settings_file
from trawl.store.audit import verify
from trawl.store.credentials import set_password
from trawl.store.database import Database
from trawl.store.grading_acts import in_force, votes_on
from trawl.store.review_tables import grading_act, vote
from trawl.store.web_sessions import Begun, Lasting, Passed, begin_session
from trawl.workspace import Workspace

pytestmark = pytest.mark.slow

MEDIA = 30
KILLS = 4
CODES = ("A", "B", "C", None)


@dataclass
class Server:
    """A server process that is killed and started again at the same address."""

    workspace: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> Path:
        return self.workspace.with_name("said.txt")

    def start(self) -> None:
        run = "from trawl.cli import main; main()"
        command = (sys.executable, "-c", run, "-w", str(self.workspace), "serve")
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), "--json"],
                stdout=subprocess.PIPE,
                stderr=said,
                env={**os.environ, "TRAWL_OFFICER": "jo"},
            )
        assert self.process.stdout is not None
        assert self.process.stdout.readline(), self.said.read_text()

    def kill(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@dataclass
class Desk:
    """One officer at work, one act after the other, each asked for until it is answered."""

    server: Server
    room: Room
    who: int
    begun: Begun
    stop: threading.Event
    acknowledged: list[tuple[str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    asked_again: int = 0
    errors: list[str] = field(default_factory=list)
    gives_up_at: float = field(default_factory=lambda: time.monotonic() + 200)

    def work(self) -> None:
        chance = random.Random(self.who)
        while not self.stop.is_set():
            key = f"{self.who}-{len(self.acknowledged)}"
            if chance.random() < 0.2:
                self.ask("undo", {"key": key, "levels": chance.randint(1, 3)})
            else:
                media = chance.sample(self.room.media, chance.randint(1, 5))
                category = chance.choice(CODES)
                self.ask("grades", {"key": key, "media": media, "category": category})

    def ask(self, what: str, body: dict[str, Any]) -> None:
        while True:
            try:
                found = httpx2.post(
                    f"{self.server.address}/api/cases/{self.room.case_id}/{what}",
                    json=body,
                    headers={"X-CSRF": self.begun.csrf, "Cookie": f"{COOKIE}={self.begun.token}"},
                    timeout=20,
                )
            except httpx2.HTTPError as error:
                self.asked_again += 1
                if time.monotonic() > self.gives_up_at:
                    self.errors.append(repr(error))
                    return
                time.sleep(0.05)
                continue
            if found.status_code != 200:
                self.errors.append(f"{found.status_code} {found.text[:200]}")
                self.stop.set()
                return
            self.acknowledged.append((what, body, found.json()))
            return


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> tuple[Room, Server, list[Begun]]:
    """A workspace on this database, and a session for each of its officers."""
    workspace = Workspace(tmp_path / "workspace")
    workspace.make()
    make_key(workspace.keys)
    (workspace.folder / FILE_NAME).write_text(settings_file(database_url), "utf-8")
    room = Room.open(Database.open(database_url), tmp_path / "packs", MEDIA)
    begun = []
    with room.database.session(room.bench.officer) as session:
        for one in room.officers:
            set_password(session, one.id, "nobody signs in with it")
            begun.append(begin_session(session, one.id, Passed.SECOND_FACTOR, Lasting()))
        session.audit(Act.CREDENTIAL_SET, case_id=None, subject="all", detail={})
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return room, Server(workspace.folder, port), begun


def test_no_acknowledged_grade_is_lost_or_doubled(
    served: tuple[Room, Server, list[Begun]],
) -> None:
    room, server, begun = served
    stop, chance = threading.Event(), random.Random(11)
    desks = [Desk(server, room, who, one, stop) for who, one in enumerate(begun)]
    threads = [threading.Thread(target=desk.work) for desk in desks]
    server.start()
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            more_work(desks, 12)
            time.sleep(chance.uniform(0, 0.3))
            server.kill()
            server.start()
        more_work(desks, 12)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        server.kill()
    assert [desk.errors for desk in desks] == [[], [], [], []]
    assert sum(desk.asked_again for desk in desks) > 0
    assert all(len(desk.acknowledged) > 0 for desk in desks)
    with room.database.reader() as reader:
        verify(reader)
        rows = reader.connection.execute(select(grading_act)).all()
        votes = reader.connection.execute(
            select(vote.c.act_id, func.count(), func.count(vote.c.media_id.distinct())).group_by(
                vote.c.act_id
            )
        ).all()
        standing = in_force(votes_on(reader, room.case_id, "uk", room.media))
    room.database.close()
    kept = Counter((row.officer_id, row.key) for row in rows)
    assert set(kept.values()) == {1}
    written = {row.id: row.votes for row in rows if row.votes}
    assert {act: (count, distinct) for act, count, distinct in votes} == {
        act: (count, count) for act, count in written.items()
    }
    acts = {(row.officer_id, row.key): row for row in rows}
    for desk in desks:
        mine = {key: count for key, count in kept.items() if key[0] == room.officers[desk.who].id}
        named = [key for _, key in mine if ":" not in key]
        assert sorted(named) == sorted(body["key"] for _, body, _ in desk.acknowledged)
        check_answers(room, desk, acts)
        assert own(standing, room.officers[desk.who].id) == replayed(desk)


def more_work(desks: list[Desk], acts: int) -> None:
    """Wait until so many more acts have been answered."""
    wanted = sum(len(desk.acknowledged) for desk in desks) + acts
    gives_up_at = time.monotonic() + 60
    while sum(len(desk.acknowledged) for desk in desks) < wanted:
        assert time.monotonic() < gives_up_at, [desk.errors for desk in desks]
        time.sleep(0.02)


def check_answers(room: Room, desk: Desk, acts: dict[tuple[int, str], Any]) -> None:
    """Every answer is of the act that is there."""
    officer = room.officers[desk.who].id
    for what, body, answer in desk.acknowledged:
        if what == "grades":
            kept = acts[officer, body["key"]]
            assert (answer["act"], answer["votes"]) == (kept.id, kept.votes)
            assert answer["media"] == body["media"]


def own(standing: dict[tuple[int, int, int, int], Any], officer_id: int) -> dict[int, str]:
    """An officer's votes in force, by media."""
    return {
        key[0]: one.category
        for key, one in standing.items()
        if key[1] == officer_id and one.category is not None
    }


def replayed(desk: Desk) -> dict[int, str]:
    """What an officer was answered, played again."""
    done: list[tuple[list[int], str | None]] = []
    for what, body, answer in desk.acknowledged:
        if what == "grades":
            done.append((body["media"], body["category"]))
            continue
        for one in answer["undone"]:
            media, category = done.pop()
            assert (sorted(one["media"]), one["category"]) == (sorted(media), category)
    said: dict[int, str | None] = {}
    for media, category in done:
        said.update(dict.fromkeys(media, category))
    return {media: category for media, category in said.items() if category is not None}
