"""The whole contract, asked at random by each role: nothing breaks, everything answers as it says.

Each role's officer asks every operation with what fits the contract and with what does not. The
server raises into the test what it does not handle. The answers are held against the contract:
their status, their type, their shape.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)
from unit_served import Desk, Unit, application, fresh_sqlite, served

import postgres
from trawl.model.access import Act, Role
from trawl.store import officers
from trawl.store.web_sessions import Lasting, Passed, begin_session

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(600),
]

EXAMPLES = int(os.environ.get("TRAWL_SCHEMATHESIS_EXAMPLES", "4"))
"""Requests of each kind (fitting and not) to each operation by each role."""

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]

STREAMS = frozenset({"GET /api/cases/{case_id}/events"})
"""Answers that never end: asked by ``test_route_contract``."""

BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=bool(os.environ.get("CI")),
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def unit(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Unit]:
    folder = tmp_path_factory.mktemp("schemathesis")
    with served(fresh_sqlite(sqlite_template, folder), folder) as made:
        for role in Role:
            made.desk(role)
        made.desk(Role.EXAMINER, number=1)
        yield made


def operations_of(unit: Unit) -> list[Any]:
    """Every operation of the contract."""
    contract = without_tuples(application(unit).openapi())
    schema = schemathesis.openapi.from_dict(contract)
    schema.app = application(unit)
    return [found.ok() for found in schema.get_all_operations()]


@pytest.fixture(scope="module")
def operations(unit: Unit) -> list[Any]:
    return operations_of(unit)


def without_tuples(found: Any) -> Any:
    """The contract with arrays of so many of any of the types where it has tuples: schemathesis
    4.32 turns ``prefixItems`` into a form that its own reading of OpenAPI 3.1 then refuses."""
    if isinstance(found, list):
        return [without_tuples(one) for one in found]
    if not isinstance(found, dict):
        return found
    told = {name: without_tuples(value) for name, value in found.items()}
    if isinstance(told.get("prefixItems"), list):
        told["items"] = {"anyOf": told.pop("prefixItems")}
    return told


def back_at_work(desk: Desk) -> None:
    """Whatever was done to the officer at random is undone, and they have a session."""
    database = desk.unit.database
    with database.session(desk.unit.lab.bench.officer) as session:
        officers.set_disabled(session, desk.id, disabled=False)
        officers.set_roles(session, desk.id, [desk.role])
        officers.set_wings(session, desk.id, [])
        begun = begin_session(session, desk.id, Passed.SECOND_FACTOR, Lasting())
        session.audit(Act.OFFICER_MANAGE, case_id=None, subject=desk.name, detail={})
    desk.token, desk.csrf = begun.token, begun.csrf


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=str)
@pytest.mark.parametrize("role", Role)
def test_every_operation_answers_as_the_contract_says(
    unit: Unit, operations: list[Any], role: Role, mode: GenerationMode
) -> None:
    ask_all(unit.desk(role), operations, mode)


def test_so_it_does_on_postgresql(postgres_folder: str, tmp_path: Path) -> None:
    postgres.execute(postgres_folder, "CREATE DATABASE at_random TEMPLATE template_trawl")
    with served(postgres.url(postgres_folder, "at_random"), tmp_path) as unit:
        unit.desk(Role.EXAMINER, number=1)
        operations = operations_of(unit)
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            ask_all(unit.desk(Role.SUPERVISOR), operations, mode)
    postgres.execute(postgres_folder, "DROP DATABASE at_random WITH (FORCE)")


def ask_all(desk: Desk, operations: list[Any], mode: GenerationMode) -> None:
    for operation in operations:
        if operation.label not in STREAMS:
            back_at_work(desk)
            ask_at_random(operation, desk, mode)


def known(desk: Desk, drawn: dict[str, Any]) -> dict[str, Any]:
    """Of the numbers drawn for a path, those that lead nowhere replaced by such as are there:
    for media, every drawn number stands for one of them."""
    unit, media = desk.unit, [*desk.unit.media.values()]
    found: dict[str, Any] = {"case_id": unit.case_id, "case": unit.case_id}
    found["officer_id"] = unit.desk(Role.EXAMINER, number=1).id
    for name in ("media", "media_id"):
        found[name] = media[drawn[name] % len(media)] if name in drawn else None
    if "view" in drawn:
        opened = desk.ask("POST", f"/api/cases/{unit.case_id}/views", {"source": "all"})
        found["view"] = opened.json().get("view", drawn["view"])
    for name in ("talk_id", "mark", "shift_id", "consent_id"):
        found[name] = 1 + drawn[name] % 3 if name in drawn else None
    return {name: value for name, value in found.items() if name in drawn}


def fitting(desk: Desk, body: Any) -> Any:
    """A drawn body whose media and category are such as are there."""
    if not isinstance(body, dict):
        return body
    media = [*desk.unit.media.values()]
    if "media" in body:
        body = body | {"media": [media[int(one) % len(media)] for one in body["media"]]}
    return body | {"category": "B"} if body.get("category") else body


def ask_at_random(operation: Any, desk: Desk, mode: GenerationMode) -> None:
    """Ask an operation a bounded number of times."""

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            case.path_parameters |= known(desk, case.path_parameters)
            case.body = fitting(desk, case.body)
            if "ids" in case.query:
                case.query["ids"] = ",".join(map(str, desk.unit.media.values()))
        headers = {"cookie": f"trawl_session={desk.token}", "x-csrf": desk.csrf}
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)

    with suppress(Unsatisfiable):  # nothing that could be wrong about it
        ask()
