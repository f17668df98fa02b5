"""Signing in over HTTP: the cookie, the CSRF value, what an incomplete session reaches."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2.profiles import CHEAPEST
from fastapi import FastAPI
from fastapi.testclient import TestClient

from trawl.api.app import create_app
from trawl.api.deps import COOKIE
from trawl.api.doorway import Doorway
from trawl.api.state import State
from trawl.custody.keys import make_key
from trawl.settings import Settings
from trawl.signin.door import Door
from trawl.signin.invitations import first_link
from trawl.signin.passwords import Passwords
from trawl.signin.time_codes import code_at
from trawl.store.database import Database
from trawl.store.sealed import load_vault
from trawl.workspace import Workspace

PASSWORD = "seven lamps of brass"
ORIGIN = "http://trawl.example"


class Front:
    """A browser that bears its cookie and its session's CSRF value."""

    def __init__(self, app: FastAPI, now: list[int], base: str = ORIGIN) -> None:
        self.client = TestClient(app, base_url=base)
        self.app, self.now, self.csrf = app, now, ""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        given = {"x-csrf": self.csrf, **{k.replace("_", "-"): v for k, v in headers.items()}}
        answer = self.client.request(method, f"/api{path}", json=body, headers=given)
        if answer.content and answer.headers["content-type"] == "application/json":
            told = answer.json()
            if isinstance(told, dict) and "csrf" in told:
                self.csrf = told["csrf"]
        return answer

    def error(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        answer = self.ask(method, path, body, **headers)
        return answer.status_code, answer.json()["error"]["kind"]

    def enrol(self) -> str:
        """Set up an authenticator; its secret."""
        secret = str(self.ask("POST", "/account/totp/begin").json()["secret"])
        self.ask("POST", "/account/totp", {"code": code_at(secret, self.now[0])})
        self.now[0] += 30_000_000
        return secret

    def join(self, link: str, name: str | None = None) -> Any:
        token = link.rpartition("#")[2]
        return self.ask("POST", "/invitation", {"token": token, "name": name, "password": PASSWORD})


@pytest.fixture
def front(sqlite_template: Path, tmp_path: Path) -> Iterator[Front]:
    """The first administrator, who has just set a password."""
    shutil.copy(sqlite_template, tmp_path / "trawl.db")
    workspace = Workspace(tmp_path / "workspace")
    workspace.make()
    make_key(workspace.keys)
    now = [1_790_000_000_000_000]
    database = Database.open(f"sqlite:///{tmp_path / 'trawl.db'}", clock=lambda: now[0])
    state = State(workspace, Settings(), database)
    state.rooms["doorway"] = Doorway(Door(load_vault(workspace.keys), Passwords(CHEAPEST)))
    link = first_link(database)
    assert link is not None
    found = Front(create_app(state), now)
    assert found.join(link, "jo").json()["next"] == "enrol-totp"
    yield found
    database.close()


def another(front: Front, base: str = ORIGIN) -> Front:
    """Another browser at the same server."""
    return Front(front.app, front.now, base)


def invited(front: Front, name: str, *roles: str) -> Front:
    """A browser in which an officer has followed their link."""
    body = {"name": name, "roles": roles or ("grader",), "wings": []}
    link = front.ask("POST", "/officers", body).json()["invitation"]
    browser = another(front)
    browser.join(link)
    return browser


def test_the_cookie_is_for_the_server_alone(front: Front) -> None:
    front.enrol()
    for base, secure in ((ORIGIN, False), ("https://trawl.example", True)):
        browser = another(front, base)
        answer = browser.ask("POST", "/sign-in", {"name": "jo", "password": PASSWORD})
        words = {word.strip().lower() for word in answer.headers["set-cookie"].split(";")}
        assert {"httponly", "samesite=strict", "path=/"} <= words
        assert ("secure" in words) is secure
        assert not any(word.startswith(("max-age", "expires", "domain")) for word in words)
        assert answer.headers["cache-control"] == "no-store"


def test_what_an_incomplete_session_reaches(front: Front) -> None:
    assert front.ask("GET", "/session").json()["must"] == "totp"
    for path in ("/officers", "/cases", "/audit", "/account/passkeys", "/cases/1"):
        assert front.error("GET", path) == (403, "refused"), path
    assert front.error("POST", "/cases", {"name": "Heron"}) == (403, "refused")
    front.enrol()
    assert front.ask("GET", "/session").json()["must"] is None
    assert front.ask("GET", "/officers").status_code == 200
    assert front.ask("POST", "/cases", {"name": "Heron"}).status_code == 200


def test_a_second_factor_is_due_and_replaces_the_cookie(front: Front) -> None:
    secret = front.enrol()
    browser = another(front)
    step = browser.ask("POST", "/sign-in", {"name": "jo", "password": PASSWORD})
    first = browser.client.cookies[COOKIE]
    assert step.json()["next"] == "totp"
    assert browser.error("GET", "/officers") == (403, "refused")
    assert browser.error("POST", "/account/totp/begin") == (403, "refused")
    assert browser.error("POST", "/sign-in/totp", {"code": "000000"}) == (401, "not-signed-in")
    code = code_at(secret, front.now[0])
    assert browser.ask("POST", "/sign-in/totp", {"code": code}).json()["next"] == "done"
    assert browser.client.cookies[COOKIE] != first
    assert browser.ask("GET", "/officers").status_code == 200
    thief = another(front)
    thief.client.cookies.set(COOKIE, first)
    assert thief.error("GET", "/session") == (401, "not-signed-in")


def test_without_the_sessions_own_value_nothing_is_changed(front: Front) -> None:
    front.enrol()
    for value in ("", "x", "0" * 32):
        answer = front.error("POST", "/cases", {"name": "Heron"}, x_csrf=value)
        assert answer == (403, "refused")
    assert front.error("DELETE", "/session", x_csrf="") == (403, "refused")
    assert front.ask("GET", "/cases").json() == []


@pytest.mark.parametrize("path", ["/sign-in", "/invitation", "/cases", "/sign-in/passkey/options"])
def test_another_sites_page_changes_nothing(front: Front, path: str) -> None:
    front.enrol()
    bodies = {
        "/sign-in": {"name": "jo", "password": PASSWORD},
        "/invitation": {"token": "x", "password": PASSWORD},
        "/cases": {"name": "Heron"},
    }
    for origin in ("http://elsewhere.example", "null"):
        assert front.error("POST", path, bodies.get(path), origin=origin) == (403, "refused")
    assert front.ask("GET", "/cases").json() == []


def test_an_ended_session_is_told_so(front: Front) -> None:
    front.enrol()
    token = front.client.cookies[COOKIE]
    assert front.ask("DELETE", "/session").status_code == 204
    front.client.cookies.set(COOKIE, token)
    assert front.error("GET", "/session") == (401, "not-signed-in")


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/welfare", {}),
        ("/cases/1/events", {}),
        ("/cases", {"x-idle": "1"}),
    ],
)
def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    front: Front, path: str, headers: dict[str, str]
) -> None:
    front.enrol()
    front.now[0] += 29 * 60_000_000
    front.ask("GET", path, **headers)
    front.now[0] += 2 * 60_000_000
    assert front.error("GET", "/cases") == (401, "not-signed-in")


