"""A unit served in this process: two small cases, and officers who signed in through the routes."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import anyio
import httpx2
import msgspec
import numpy as np
from argon2.profiles import CHEAPEST
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import Row, func, select
from tests.matching.matching_lab import VIDEO, Lab, away, bits_of
from tests.store.store_samples import Bench, digests, logged, media

from trawl.api.app import create_app
from trawl.api.doorway import Doorway
from trawl.api.state import State
from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.custody.keys import make_key
from trawl.model.access import Officer, Role, Wing
from trawl.model.case import Case
from trawl.model.media import (
    Facts,
    Finding,
    Fingerprint,
    Frame,
    FrameRole,
    MediaRecord,
    Thumbnail,
)
from trawl.settings import Settings
from trawl.signin.door import Door
from trawl.signin.passwords import Passwords
from trawl.signin.second_factor import REQUIRED
from trawl.signin.time_codes import code_at
from trawl.store import schema
from trawl.store.blobs import PackWriter
from trawl.store.database import Database
from trawl.store.media import stored_media

BEGAN_US = 1_793_869_200_000_000  # 2026-11-05 09:00 UTC
PASSWORD = "nine green kettles sing"
WORLD = {
    Role.ADMINISTRATOR: "Ada Marsh",
    Role.EXAMINER: "Eve Lund",
    Role.GRADER: "Gil Reed",
    Role.VICTIM_IDENTIFICATION: "Vic Hale",
    Role.INTELLIGENCE: "Ines Roe",
    Role.SUPERVISOR: "Sam Orme",
    Role.COUNSELLOR: "Cora Finch",
    Role.WELFARE_LEAD: "Wanda Pike",
    Role.AUDITOR: "Aldo Byrne",
}
"""The first officer of each role; others of the role have a number behind the name."""


class Standing(StrEnum):
    """How an officer stands to the case."""

    MEMBER = "member"
    STRANGER = "stranger"
    OTHER_WING = "other wing"


class Clock:
    """Microseconds, moved by hand; each look is a microsecond later."""

    def __init__(self) -> None:
        self.now_us = BEGAN_US

    def __call__(self) -> int:
        self.now_us += 1
        return self.now_us

    def pass_s(self, seconds: float) -> None:
        self.now_us += int(seconds * 1_000_000)


@dataclass
class Desk:
    """An officer who is signed in: the browser's cookie and the session's CSRF value."""

    unit: Unit
    id: int
    name: str
    role: Role
    token: str = ""
    csrf: str = ""
    secret: str = ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Ask as the front end does. ``headers`` (with ``_`` for ``-``) win; an empty one goes."""
        own = {"cookie": f"trawl_session={self.token}"}
        if method != "GET":
            own |= {"x-csrf": self.csrf, "origin": "http://testserver"}
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.unit.ask(method, path, body, {k: v for k, v in (own | given).items() if v})

    def made(self, path: str, body: object = None) -> Any:
        """What a POST that must go well answers."""
        answer = self.ask("POST", path, body)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def signed_in(self, answer: Any) -> Any:
        """Take over the session an answer begins."""
        assert answer.status_code == 200, answer.text
        self.token, told = answer.cookies["trawl_session"], answer.json()
        self.csrf = told["csrf"]
        return told

    def sign_in(self) -> None:
        """By password, and by time code where one is due."""
        self.unit.clock.pass_s(31)  # no code counts twice
        body = {"name": self.name, "password": PASSWORD}
        told = self.signed_in(self.unit.ask("POST", "/api/sign-in", body))
        if told["next"] == "totp":
            self.signed_in(self.ask("POST", "/api/sign-in/totp", {"code": self.code()}))

    def enrol_code(self) -> None:
        """Enrol an authenticator app."""
        self.secret = self.made("/api/account/totp/begin")["secret"]
        answer = self.ask("POST", "/api/account/totp", {"code": self.code()})
        assert answer.status_code == 200, answer.text
        self.token, self.csrf = answer.cookies["trawl_session"], answer.json()["csrf"]

    def code(self) -> str:
        return code_at(self.secret, self.unit.clock.now_us)


