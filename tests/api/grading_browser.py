"""A server over a made-up case, asked by whoever is set as the officer. Import the fixtures."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from tests.review.grading.grading_room import Room
from tests.review.grading.room_fixtures import Clock

from trawl.api.app import create_app
from trawl.api.deps import officer as asking
from trawl.api.state import State
from trawl.settings import Settings
from trawl.store.database import Database
from trawl.workspace import Workspace


@dataclass
class Browser:
    """One server, asked by whoever is set as the officer."""

    room: Room
    client: TestClient

    def ask(self, who: int, method: str, path: str, body: object = None) -> Any:
        app: Any = self.client.app
        app.dependency_overrides[asking] = lambda: self.room.officers[who]
        address = f"/api/cases/{self.room.case_id}/{path}"
        return self.client.request(method, address, json=body)

    def grade(self, who: int, media: list[int], category: str | None, **more: Any) -> Any:
        body = {"key": self.room.key(), "media": media, "category": category, **more}
        return self.ask(who, "POST", "grades", body)


@pytest.fixture(name="browser")
def the_browser(sqlite_template: Path, tmp_path: Path) -> Iterator[Browser]:
    """On SQLite alone: the services behind are tested on both databases."""
    path = tmp_path / "trawl.db"
    shutil.copy(sqlite_template, path)
    workspace = Workspace(tmp_path / "workspace")
    workspace.make()
    database = Database.open(f"sqlite:///{path}", clock=Clock())
    room = Room.open(database, tmp_path / "packs")
    with TestClient(create_app(State(workspace, Settings(), database))) as client:
        yield Browser(room, client)
    database.close()
