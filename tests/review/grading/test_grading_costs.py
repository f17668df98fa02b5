"""What following a case's grades costs does not grow with what was graded before."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.review.grading.grading_room import Room

from trawl.model.access import Act
from trawl.model.grading import ActKind
from trawl.review import sampling
from trawl.review.grading.standing import Standing
from trawl.review.sampling import draw_samples
from trawl.store.database import Database, Reader
from trawl.store.grading_acts import add_act

ACTS = 2_000
STEPS = 100


@pytest.fixture
def room_alone(sqlite_template: Path, tmp_path: Path) -> Iterator[Room]:
    """On SQLite alone, which counts the steps of its work."""
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}")
    yield Room.open(database, tmp_path / "packs")
    database.close()


def test_one_more_act_is_taken_in_at_once(room_alone: Room) -> None:
    room = room_alone
    standing = room.standing()
    few = steps_of_one_act(room, standing)
    with room.database.session(room.officers[0]) as session:
        for number in range(ACTS):
            add_act(session, room.case_id, f"old{number}", ActKind.GRADE, "uk", "A")
        session.audit(Act.GRADE, case_id=room.case_id, subject="many", detail={"act": 1})
    with room.database.reader() as reader:
        standing.catch_up(reader)
    assert steps_of_one_act(room, standing) <= few + 10


def steps_of_one_act(room: Room, standing: Standing) -> int:
    """Hundreds of steps of the database's machine."""
    room.grade(0, room.media[:1], "A")
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    with room.database.reader() as reader:
        driver: Any = reader.connection.connection.driver_connection
        driver.set_progress_handler(step, STEPS)
        standing.catch_up(reader)
        driver.set_progress_handler(None, 0)
    return steps


def test_drawing_samples_keeps_nobody_from_grading(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.grade(0, room.media, "A")
    read = sampling._single

    def meanwhile(*given: Any) -> list[int]:
        found = read(*given)
        if isinstance(given[0], Reader):  # else it would wait for ever
            room.grade(1, room.media[:2], "A")
        return found

    monkeypatch.setattr(sampling, "_single", meanwhile)
    drawn = draw_samples(room.database, room.officers[3], room.schemes, room.case_id, 1)
    assert drawn.media_ids == room.media
    # Two of them have got their second vote, and wait for nobody as samples.
    judged = room.judged()
    waiting = [one for one in room.media if judged[one].waits_as_sample(room.officers[2].id)]
    assert waiting == room.media[2:]
