"""What a server meets that no page of ours sends: endless names, pages of other hosts that read,
a database that takes nothing, faults of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from route_sending import send
from route_table import TABLE, Of, Row, Sample
from unit_served import PASSWORD, Desk, Unit, application, fresh_sqlite, served

from trawl.api import media, talk
from trawl.api.headers import ALWAYS, CLOSED
from trawl.errors import DatabaseAway, WorkspaceBusy
from trawl.model.access import Act, Role
from trawl.model.looking import Clarity, Rendered
from trawl.store.database import Database


@pytest.fixture(scope="module")
def unit(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    folder = tmp_path_factory.mktemp("odd")
    with served(fresh_sqlite(sqlite_template, folder), folder) as made:
        yield made


@pytest.fixture
def grader(unit: Unit) -> Desk:
    return unit.desk(Role.GRADER)


def check_closed(answer: Any) -> None:
    for name, value in (ALWAYS | CLOSED).items():
        assert answer.headers.get_list(name) == [value]


@pytest.mark.parametrize("length", [256, 5000])
@pytest.mark.parametrize("where", ["/", "/assets/", "/join/"])
def test_a_name_too_long_to_be_one_is_no_file(unit: Unit, where: str, length: int) -> None:
    answer = unit.ask("GET", where + "a" * length)
    assert answer.status_code in (200, 404)
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("headers", "bears"),
    [
        ({}, "no"),
        ({"sec-fetch-site": "none"}, "no"),
        ({"cookie": "trawl_session=x"}, "yes"),
        ({"sec-fetch-site": "cross-site"}, "yes"),
    ],
)
def test_who_follows_a_link_from_elsewhere_is_still_signed_in(
    unit: Unit, headers: dict[str, str], bears: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cookie does not come with such a link, so the page has to ask."""
    monkeypatch.setattr("trawl.api.pages._NOT_BUILT", "__BEARS_SESSION__")
    monkeypatch.setattr(Path, "is_file", lambda path: path.name != "index.html")
    assert unit.ask("GET", "/", None, headers).text == bears


READING = [row for row in TABLE if row.method == "GET" and row.of is not Of.DOOR]


@pytest.mark.parametrize("row", READING, ids=[row.name for row in READING])
def test_a_page_elsewhere_cannot_make_an_officer_look(unit: Unit, row: Row) -> None:
    """Another port, another host of the same site: a browser sends the cookie with an image."""
    desk = unit.desk(Role.SUPERVISOR)
    for headers in (
        {"sec_fetch_site": "same-site"},
        {"sec_fetch_site": "cross-site"},
        {"origin": "http://testserver:81"},
    ):
        before = unit.audit_head()
        answer = send(row, Sample(unit, desk), **headers)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (403, "refused")
        assert [audit.act for audit, _ in unit.audited(before)] == [Act.REFUSED]


@pytest.mark.parametrize("said", ["same-origin", "none"])
def test_the_officers_own_page_and_hand_read(grader: Desk, said: str) -> None:
    assert grader.ask("GET", "/api/cases", sec_fetch_site=said).status_code == 200


def test_no_sign_in_is_begun_from_elsewhere(unit: Unit) -> None:
    body = {"name": "x", "password": "y"}
    for headers in ({"sec-fetch-site": "same-site"}, {"origin": "http://["}, {"origin": ""}):
        assert unit.ask("POST", "/api/sign-in", body, headers).status_code == 403


def test_an_endless_address_is_cut(unit: Unit) -> None:
    far = TestClient(application(unit), client=("9" * 60_000, 1))
    before = unit.audit_head()
    assert far.post("/api/sign-in", json={"name": "x", "password": "y"}).status_code == 401
    ((_, detail),) = unit.audited(before)
    assert detail["address"] == "9" * 64


def test_a_space_behind_a_typed_name_is_no_part_of_it(unit: Unit) -> None:
    made = unit.admin.made("/api/officers", {"name": " Una Byrd ", "roles": ["grader"]})
    assert made["officer"]["name"] == "Una Byrd"
    token = made["invitation"].partition("#")[2]
    assert unit.ask("POST", "/api/invitation", {"token": token, "password": PASSWORD}).is_success
    body = {"name": "Una Byrd ", "password": PASSWORD}
    assert unit.ask("POST", "/api/sign-in", body).status_code == 200
    assert unit.ask("POST", "/api/sign-in", body | {"name": "  "}).status_code == 422


def test_a_refusal_that_cannot_be_written_down_is_asked_for_again(
    grader: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken(self: Database, officer: object) -> None:
        raise WorkspaceBusy("another process is writing")

    with monkeypatch.context() as patched:
        patched.setattr(Database, "session", taken)
        answer = grader.ask("GET", f"/api/cases/{grader.unit.case_id}/media/1/look", origin="null")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (503, "busy")
    check_closed(answer)


def test_a_database_that_is_away_loses_no_grade_and_tells_no_stranger_where_it_is(
    grader: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """503, so that the page keeps the act and sends it again; 4xx it would take for a refusal."""

    def gone(self: Database, *_: object) -> None:
        raise DatabaseAway("the database cannot be reached: server at 10.1.2.3, user trawl")

    body = {"key": "kept", "media": [1], "category": "B"}
    for name in ("session", "reader"):
        with monkeypatch.context() as patched:
            patched.setattr(Database, name, gone)
            answer = grader.ask("POST", f"/api/cases/{grader.unit.case_id}/grades", body)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (503, "busy")
        assert "10.1.2.3" not in answer.text
        assert "10.1.2.3" in caplog.text
    assert grader.made(f"/api/cases/{grader.unit.case_id}/grades", body)


def test_a_fault_says_nothing_of_itself(grader: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def faulty(*_: object) -> None:
        raise RuntimeError("/secret/path of NJ/7")

    monkeypatch.setattr(talk.talking, "list_talks", faulty)
    client = TestClient(application(grader.unit), raise_server_exceptions=False)
    answer = client.get("/api/talk", headers={"cookie": f"trawl_session={grader.token}"})
    assert (answer.status_code, answer.json()["error"]["kind"]) == (500, "failed")
    assert "NJ/7" not in answer.text
    check_closed(answer)


def test_a_workers_words_make_no_header_of_their_own() -> None:
    said = "it is away\x00\x01\x7f é\u2028" + "x" * 100_000
    found = Rendered(
        data=b"", mime="image/jpeg", width=1, height=1, clarity=Clarity.BLURRED, instead=said
    )
    told = media._picture(found).headers["x-instead"]
    assert told.isprintable()
    assert told.startswith("it is away ?x")
    assert len(told) <= 500
