"""Views and tiles over HTTP."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from tests.review.grading.room_fixtures import Clock
from tests.review.views.gallery_fixtures import (  # noqa: F401
    the_gallery,
    the_gallery_alone,
    the_gallery_clock,
)
from tests.review.views.gallery_room import Gallery
from tests.review.views.plain_views import Plain

from trawl.api.app import create_app
from trawl.api.deps import officer as asking
from trawl.api.reviewing import REVIEWS
from trawl.api.state import State
from trawl.api.view_shapes import Bucket, FacetsShape, FoundShape, GroupShape, ViewOpened
from trawl.model.access import Act
from trawl.model.looking import Clarity
from trawl.passes.clarity import render_thumbnail
from trawl.review.tiles import BLURRED_SIDE, SIDE, Place, Tiles
from trawl.review.views.asking import Asked, Source, Unit
from trawl.settings import Settings
from trawl.store import schema
from trawl.store.policies import set_policy
from trawl.store.welfare_tables import showing
from trawl.welfare.policy import POLICY, own_policy

ALL = {"source": "all", "unit": "media"}


@dataclass
class Viewer:
    """One server, asked by whoever is set as the officer."""

    gallery: Gallery
    client: TestClient

    def ask(self, method: str, path: str, who: int = 0, case: int = 1, **more: Any) -> Any:
        app: Any = self.client.app
        app.dependency_overrides[asking] = lambda: self.gallery.officers[who]
        return self.client.request(method, f"/api/cases/{case}/{path}", **more)

    def tiles(self, media: list[int], clarity: str = "blurred", **more: Any) -> Any:
        ids = ",".join(map(str, media))
        return self.ask("GET", f"tiles?ids={ids}&clarity={clarity}", **more)

    def shown(self) -> int:
        with self.gallery.database.reader() as reader:
            return int(reader.connection.execute(select(func.count(showing.c.id))).scalar_one())

    def audited(self, act: Act) -> list[str]:
        columns = schema.audit.c
        with self.gallery.database.reader() as reader:
            rows = reader.connection.execute(
                select(columns.subject).where(columns.act == str(act)).order_by(columns.sequence)
            )
            return list(rows.scalars())


@pytest.fixture(name="app", scope="module")
def an_app() -> FastAPI:
    """Making the routes takes longer than most tests: each test sets the state."""
    return create_app(cast(State, None))


def serving(gallery: Gallery, app: FastAPI) -> Iterator[Viewer]:
    app.state.trawl = State(gallery.workspace, Settings(), gallery.database)
    app.state.trawl.rooms[REVIEWS] = gallery.reviews
    yield Viewer(gallery, TestClient(app))  # not entered: it ends with the module's app
    app.state.trawl.close()


@pytest.fixture(name="viewer")
def a_viewer(gallery_alone: Gallery, app: FastAPI) -> Iterator[Viewer]:
    yield from serving(gallery_alone, app)


@pytest.fixture(name="viewer_on_both")
def a_viewer_on_both(gallery: Gallery, app: FastAPI) -> Iterator[Viewer]:
    yield from serving(gallery, app)


def pictures(sheet: bytes) -> list[tuple[int, bytes]]:
    """A sheet read by its description."""
    magic, count = struct.unpack_from("<4sI", sheet)
    assert magic == b"TRWT"
    found, at = [], 8
    for _ in range(count):
        media_id, length = struct.unpack_from("<QI", sheet, at)
        at += 12
        found.append((media_id, sheet[at : at + length]))
        at += length
    assert at == len(sheet)
    return found


def seen(gallery: Gallery) -> list[int]:
    """Media with a thumbnail."""
    return [one.id for one in gallery.truth().values() if one.thumbnail is not None]


def test_a_view_over_http(viewer_on_both: Viewer) -> None:
    viewer = viewer_on_both
    opened = ViewOpened.model_validate(viewer.ask("POST", "views", json=ALL).json(), strict=True)
    page = viewer.ask("GET", f"views/{opened.view}/buckets/0")
    bucket = Bucket.model_validate(page.json(), strict=True)
    plain = Plain(viewer.gallery, viewer.gallery.officers[0].id)
    assert bucket.ids == plain.rows(Asked(source=Source.ALL, unit=Unit.MEDIA))[0]
    assert set(page.json()) == set(Bucket.model_fields)
    for by in ("month", "camera", "place", "exhibit"):
        told = viewer.ask("GET", f"views/{opened.view}/groups?by={by}").json()
        assert [GroupShape.model_validate(one, strict=True) for one in told]
    found = viewer.ask("GET", f"views/{opened.view}/find?media={bucket.ids[2]}").json()
    assert FoundShape.model_validate(found, strict=True).position == 2
    facets = viewer.ask("GET", "facets").json()
    assert FacetsShape.model_validate(facets, strict=True).kinds
    assert set(facets) == set(FacetsShape.model_fields)
    assert viewer.audited(Act.REVIEW_READ) == ["view", "page", *["groups"] * 4, "find", "facets"]


def test_a_filter_over_http(viewer: Viewer) -> None:
    wanted = {
        "kinds": ["image"],
        "taken": {"from_us": -(10**15)},
        "place": {"south": -90, "west": -180, "north": 90, "east": 180},
        "stack": {"least": 1},
        "failed": False,
    }
    told = viewer.ask("POST", "views", json={**ALL, "filter": wanted}).json()
    assert 0 < told["count"] < viewer.ask("POST", "views", json=ALL).json()["count"]


def test_what_is_not_understood_is_not_guessed(viewer: Viewer) -> None:
    strange = [
        {"colour": "red"},
        {"kinds": ["cat"]},
        {"path": ""},
        {"place": {"south": 91}},
        {"states": [1]},
    ]
    for wanted in strange:
        answer = viewer.ask("POST", "views", json={**ALL, "filter": wanted})
        assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "bad-request")


def test_a_view_that_is_gone_says_so(viewer: Viewer) -> None:
    answer = viewer.ask("GET", f"views/{'0' * 24}/buckets/0")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (404, "view-gone")


def test_tiles_are_the_thumbnails_rendered(viewer: Viewer) -> None:
    gallery = viewer.gallery
    stored = gallery.truth()
    without = [one.id for one in stored.values() if one.thumbnail is None][:2]
    asked = [*seen(gallery)[2:5][::-1], *without]
    tiles = Tiles(gallery.workspace, 1)
    for clarity in Clarity:
        found = pictures(viewer.tiles(asked, clarity).content)
        assert [one for one, _ in found] == asked
        for media_id, data in found[:3]:
            place = Place(*stored[media_id].thumbnail)  # type: ignore[misc]
            raw = tiles.read([place])[place]
            side = BLURRED_SIDE if clarity is Clarity.BLURRED else SIDE
            assert data == render_thumbnail(raw, clarity, side)
            assert cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR) is not None
            assert (data == raw) == (clarity is Clarity.CLEAR)
        assert [data for _, data in found[3:]] == [b"", b""]
    tiles.close()
    assert viewer.audited(Act.MEDIA_SHOW) == ["3 media"] * 3
    assert viewer.shown() == 9  # what has no picture is not shown


def test_media_of_another_case_cannot_be_asked_for(viewer_on_both: Viewer) -> None:
    viewer = viewer_on_both
    gallery = viewer.gallery
    lowest = min(gallery.truth())
    other = lowest - 1  # of the case Lapwing, which was there first
    answers = [
        viewer.tiles([lowest, unknown]) for unknown in (other, max(gallery.truth()) + 1, 10**17)
    ]
    told = {(answer.status_code, answer.text) for answer in answers}
    assert len(told) == 1
    assert answers[0].status_code == 404
    assert viewer.shown() == 0
    assert viewer.audited(Act.MEDIA_SHOW) == []
    view = viewer.ask("POST", "views", json=ALL).json()["view"]
    assert viewer.ask("GET", f"views/{view}/find?media={other}").json() == {"position": None}


def test_a_case_of_others_is_as_one_that_is_not_there(viewer: Viewer) -> None:
    lapwing, nothing = 2, 99
    for method, path, body in (
        ("POST", "views", ALL),
        ("GET", f"views/{'0' * 24}/buckets/0", None),
        ("GET", f"views/{'0' * 24}/groups?by=month", None),
        ("GET", f"views/{'0' * 24}/find?media=1", None),
        ("GET", "facets", None),
        ("GET", "tiles?ids=1", None),
    ):
        theirs, nobodys = (
            viewer.ask(method, path, case=case, json=body) for case in (lapwing, nothing)
        )
        assert theirs.status_code == nobodys.status_code == 403
        assert theirs.text == nobodys.text
    assert not list((viewer.gallery.workspace.folder / "review").iterdir())


def test_what_is_not_shown_to_an_officer_stays_out(viewer: Viewer) -> None:
    gallery = viewer.gallery
    media = seen(gallery)[:3]
    for who in range(3):
        gallery.grade(who, media[:1], "A")
    with gallery.database.session(gallery.bench.officer) as session:
        set_policy(session, own_policy(gallery.officers[1].id), {"not_shown": ["A"]})
        session.audit(Act.WELFARE_POLICY_SET, case_id=None, subject="", detail={})
    found = dict(pictures(viewer.tiles(media, who=1).content))
    assert found[media[0]] == b""
    assert all(found[one] for one in media[1:])
    assert all(dict(pictures(viewer.tiles(media, who=0).content)).values())
    view = viewer.ask("POST", "views", who=1, json=ALL).json()["view"]
    assert media[0] not in viewer.ask("GET", f"views/{view}/buckets/0", who=1).json()["ids"]


def test_no_tile_during_a_break(viewer: Viewer, gallery_clock: Clock) -> None:
    gallery = viewer.gallery
    with gallery.database.session(gallery.bench.officer) as session:
        set_policy(session, POLICY, {"longest_min": 1})
        session.audit(Act.WELFARE_POLICY_SET, case_id=None, subject="", detail={})
    media = seen(gallery)[:2]
    answer = viewer.tiles(media)
    for _ in range(20):  # a minute, a sheet every five seconds
        if answer.status_code != 200:
            break
        gallery_clock.pass_s(5)
        answer = viewer.tiles(media)
    assert (answer.status_code, answer.json()["error"]["kind"]) == (403, "break-due")


def test_a_list_that_is_none(viewer: Viewer) -> None:
    many = ",".join(["1"] * 201)
    for ids in ("", "0", "-1", "a", "1,,2", "1;2", "1,", "9" * 30, many):
        answer = viewer.ask("GET", f"tiles?ids={ids}")
        assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "bad-request")


def test_a_damaged_pack_leaves_tiles_empty(viewer: Viewer) -> None:
    gallery = viewer.gallery
    media = seen(gallery)[:4]
    for harm in ("noise", "short", "gone"):
        for pack in (gallery.workspace.folder / "thumbnails").rglob("*.pack"):
            if harm == "gone":
                pack.unlink()
            else:
                pack.write_bytes(b"" if harm == "short" else b"\0" * pack.stat().st_size)
        found = pictures(viewer.tiles(media).content)
        assert [data for _, data in found] == [b""] * 4
