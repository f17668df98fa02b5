"""Officers of a test, who join and sign in over HTTP as a browser would."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import httpx2
import pyotp
from serving import Served

PASSWORD = "four ordinary words"


@dataclass
class Member:
    """An officer with a session of their own. ``secret``: of the second factor."""

    name: str
    secret: str
    http: httpx2.Client
    csrf: str = ""
    id: int = 0

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """A request that must succeed; its JSON."""
        answer = self.send(method, path, **given)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json() if answer.content else None

    def ask_raw(self, method: str, path: str, **given: Any) -> bytes:
        """A request that must succeed; its bytes."""
        answer = self.send(method, path, **given)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.content

    def send(self, method: str, path: str, **given: Any) -> httpx2.Response:
        """A request, whatever comes of it."""
        return self.http.request(method, f"/api{path}", headers={"X-CSRF": self.csrf}, **given)

    def code(self, served: Served) -> str:
        """What the authenticator shows at the server's time."""
        return pyotp.TOTP(self.secret).at(int(time.time() + float(served.clock.read_text())))


def join(served: Served, link: str, name: str) -> Member:
    """Use an invitation, with a second factor."""
    member = Member(name, "", httpx2.Client(base_url=served.address, timeout=60))
    token = link.partition("#")[2]
    given = {"token": token, "password": PASSWORD}
    invited = member.http.get("/api/invitation", params={"token": token}).json()
    if invited["kind"] == "first":
        member.name = given["name"] = name or invited["name"]
    member.csrf = member.ask("POST", "/invitation", json=given)["csrf"]
    member.secret = member.ask("POST", "/account/totp/begin")["secret"]
    member.ask("POST", "/account/totp", json={"code": member.code(served)})
    session = member.ask("GET", "/session")
    member.csrf, member.id = session["csrf"], session["officer"]["id"]
    return member


def enrol(served: Served, admin: Member, name: str, *roles: str) -> Member:
    """A new officer, who joins."""
    made = admin.ask("POST", "/officers", json={"name": name, "roles": list(roles), "wings": []})
    return join(served, made["invitation"], name)


def sign_in(served: Served, member: Member) -> None:
    """Sign in once more, with the second factor. A code is good once: the server's clock goes on
    by half a minute first."""
    served.later(31)
    member.http.cookies.clear()
    given = {"name": member.name, "password": PASSWORD}
    member.csrf = member.ask("POST", "/sign-in", json=given)["csrf"]
    member.ask("POST", "/sign-in/totp", json={"code": member.code(served)})
    member.csrf = member.ask("GET", "/session")["csrf"]