@dataclass
class Unit:
    """The unit, its server and its officers."""

    lab: Lab
    clock: Clock
    client: TestClient
    state: State
    restricted: Case | None = None
    admin: Desk = field(init=False)
    desks: dict[tuple[Role, Standing, int], Desk] = field(default_factory=dict)
    media: dict[str, int] = field(default_factory=dict)
    keys: int = 0

    @property
    def database(self) -> Database:
        return self.lab.database

    @property
    def case_id(self) -> int:
        return self.lab.bench.case.id

    def key(self) -> str:
        """A key no act has had."""
        self.keys += 1
        return f"key-{self.keys}"

    def ask(self, method: str, path: str, body: object = None, headers: Any = None) -> Any:
        """One request of a browser that has no cookie but those in ``headers``."""
        if path.endswith("/events"):
            return self.stream(path, headers or {})
        self.client.cookies.clear()
        how: dict[str, Any] = {"json": body} if body is not None else {}
        return self.client.request(method, path, headers=headers or {}, **how)

    def stream(self, path: str, headers: Mapping[str, str]) -> Any:
        """A GET whose answer may never end: what has come when its first part has."""
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"testserver")]
            + [(name.lower().encode(), value.encode()) for name, value in headers.items()],
            "client": ("testclient", 50000),
            "server": ("testserver", 80),
            "state": {},
        }
        sent: list[Any] = []

        async def ask() -> None:
            came, asked = anyio.Event(), iter([{"type": "http.request", "body": b""}])

            async def receive() -> Any:
                for message in asked:
                    return message
                await came.wait()
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                sent.append(message)
                if message.get("body"):
                    came.set()

            await self.client.app(scope, receive, send)

        assert self.client.portal is not None
        self.client.portal.call(ask)
        start, *parts = sent
        content = b"".join(part.get("body", b"") for part in parts)
        return httpx2.Response(start["status"], headers=start["headers"], content=content)

    def desk(self, role: Role, standing: Standing = Standing.MEMBER, number: int = 0) -> Desk:
        """An officer of that role and standing, enrolled and signed in at the first wish."""
        found = self.desks.get((role, standing, number))
        if found is None:
            found = self.desks[role, standing, number] = self._enrolled(role, standing, number)
        return found

    def _enrolled(self, role: Role, standing: Standing, number: int) -> Desk:
        place = [*Standing].index(standing) * 1000 + number
        name = WORLD[role] + (f" {place}" if place else "")
        other = [Wing.COUNTY_LINES] if standing is Standing.OTHER_WING else []
        told = self.admin.made("/api/officers", {"name": name, "roles": [role], "wings": other})
        desk = Desk(self, told["officer"]["id"], name, role)
        self.joined(desk, told["invitation"])
        if standing is not Standing.STRANGER:
            self.admin.made(f"/api/cases/{self.case_id}/members", {"officer_id": desk.id})
        return desk

    def joined(self, desk: Desk, link: str) -> None:
        """Accept an invitation, and enrol what the role asks for."""
        body = {"token": link.partition("#")[2], "password": PASSWORD}
        told = desk.signed_in(self.ask("POST", "/api/invitation", body))
        assert (told["next"] == "enrol-totp") == (desk.role in REQUIRED)
        if told["next"] == "enrol-totp":
            desk.enrol_code()

    def audit_head(self) -> int:
        with self.database.reader() as reader:
            query = select(func.coalesce(func.max(schema.audit.c.sequence), 0))
            return int(reader.connection.execute(query).scalar_one())

    def audited(self, after: int) -> list[tuple[Row[Any], dict[str, Any]]]:
        """The audit's rows behind one, each with its detail."""
        rows = select(schema.audit).where(schema.audit.c.sequence > after)
        with self.database.reader() as reader:
            found = reader.connection.execute(rows.order_by(schema.audit.c.sequence)).all()
        return [(row, msgspec.json.decode(row.detail)) for row in found]


# What is in the cases --------------------------------------------------------------------------


def jpeg(seed: int, size: tuple[int, int] = (256, 192)) -> bytes:
    """A small picture, another for every seed."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    into = io.BytesIO()
    Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC).save(into, "JPEG")
    return into.getvalue()


def picture(name: str, seed: int, bits: bytes | None = None, **facts: Any) -> MediaRecord:
    """A picture with a thumbnail that decodes."""
    finding = Finding(
        name="picture",
        version=2,
        facts=Facts(**({"width": 640, "height": 480} | facts)),
        fingerprint=Fingerprint(bits or bits_of(seed), 100),
        thumbnail=Thumbnail(jpeg(seed), "image/jpeg", 256, 192),
    )
    return media(name, findings=(finding,))


def clip(name: str, seed: int) -> MediaRecord:
    """A video with two scenes."""
    frames = tuple(
        Frame(
            FrameRole.SCENE,
            at * 25,
            at * 1000,
            Fingerprint(bits_of(seed + at), 100),
            Thumbnail(jpeg(seed + at), "image/jpeg", 256, 192),
        )
        for at in range(2)
    )
    facts = Facts(width=640, height=360, duration_ms=4000)
    return media(
        name,
        kind=VIDEO,
        findings=(Finding(name="video", version=2, facts=facts, frames=frames),),
    )


def of_heron() -> dict[str, MediaRecord]:
    """Six pictures, of which two are nearly the same, and a video."""
    near = away(bits_of(3), 4)
    return {
        "one": picture("one", 1, camera_model="One", latitude=51.5, longitude=-0.1),
        "two": picture("two", 2, taken_at_us=1_700_000_000_000_000, camera_model="EOS 5"),
        "three": picture("three", 3),
        "like three": picture("like three", 4, near, width=320),
        "known": picture("known", 5),
        "shared": picture("shared", 6),
        "film": clip("film", 7),
    }


def of_nightjar() -> dict[str, MediaRecord]:
    """What the restricted case has: its own, one that is near to one of Heron's, a shared one."""
    return {
        "shared": picture("shared", 6),
        "near one": picture("near one", 21, away(bits_of(1), 4)),
        "hidden": picture("hidden", 22, camera_model="Jar 9", latitude=60.0, longitude=5.0),
        "hidden known": picture("hidden known", 23),
        "hidden film": clip("hidden film", 24),
    }


