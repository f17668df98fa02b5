"""Welfare, talks and reception over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient
from sqlalchemy import insert, select
from tests.matching.matching_lab import Lab, away, bits_of, md5, picture
from tests.store.store_samples import digests
from tests.welfare.welfare_unit import HOUR, MINUTE, Unit

from trawl.api.app import create_app
from trawl.api.deps import officer as asking
from trawl.api.state import State
from trawl.casework.cases import enrol_officer
from trawl.matching.funnel import funnel
from trawl.model.access import Act, Officer, Role
from trawl.settings import Settings
from trawl.store import schema
from trawl.store.database import Database
from trawl.store.media import stored_media
from trawl.store.signin_tables import officer_role
from trawl.welfare.gate import Shown, show
from trawl.workspace import Workspace


@dataclass
class Served:
    """A server, asked by whoever is named."""

    unit: Unit
    client: TestClient

    def ask(self, who: Role | Officer, method: str, path: str, body: object = None) -> Any:
        officer = self.unit[who] if isinstance(who, Role) else who
        app: Any = self.client.app

        def asks(request: Request) -> Officer:
            request.state.officer = officer
            return officer

        app.dependency_overrides[asking] = asks
        return self.client.request(method, f"/api/{path}", json=body)

    def get(self, who: Role | Officer, path: str) -> Any:
        answer = self.ask(who, "GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def served(sqlite_template: Path, tmp_path: Path) -> Iterator[Served]:
    path = tmp_path / "trawl.db"
    path.write_bytes(sqlite_template.read_bytes())
    unit = Unit.make(f"sqlite:///{path}")
    workspace = Workspace(tmp_path / "workspace")
    workspace.make()
    with TestClient(create_app(State(workspace, Settings(), unit.database))) as client:
        yield Served(unit, client)
    unit.database.close()


def heartbeat(**given: object) -> dict[str, object]:
    return {"page": "a-1", "visible": True, "showing": True, **given}


def test_the_line_and_the_break_over_http(served: Served) -> None:
    unit = served.unit
    unit.policy()
    line = served.get(Role.GRADER, "welfare")
    assert (line["looked_today_ms"], line["break"], line["on_duty"]) == (0, None, None)
    assert line["due_in_ms"] == 600_000
    unit.watch(10 * MINUTE, "another-tab")
    answer = served.ask(Role.GRADER, "POST", "welfare/heartbeat", heartbeat(showing=False)).json()
    stand = answer["break"]
    assert stand["reason"] == "break"
    assert stand["until_us"] > answer["now_us"]
    assert stand["says"].startswith("A break is due")
    hidden = heartbeat(visible=False)
    assert served.ask(Role.GRADER, "POST", "welfare/heartbeat", hidden).json()["due_in_ms"] == 0


def test_a_heartbeat_that_does_not_fit(served: Served) -> None:
    for body in (
        heartbeat(page=""),
        heartbeat(page="x" * 65),
        heartbeat(page="<b>"),
        heartbeat(shown=[[1, "sharp", 5]]),
        heartbeat(shown=[[1, "grey", -5]]),
        heartbeat(shown=[[1 << 70, "grey", 5]]),
        heartbeat(shown=[[1, "grey", 5]] * 2001),
        heartbeat(case_id=0),
        heartbeat(lift=True),
    ):
        answer = served.ask(Role.GRADER, "POST", "welfare/heartbeat", body)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (422, "bad-request"), body


def test_there_is_no_route_that_lifts_a_break(served: Served) -> None:
    app: Any = served.client.app
    words = ("lift", "override", "unlock", "reset", "skip", "extend")
    paths = [path for path in app.openapi()["paths"] if "welfare" in path or "reception" in path]
    assert len(paths) >= 14
    assert [path for path in paths if any(word in path for word in words)] == []


def test_policy_roster_and_duty(served: Served) -> None:
    unit = served.unit
    policy = served.get(Role.AUDITOR, "welfare/policy")
    assert (policy["longest_min"], policy["break_min"], policy["remind_min"]) == (180, 15, 50)
    changed = {**policy, "hours": ["06:00", "22:00"], "timezone": "Europe/London"}
    refused = served.ask(Role.SUPERVISOR, "PUT", "welfare/policy", changed)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "refused")
    assert unit.last_audit()["act"] == Act.REFUSED
    assert served.ask(Role.WELFARE_LEAD, "PUT", "welfare/policy", changed).status_code == 200
    assert served.get(Role.GRADER, "welfare/policy") == changed
    wrong = {**changed, "longest_min": 600}
    assert served.ask(Role.WELFARE_LEAD, "PUT", "welfare/policy", wrong).status_code == 422
    cora, now_us = unit[Role.COUNSELLOR], unit.clock()
    shift = {"officer_id": cora.id, "from_us": now_us, "until_us": now_us + HOUR, "how": "x211"}
    made = served.ask(Role.COUNSELLOR, "POST", "welfare/shifts", shift)
    assert made.status_code == 201
    assert served.get(Role.GRADER, "welfare")["on_duty"] == {
        "id": cora.id,
        "name": "Cora",
        "how": "x211",
    }
    assert served.get(Role.GRADER, "welfare/gaps")[0]["from_us"] == now_us + HOUR
    assert served.get(Role.GRADER, "welfare/shifts")[0]["kind"] == "work"
    assert served.get(Role.GRADER, "welfare/counsellors") == [{"id": cora.id, "name": "Cora"}]
    gone = served.ask(Role.COUNSELLOR, "DELETE", f"welfare/shifts/{made.json()['id']}")
    assert gone.status_code == 204
    assert served.get(Role.GRADER, "welfare/shifts") == []


def test_consent_and_trend(served: Served) -> None:
    unit = served.unit
    gil = unit.grader.id
    unit.show(category="A")
    refused = served.ask(Role.COUNSELLOR, "GET", f"welfare/trends/{gil}").json()
    unknown = served.ask(Role.COUNSELLOR, "GET", "welfare/trends/4711").json()
    assert refused == unknown
    given = served.ask(Role.GRADER, "POST", "welfare/consents", {"counsellor_id": None})
    assert given.status_code == 201
    assert served.get(Role.COUNSELLOR, "welfare/consenting") == [{"officer_id": gil, "name": "Gil"}]
    trend = served.get(Role.COUNSELLOR, f"welfare/trends/{gil}")
    assert trend["officer"]["name"] == "Gil"
    (day,) = trend["days"]
    assert day.pop("day")
    assert day == {"ms": 0, "shown": 1}  # how long and how many; the categories are Gil's alone
    path = f"welfare/consents/{given.json()['id']}"
    assert served.ask(Role.GRADER, "DELETE", path).status_code == 204
    assert served.ask(Role.COUNSELLOR, "GET", f"welfare/trends/{gil}").json() == refused
    assert served.get(Role.GRADER, "welfare/consents")[0]["withdrawn_us"] is not None


def test_own_rules_over_http(served: Served) -> None:
    path = f"welfare/officers/{served.unit.grader.id}"
    rules = {"not_shown": ["A", "A"], "daily_min": 60}
    assert served.ask(Role.WELFARE_LEAD, "PUT", path, rules).json()["not_shown"] == ["A"]
    found = served.get(Role.WELFARE_LEAD, path)
    assert (found["not_shown"], found["daily_min"]) == (["A"], 60)
    assert {"A", "B", "C", "Indicative"} < set(found["categories"])
    assert served.get(Role.GRADER, "welfare")["not_shown"] == ["A"]
    assert served.ask(Role.GRADER, "PUT", path, rules).status_code == 403
    assert served.ask(Role.WELFARE_LEAD, "GET", "welfare/officers/4711").status_code == 404


def test_a_category_that_no_scheme_has_keeps_nothing_back_and_is_refused(served: Served) -> None:
    path = f"welfare/officers/{served.unit.grader.id}"
    typed = served.ask(Role.WELFARE_LEAD, "PUT", path, {"not_shown": ["a", "indicative"]})
    assert typed.json()["not_shown"] == ["A", "Indicative"]  # as it is kept, whatever was typed
    wrong = served.ask(Role.WELFARE_LEAD, "PUT", path, {"not_shown": ["A", "Grade 9"]})
    assert wrong.status_code == 422
    assert "'Grade 9'" in wrong.json()["error"]["message"]
    assert "Indicative" in wrong.json()["error"]["hint"]
    assert served.get(Role.GRADER, "welfare")["not_shown"] == ["A", "Indicative"]
    assert served.ask(Role.GRADER, "PUT", path, {"not_shown": ["Grade 9"]}).status_code == 403


def test_a_talk_over_http_and_to_nobody_else(served: Served) -> None:
    asked = served.ask(Role.GRADER, "POST", "talk", {"text": "the blue room"})
    assert asked.status_code == 201
    number = asked.json()["id"]
    assert asked.json() == {"id": number, "to": None, "fallback": None, "within_min": 10}
    for role in set(Role) - {Role.GRADER, Role.COUNSELLOR}:
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/messages", {"text": "hello"}),
            ("POST", "/answer", None),
            ("POST", "/close", None),
        ):
            there = served.ask(role, method, f"talk/{number}{path}", body)
            nowhere = served.ask(role, method, f"talk/{number + 99}{path}", body)
            assert (there.status_code, there.json()) == (404, nowhere.json())
    assert served.ask(Role.COUNSELLOR, "POST", f"talk/{number}/answer").status_code == 204
    said = served.ask(Role.COUNSELLOR, "POST", f"talk/{number}/messages", {"text": "Come by."})
    assert said.status_code == 201
    talk = served.get(Role.GRADER, f"talk/{number}")
    assert [each["text"] for each in talk["messages"]] == ["the blue room", "Come by."]
    assert (talk["answered_by"], talk["readers"]) == ("Cora", ["Cora"])
    with served.unit.database.reader() as reader:
        rows = reader.connection.execute(select(schema.audit.c.subject, schema.audit.c.detail))
        assert not any("blue" in row.subject + row.detail for row in rows)
    assert served.ask(Role.GRADER, "POST", f"talk/{number}/close").status_code == 204
    assert served.get(Role.GRADER, "reception")["talk"] == []


@pytest.fixture
def lab(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[Lab, TestClient]]:
    """A case to take media into and match, served to its first officer."""
    path = tmp_path / "trawl.db"
    path.write_bytes(sqlite_template.read_bytes())
    database = Database.open(f"sqlite:///{path}")
    made = Lab.open(database, tmp_path)
    app = create_app(State(made.workspace, Settings(), database))
    app.dependency_overrides[asking] = lambda: made.bench.officer
    with TestClient(app) as client:
        yield made, client
    database.close()


def test_exposure_avoided_is_what_the_funnel_says(lab: tuple[Lab, TestClient]) -> None:
    made, client = lab
    bits = bits_of(3)
    made.take_in(
        one=picture("one", bits),
        two=picture("two", away(bits, 4)),
        three=picture("three", away(bits, 6)),
        known=picture("known", bits_of(8)),
        alone=picture("alone", bits_of(9)),
    )
    made.copy("again.jpg", picture("one", bits))
    made.add(f"{md5('known')}\n")
    made.match()
    case, officer = made.bench.case, made.bench.officer
    with made.database.reader() as reader:
        top = stored_media(reader, [digests("one").sha256])[digests("one").sha256].id
    show(made.database, officer, case.id, [Shown(top)], "grey")
    with made.database.session(officer) as session:
        row = {"officer_id": officer.id, "role": str(Role.GRADER)}
        session.connection.execute(insert(officer_role).values(**row))
        session.audit(Act.OFFICER_MANAGE, case_id=None, subject="", detail={})
    grade = {"key": "k", "media": [top], "whole_stack": True, "category": "B"}
    graded = client.post(f"/api/cases/{case.id}/grades", json=grade)
    assert graded.status_code == 200, graded.text
    (avoided,) = client.get("/api/welfare/ledger").json()["avoided"]["by_case"]
    found = funnel(made.database, officer, made.workspace, case)
    assert avoided["files"] == found.exposures_avoided == 4
    assert avoided["stacks"] == found.not_known - found.stacks == 2
    assert avoided["own"] == graded.json()["votes"] - 1 == 2
    reception = client.get("/api/reception").json()
    assert reception["avoided"]["files"] == 4
    assert reception["cases"] == [
        {"id": case.id, "name": "Heron", "left": 1, "disputes": 0, "samples": 0}
    ]
    (listed,) = client.get("/api/cases").json()
    assert (listed["left"], listed["disputes"]) == (1, 0)
    shown = client.get(f"/api/cases/{case.id}/funnel").json()
    assert (shown["left"], shown["graded"], shown["saved"]) == (1, 3, 4)
    held = client.post(f"/api/cases/{case.id}/leases", json={"media": [top]})
    assert held.status_code == 200, held.text
    (at_work,) = client.get(f"/api/cases/{case.id}").json()["working"]
    assert (at_work["officer"], at_work["at"]) == (officer.name, "1 stack")


def test_reception_shows_no_case_of_others(served: Served) -> None:
    other = enrol_officer(
        served.unit.database, served.unit[Role.ADMINISTRATOR], "Nora", Role.GRADER
    )
    reception = served.get(other, "reception")
    assert (reception["cases"], reception["avoided"]["by_case"]) == ([], [])
    assert reception["officer"]["name"] == "Nora"
    mine = served.get(Role.COUNSELLOR, "reception")["cases"]
    assert [(row["name"], row["left"]) for row in mine] == [("Heron", None)]
