"""The contract of every route: who may, who may not and why, and what each leaves in the audit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from route_sending import send
from route_table import TABLE, Of, Row, Sample
from starlette.routing import Mount
from unit_served import Desk, Standing, Unit, application, fresh_sqlite, served

from trawl.api.routers import ROUTERS
from trawl.model.access import Act, Role

GUARDED = [row for row in TABLE if row.of in (Of.CASE, Of.UNIT)]
CASES = [row for row in TABLE if row.of is Of.CASE]
SIGNED_IN = [row for row in TABLE if row.of is not Of.DOOR]
CHANGING = [row for row in SIGNED_IN if row.method != "GET"]
NAMES = {Of.CASE: "case", Of.UNIT: "unit", Of.SELF: "self", Of.DOOR: "door"}


def named(rows: list[Row]) -> Any:
    return pytest.mark.parametrize("row", rows, ids=[row.name for row in rows])


@pytest.fixture(scope="module")
def unit(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    """One server for all."""
    folder = tmp_path_factory.mktemp("contract")
    with served(fresh_sqlite(sqlite_template, folder), folder) as made:
        made.desk(Role.COUNSELLOR)
        yield made


def check_refusal(row: Row, desk: Desk, status: int, kind: str, words: str, **headers: str) -> None:
    """The route refuses, says why, and one row of the audit says so too."""
    unit = desk.unit
    sample = Sample(unit, desk)
    before = unit.audit_head()
    answer = send(row, sample, **headers)
    told = answer.json()["error"]
    assert (answer.status_code, told["kind"]) == (status, kind), answer.text
    assert words in told["message"]
    ((audit, detail),) = unit.audited(before)
    assert (audit.act, audit.officer_id, audit.case_id) == (Act.REFUSED, desk.id, None)
    assert (detail["method"], "/api" + detail["route"]) == (row.method, row.path)
    assert detail["reason"] == told["message"]
    named_in_path = re.findall(r"\{(\w+)\}", row.path)
    assert {name for name in named_in_path if name in detail} == set(named_in_path)


def check_success(row: Row, desk: Desk) -> None:
    """The route does what it is for, and leaves its acts in the audit and nothing else."""
    unit = desk.unit
    sample = Sample(unit, desk)
    if row.ready is not None:
        sample.ids |= row.ready(sample)
    before = unit.audit_head()
    answer = send(row, sample)
    assert answer.status_code == row.status, answer.text
    left = unit.audited(before)
    assert [audit.act for audit, _ in left] == list(row.leaves)
    assert {audit.officer_id for audit, _ in left} <= {desk.id}
    if row.of is Of.CASE:
        assert {audit.case_id for audit, _ in left} == {unit.case_id}


def who_may(unit: Unit, row: Row, role: Role) -> Desk:
    if not row.fresh:
        return unit.desk(role)
    unit.__dict__["_fresh"] = number = unit.__dict__.get("_fresh", 100) + 1
    return unit.desk(role, number=number)


def one_of(roles: frozenset[Role]) -> Role | None:
    """One of some roles, the least of them first."""
    order = (Role.GRADER, Role.EXAMINER, Role.COUNSELLOR, Role.WELFARE_LEAD, Role.SUPERVISOR)
    return next((role for role in (*order, *Role) if role in roles), None)


# The table is of what there is -------------------------------------------------------------------


def routes_of(unit: Unit) -> set[str]:
    found = set()
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute), f"{route} is no plain route"
            found |= {f"{method} /api{route.path}" for method in route.methods}
    return found


def test_every_route_is_in_the_table_and_none_that_is_not_there(unit: Unit) -> None:
    there = routes_of(unit)
    table = [row.name for row in TABLE]
    assert len(table) == len(set(table))
    assert there - set(table) == set(), "routes without a contract"
    assert set(table) - there == set(), "contracts without a route"


def test_nothing_is_served_beside_the_routers_and_the_page(unit: Unit) -> None:
    app = application(unit)
    documented = {
        f"{method.upper()} {path}"
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    assert documented == {row.name for row in TABLE}
    rest = [one for one in app.routes if isinstance(one, APIRoute | Mount)]
    assert {one.path for one in rest} <= {"/assets", "/{path:path}"}
    assert len(app.routes) - len(rest) == 1  # everything under /api


# Refusals ----------------------------------------------------------------------------------------


@named(SIGNED_IN)
def test_nobody_who_is_not_signed_in(unit: Unit, row: Row) -> None:
    before = unit.audit_head()
    nobody = Desk(unit, 0, "", Role.GRADER, token="no such session")
    answer = send(row, Sample(unit, nobody))
    assert (answer.status_code, answer.json()["error"]["kind"]) == (401, "not-signed-in")
    assert unit.audit_head() == before


@named(GUARDED)
def test_nobody_whose_second_factor_is_due(unit: Unit, row: Row) -> None:
    due = half_signed_in(unit)
    check_refusal(row, due, 403, "refused", "the sign-in is not complete: totp is still due")


def half_signed_in(unit: Unit) -> Desk:
    """A supervisor who has shown the password and not the code."""
    found = unit.__dict__.get("_due")
    if found is None:
        whole = unit.desk(Role.SUPERVISOR, number=50)
        found = Desk(unit, whole.id, whole.name, whole.role)
        from unit_served import PASSWORD

        body = {"name": whole.name, "password": PASSWORD}
        assert found.signed_in(unit.ask("POST", "/api/sign-in", body))["next"] == "totp"
        unit.__dict__["_due"] = found
    return found


@named(CHANGING)
@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"x_csrf": ""}, "does not bear this session's CSRF value"),
        ({"origin": "https://elsewhere.example"}, "comes from a page of another host"),
    ],
    ids=["no CSRF value", "another origin"],
)
def test_nothing_that_another_page_asks(
    unit: Unit, row: Row, headers: dict[str, str], words: str
) -> None:
    check_refusal(row, unit.desk(Role.GRADER), 403, "refused", words, **headers)


@pytest.mark.parametrize("origin", ["null", "http://testserver.example", "http://testserver:81"])
def test_no_origin_that_only_looks_like_ours(unit: Unit, origin: str) -> None:
    answer = unit.desk(Role.GRADER).ask("POST", "/api/talk", {}, origin=origin)
    assert answer.status_code == 403


@named([row for row in TABLE if row.of is Of.DOOR and row.method == "POST"])
def test_no_door_that_another_page_knocks_at(unit: Unit, row: Row) -> None:
    nobody = Desk(unit, 0, "", Role.GRADER)
    answer = send(row, Sample(unit, nobody), origin="https://elsewhere.example")
    assert (answer.status_code, answer.json()["error"]["kind"]) == (403, "refused")


@named([row for row in GUARDED if row.who != frozenset(Role)])
def test_no_role_that_may_not(unit: Unit, row: Row) -> None:
    role = one_of(frozenset(Role) - row.who)
    assert role is not None
    desk = who_may(unit, row, role)
    check_refusal(row, desk, *row.refused)


@named(CASES)
def test_no_one_who_is_not_a_member(unit: Unit, row: Row) -> None:
    role = one_of(row.who - ({Role.SUPERVISOR} if row.open_to_supervisors else set()))
    assert role is not None
    desk = unit.desk(role, Standing.STRANGER)
    check_refusal(row, desk, 403, "refused", "is not a member of this case")


@named(CASES[::7])  # all of them with the slow ones
def test_no_one_of_another_wing(unit: Unit, row: Row) -> None:
    role = one_of(row.who)
    assert role is not None
    desk = unit.desk(role, Standing.OTHER_WING)
    check_refusal(row, desk, 403, "refused", "is not of the wing of this case")


# Who may ------------------------------------------------------------------------------------------


@named(SIGNED_IN)
def test_who_may_does_it_and_it_is_written_down(unit: Unit, row: Row) -> None:
    role = one_of(row.who)
    assert role is not None
    check_success(row, who_may(unit, row, role))


# The doors ----------------------------------------------------------------------------------------


DOORS: dict[str, tuple[int, str, tuple[Act, ...]]] = {
    "POST /api/sign-in": (401, "not-signed-in", (Act.SIGN_IN_FAILED,)),
    "POST /api/sign-in/passkey/options": (200, "", ()),
    "POST /api/sign-in/passkey": (422, "failed", ()),
    "GET /api/invitation": (404, "not-found", ()),
    "POST /api/invitation": (404, "not-found", ()),
}
"""What whoever has nothing is told at each door, and what of it is written down."""


@named([row for row in TABLE if row.of is Of.DOOR])
def test_a_door_opens_to_nobody_who_has_nothing(unit: Unit, row: Row) -> None:
    status, kind, acts = DOORS[row.name]
    before = unit.audit_head()
    answer = send(row, Sample(unit, Desk(unit, 0, "", Role.GRADER)))
    assert answer.status_code == status, answer.text
    if kind:
        assert answer.json()["error"]["kind"] == kind
        assert "set-cookie" not in answer.headers
    left = unit.audited(before)
    assert tuple(audit.act for audit, _ in left) == acts
    assert all(audit.officer_id == 0 and audit.case_id is None for audit, _ in left)


def test_who_comes_in_by_a_door_is_written_down(unit: Unit) -> None:
    desk = unit.desk(Role.SUPERVISOR, number=60)
    before = unit.audit_head()
    desk.sign_in()
    assert [(audit.act, audit.officer_id) for audit, _ in unit.audited(before)] == [
        (Act.SIGN_IN, desk.id),
        (Act.SIGN_IN, desk.id),
    ]
    assert [detail["what"] for _, detail in unit.audited(before)] == ["password", "totp"]
    assert desk.ask("GET", "/api/session").json()["must"] is None


# Every role, every standing, every route ----------------------------------------------------------


def refusal_of(row: Row, role: Role, standing: Standing) -> tuple[int, str, str] | None:
    """What an officer of that role and standing is told; None: they may."""
    if role not in row.who:
        return row.refused
    if row.of is not Of.CASE or standing is Standing.MEMBER:
        return None
    if standing is Standing.OTHER_WING:
        return 403, "refused", "is not of the wing of this case"
    if row.open_to_supervisors and role is Role.SUPERVISOR:
        return None
    return 403, "refused", "is not a member of this case"


@pytest.mark.slow
@pytest.mark.parametrize("standing", Standing)
@pytest.mark.parametrize("role", Role)
def test_every_role_and_standing_at_every_route(unit: Unit, role: Role, standing: Standing) -> None:
    for row in GUARDED:
        told = refusal_of(row, role, standing)
        if told is not None:
            check_refusal(row, unit.desk(role, standing), *told)
        elif standing is Standing.MEMBER:
            check_success(row, who_may(unit, row, role))


@pytest.mark.slow
def test_the_same_on_both_databases(database_url: str, tmp_path: Path) -> None:
    with served(database_url, tmp_path) as unit:
        unit.desk(Role.COUNSELLOR)
        for row in GUARDED:
            role = one_of(row.who)
            assert role is not None
            if row.of is Of.CASE:
                check_success(row, who_may(unit, row, role))
            elif row.refused[0] == 403 and row.who != frozenset(Role):
                other = one_of(frozenset(Role) - row.who)
                assert other is not None
                check_refusal(row, unit.desk(other), *row.refused)