def put(bench: Bench, packs: Path, records: dict[str, MediaRecord]) -> None:
    """Log media into the bench's acquisition, their thumbnails where a workspace has them."""
    bench.writer.close()
    bench.writer = PackWriter(packs / f"{bench.acquisition_id:06d}")
    bench.write([logged(f"DCIM/{name}.jpg", record) for name, record in records.items()])
    bench.writer.close()


def ids_of(database: Database, names: list[str]) -> dict[str, int]:
    with database.reader() as reader:
        stored = stored_media(reader, [digests(name).sha256 for name in names])
    return {name: stored[digests(name).sha256].id for name in names}


def ids_of_nightjar(database: Database) -> dict[str, int]:
    """The identifiers of Nightjar's media."""
    return ids_of(database, list(of_nightjar()))


def add_restricted(lab: Lab, owner: Officer) -> Case:
    """A restricted case with an exhibit of its own, matched."""
    case = add_case(lab.database, owner, "Nightjar", restricted=True)
    exhibit = ensure_exhibit(lab.database, owner, case, "NJ/7")
    bench = Bench(
        *(lab.database, owner, case, exhibit, 0, lab.bench.root),
        *(lab.bench.packs, PackWriter(lab.bench.packs / "nightjar")),
    )
    bench.acquire(["/haul/nightjar"])
    put(bench, lab.workspace.folder / "thumbnails", of_nightjar())
    from trawl.matching.match import match_case

    match_case(lab.database, owner, lab.workspace, case)
    return case


def make_lab(database: Database, folder: Path) -> Lab:
    """Heron: taken in, matched against a list that knows one of its media and one that is only
    in Nightjar."""
    lab = Lab.open(database, folder)
    make_key(lab.workspace.keys)
    put(lab.bench, lab.workspace.folder / "thumbnails", of_heron())
    known = "".join(f"{digests(name).md5.hex()}\n" for name in ("known", "hidden known"))
    lab.add(known, name="county list")
    lab.match()
    return lab


@contextmanager
def served(
    url: str, folder: Path, then: Callable[[Lab], Case | None] = lambda _: None
) -> Iterator[Unit]:
    """A unit on an empty database, served, its administrator signed in."""
    clock = Clock()
    database = Database.open(url, clock=clock)
    try:
        lab = make_lab(database, folder)
        restricted = then(lab)
        state = State(lab.workspace, Settings(), database)
        door = Door.of(lab.workspace, state.settings)
        door = Door(door.vault, Passwords(CHEAPEST), door.lasting, door.invitation_us)
        state.rooms["doorway"] = Doorway(door)
        with TestClient(create_app(state)) as client:
            unit = Unit(lab, clock, client, state, restricted)
            unit.media = ids_of(database, list(of_heron()))
            unit.admin = first_administrator(unit)
            yield unit
    finally:
        database.close()


def first_administrator(unit: Unit) -> Desk:
    """Whoever made the workspace, signed in by the first link."""
    from trawl.signin.invitations import first_link

    link = first_link(unit.database)
    assert link is not None
    officer = unit.lab.bench.officer
    desk = Desk(unit, officer.id, officer.name, Role.ADMINISTRATOR)
    body = {"token": link.partition("#")[2], "name": officer.name, "password": PASSWORD}
    desk.signed_in(unit.ask("POST", "/api/invitation", body))
    desk.enrol_code()
    return desk


def fresh_sqlite(template: Path, folder: Path) -> str:
    """The URL of a fresh SQLite database."""
    path = folder / "alone.db"
    shutil.copy(template, path)
    return f"sqlite:///{path}"


def application(unit: Unit) -> FastAPI:
    app = unit.client.app
    assert isinstance(app, FastAPI)
    return app