def test_asking_keeps_the_session_alive(front: Front) -> None:
    front.enrol()
    for _ in range(3):
        front.now[0] += 29 * 60_000_000
        assert front.ask("GET", "/cases").status_code == 200


def test_waiting_is_told_in_seconds(front: Front) -> None:
    front.enrol()
    browser = another(front)
    wrong = {"name": "jo", "password": "not it"}
    for _ in range(5):
        assert browser.error("POST", "/sign-in", wrong) == (401, "not-signed-in")
    answer = browser.ask("POST", "/sign-in", {**wrong, "password": PASSWORD})
    assert answer.status_code == 429
    assert answer.json()["error"]["wait_s"] == 30
    locked = {row["name"]: row["locked"] for row in front.ask("GET", "/officers").json()}
    assert locked == {"jo": True}
    assert front.ask("POST", "/officers/1/unlock").status_code == 204
    assert browser.ask("POST", "/sign-in", {**wrong, "password": PASSWORD}).status_code == 200


def test_a_changed_officer_is_out_at_once(front: Front) -> None:
    front.enrol()
    kim = invited(front, "kim")
    assert kim.ask("GET", "/cases").status_code == 200
    changed = front.ask("PATCH", "/officers/2", {"disabled": True}).json()
    assert (changed["name"], changed["disabled"]) == ("kim", True)
    assert kim.error("GET", "/cases") == (401, "not-signed-in")


def test_a_link_is_used_once(front: Front) -> None:
    front.enrol()
    made = front.ask("POST", "/officers", {"name": "kim", "roles": ["grader"]}).json()
    token = made["invitation"].removeprefix("/join#")
    browser = another(front)
    told = browser.ask("GET", f"/invitation?token={token}").json()
    assert told == {"kind": "officer", "name": "kim"}
    assert browser.join(made["invitation"]).json()["next"] == "done"
    assert another(front).error("GET", f"/invitation?token={token}") == (404, "not-found")
    answer = another(front).join(made["invitation"])
    assert (answer.status_code, COOKIE in answer.cookies) == (404, False)


def test_a_password_is_in_no_answer_and_no_trace(front: Front) -> None:
    front.enrol()
    said = front.ask("POST", "/account/password", {"old": PASSWORD, "new": "x", "more": 1}).text
    said += front.ask("POST", "/account/password", {"old": PASSWORD, "new": "tooshort"}).text
    auditor = invited(front, "ann", "auditor")
    auditor.enrol()
    said += auditor.ask("GET", "/audit?limit=500").text
    assert "credential.set" in said
    assert PASSWORD not in said
    assert "tooshort" not in said


def test_too_many_at_once_are_sent_away(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trawl.api.doorway.MOST_WAITING", 1)
    hold, begun = threading.Event(), threading.Semaphore(0)
    original = Passwords.holds

    def slow(self: Passwords, stored: str | None, password: str) -> bool:
        begun.release()
        hold.wait(5)
        return original(self, stored, password)

    monkeypatch.setattr(Passwords, "holds", slow)
    found: list[int] = []
    with front.client:  # one event loop for all

        def sign_in() -> None:
            body = {"name": "jo", "password": "not it"}
            found.append(front.client.post("/api/sign-in", json=body).status_code)

        threads = [threading.Thread(target=sign_in) for _ in range(6)]
        for each in threads:
            each.start()
        begun.acquire(timeout=5)
        assert front.ask("GET", "/session").status_code == 200  # others are not kept waiting
        while 429 not in found:
            assert any(each.is_alive() for each in threads)
            time.sleep(0.01)
        hold.set()
        for each in threads:
            each.join()
    assert set(found) == {401, 429}


def test_cases_members_and_files_have_their_shapes(front: Front) -> None:
    front.enrol()
    case = front.ask("POST", "/cases", {"name": "Heron", "restricted": True}).json()
    assert (case["member"], case["restricted"], case["left"]) == (True, True, None)
    page = front.ask("GET", "/cases/1").json()
    assert page["scheme"]["name"] == "uk"
    assert [one["key"] for one in page["scheme"]["categories"]] == list("1234567")
    assert page["members"] == [{"id": 1, "name": "jo", "roles": ["administrator"]}]
    assert front.ask("GET", "/cases/1/files?state=locked").json() == {"rows": [], "next": None}
    assert front.ask("GET", "/cases/1/funnel").json()["left"] == 0
    kim = invited(front, "kim")
    (candidate,) = front.ask("GET", "/cases/1/candidates").json()
    assert (candidate["id"], candidate["name"]) == (2, "kim")
    for case_id in (1, 2):
        for path in ("", "/funnel", "/files", "/candidates"):
            assert kim.error("GET", f"/cases/{case_id}{path}")[0] == 403
    told = {kim.ask("GET", f"/cases/{case_id}").json()["error"]["message"] for case_id in (1, 2)}
    assert told == {"kim is not a member of this case"}
    assert front.ask("POST", "/cases/1/members", {"officer_id": 2}).json()["name"] == "kim"
    assert kim.ask("GET", "/cases/1").status_code == 200
    assert front.ask("DELETE", "/cases/1/members/2").status_code == 204
    assert front.error("POST", "/cases", {"name": "Grebe", "scheme": "none"}) == (422, "failed")
