"""Nothing of a restricted case to whoever is no member: not by any route, word, number or count.

Two units are held against each other, the same but for the restricted case: every answer to every
officer outside it must be the same. And inside the unit that has it, its own numbers must be
answered as numbers that were never dealt.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from route_sending import send
from route_table import TABLE, Of, Row, Sample
from unit_served import Desk, Standing, Unit, add_restricted, fresh_sqlite, ids_of_nightjar, served

import postgres
from trawl.casework.audit_list import VEILED
from trawl.model.access import Role
from trawl.model.case import Case
from trawl.review.events import events_after

pytestmark = pytest.mark.slow

NOWHERE = 987_654_321
"""A number that was never dealt."""

WORDS = ("nightjar", "nj/7", "jar 9", "near one", "hidden", "restricted words")
"""Whatever says something of the restricted case."""

DEALT = frozenset(
    {
        *("id", "act", "undoes", "sequence", "seed"),
        *("csrf", "secret", "uri", "challenge", "invitation", "view", "recovery_codes"),
    }
)
"""Numbers dealt across the workspace, and what is random. A number tells at most that others did
something; see the guide for administrators."""


@dataclass
class Hidden:
    """The restricted case and what was done in it."""

    case: Case
    media: dict[str, int]
    view: str
    marks: dict[str, int]
    officers: list[Desk]
    head: int


def furnish(unit: Unit) -> None:
    """What there is in both units: officers of all roles, work on the open case."""
    for role in Role:
        unit.desk(role)
    unit.desk(Role.SUPERVISOR, Standing.STRANGER)
    unit.desk(Role.GRADER, Standing.STRANGER)
    for number in (1, 2, 3):
        unit.desk(Role.GRADER, Standing.STRANGER, 40 + number)
    unit.desk(Role.SUPERVISOR, Standing.STRANGER, 44)
    unit.desk(Role.GRADER, Standing.MEMBER, 45)
    case, media = f"/api/cases/{unit.case_id}", unit.media
    for role, category in ((Role.GRADER, "A"), (Role.VICTIM_IDENTIFICATION, "B")):
        body = {"key": unit.key(), "media": [media["shared"], media["one"]], "category": category}
        unit.desk(role).made(f"{case}/grades", body)
    unit.desk(Role.GRADER).made(f"{case}/media/{media['shared']}/notes", {"text": "An open note."})
    unit.desk(Role.GRADER).made(f"{case}/leases", {"media": [media["film"]]})
    now = unit.clock.now_us
    shift = {
        "officer_id": unit.desk(Role.COUNSELLOR).id,
        "from_us": now - 1,
        "until_us": now + 10**10,
    }
    unit.desk(Role.WELFARE_LEAD).made("/api/welfare/shifts", {**shift, "how": "Room 4"})


def hide(unit: Unit) -> Hidden:
    """The restricted case, and everything that is done in a case."""
    case = add_restricted(unit.lab, unit.lab.bench.officer)
    address = f"/api/cases/{case.id}"
    graders = [unit.desk(Role.GRADER, Standing.STRANGER, 40 + number) for number in (1, 2, 3)]
    graders.append(unit.desk(Role.GRADER, Standing.MEMBER, 45))  # of both cases
    sam = unit.desk(Role.SUPERVISOR, Standing.STRANGER, 44)
    for desk in (*graders, sam):
        unit.admin.made(f"{address}/members", {"officer_id": desk.id})
    media = ids_of_nightjar(unit.database)
    marks: dict[str, int] = {}
    for desk, category in zip(graders, "ABBA", strict=True):
        for name in ("hidden", "shared"):
            body = {"key": unit.key(), "media": [media[name]], "category": category}
            desk.made(f"{address}/grades", body)
            on, words = f"{address}/media/{media[name]}", f"restricted words {desk.id}"
            marks["notes"] = desk.made(f"{on}/notes", {"text": f"{words}."})["id"]
            marks["tags"] = desk.made(f"{on}/tags", {"tag": words})["id"]
            clue = {"label": words, "x": 0.1, "y": 0.1, "w": 0.1, "h": 0.1}
            marks["clues"] = desk.made(f"{on}/clues", clue)["id"]
            assert desk.ask("GET", f"{on}/look?clarity=grey").status_code == 200
        assert desk.ask("GET", f"{address}/tiles?ids={media['hidden']}").status_code == 200
        kept = {"name": "Restricted words", "value": {"path": "hidden"}}
        marks["filters"] = desk.made(f"{address}/filters", kept)["id"]
    settled = {"key": unit.key(), "category": "B", "grounds": "Restricted words."}
    sam.made(f"{address}/disputes/{media['hidden']}", settled)
    sam.made(f"{address}/samples", {"share": 1})
    graders[0].made(f"{address}/leases", {"media": [media["hidden film"], media["near one"]]})
    graders[3].made(f"{address}/leases", {"media": [media["shared"]]})
    for desk in graders:
        assert desk.ask("GET", f"{address}/events").status_code == 200
    view = graders[0].made(f"{address}/views", {"source": "all", "unit": "media"})["view"]
    return Hidden(case, media, view, marks, [*graders, sam], unit.audit_head())


@dataclass
class Both:
    """The unit with the restricted case, and the one without."""

    present: Unit
    absent: Unit
    hidden: Hidden

    def at_once(self) -> None:
        """Their clocks show the same time."""
        now = max(self.present.clock.now_us, self.absent.clock.now_us) + 1000
        self.present.clock.now_us = self.absent.clock.now_us = now
        # Keys that no act has had, the same in both.
        self.present.keys = self.absent.keys = max(self.present.keys, self.absent.keys)

    def desks(self, desk: Desk) -> tuple[Desk, Desk]:
        """The same officer in both."""
        key = next(key for key, one in self.present.desks.items() if one is desk)
        return desk, self.absent.desks[key]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def urls(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, str]:
    """Two empty databases of a kind."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        first, second = (tmp_path_factory.mktemp("fresh") for _ in range(2))
        return fresh_sqlite(template, first), fresh_sqlite(template, second)
    folder = request.getfixturevalue("postgres_folder")
    names = "with_nightjar", "without_nightjar"
    for name in names:
        postgres.execute(folder, f"CREATE DATABASE {name} TEMPLATE template_trawl")
    return postgres.url(folder, names[0]), postgres.url(folder, names[1])


@pytest.fixture(scope="module")
def both(urls: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Both]:
    first, second = (tmp_path_factory.mktemp(name) for name in ("present", "absent"))
    with served(urls[0], first) as present, served(urls[1], second) as absent:
        furnish(present)
        furnish(absent)
        hidden = hide(present)
        both = Both(present, absent, hidden)
        # Nobody is signed in for so long: what members did is not of this day's line any more.
        both.at_once()
        yield both


def plain(found: Any) -> Any:
    """A JSON answer without what is random or dealt across the workspace."""
    if isinstance(found, dict):
        return {name: "*" if name in DEALT else plain(value) for name, value in found.items()}
    return [plain(one) for one in found] if isinstance(found, list) else found


def told(answer: Any) -> tuple[int, object, dict[str, str]]:
    """Status, content and headers of an answer."""
    headers = {name: value for name, value in answer.headers.items() if name != "set-cookie"}
    if answer.content and answer.headers["content-type"].startswith("application/json"):
        headers.pop("content-length", None)
        return answer.status_code, plain(answer.json()), headers
    return answer.status_code, answer.content, headers


def says_nothing(answer: Any) -> None:
    """No word of the restricted case, in what is said or in headers."""
    said = answer.content.lower().decode("utf-8", "replace") + str(answer.headers).lower()
    for word in WORDS:
        assert word not in said, word


# The same with and without ---------------------------------------------------------------------

NOT_ALIKE = {
    "GET /api/audit": "an auditor reads that something was done in a case that is restricted",
    "GET /api/welfare/unit": "totals of all that officers looked at, whatever case it was in",
}
ALIKE = [row for row in TABLE if row.name not in NOT_ALIKE]


def sample(desk: Desk, row: Row) -> Sample:
    made = Sample(desk.unit, desk)
    if row.ready is not None and desk.role in row.who:
        made.ids |= row.ready(made)
    return made


@pytest.mark.parametrize("role", Role)
def test_every_answer_is_the_same_without_the_restricted_case(both: Both, role: Role) -> None:
    desk = both.present.desk(role)
    for row in ALIKE:
        if row.fresh:
            continue  # about the officer's own sign-in and talks
        there, elsewhere = both.desks(desk)
        both.at_once()
        samples = sample(there, row), sample(elsewhere, row)
        both.at_once()
        first, second = send(row, samples[0]), send(row, samples[1])
        assert told(first) == told(second), row.name
        says_nothing(first)


def test_nor_of_media_that_both_have_or_that_look_alike(both: Both) -> None:
    there, elsewhere = both.desks(both.present.desk(Role.GRADER))
    rows = [row for row in ALIKE if re.search(r"\{media(_id)?\}", row.path) and row.method == "GET"]
    assert len(rows) >= 9
    for name, media in both.present.media.items():
        for row in rows:
            both.at_once()
            ids: dict[str, object] = {"media": media, "media_id": media}
            first, second = (
                send(row, Sample(one.unit, one, {**ids})) for one in (there, elsewhere)
            )
            assert told(first) == told(second), (name, row.name)
            says_nothing(first)


def test_nor_live(both: Both) -> None:
    """Who follows the open case is told of nothing that was done in the other."""
    unit, hidden = both.present, both.hidden
    with unit.database.reader() as reader:
        newest, told_of = events_after(reader, 0, {unit.case_id})
        _, of_it = events_after(reader, 0, {hidden.case.id})
    assert newest >= hidden.head
    assert of_it
    assert told_of
    only = set(hidden.media.values()) - set(unit.media.values())
    named = {media for event in told_of for media in event.media_ids}
    assert not named & only
    assert {event.case_id for event in told_of} <= {unit.case_id, None}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.GRADER])
def test_nor_to_whoever_is_of_no_case(both: Both, role: Role) -> None:
    there, elsewhere = both.desks(both.present.desk(role, Standing.STRANGER))
    for path in (
        *("/api/cases", "/api/reception", "/api/welfare", "/api/welfare/ledger", "/api/talk"),
        *(f"/api/cases/{both.present.case_id}/candidates", "/api/policy/grading"),
    ):
        both.at_once()
        first, second = there.ask("GET", path), elsewhere.ask("GET", path)
        assert told(first) == told(second), path
        says_nothing(first)


# Its numbers are numbers of nothing ------------------------------------------------------------

IN_A_CASE = [row for row in TABLE if row.of is Of.CASE]


def answered(row: Row, desk: Desk, ids: dict[str, object]) -> tuple[int, object, dict[str, str]]:
    """The answer with the numbers that were asked for out of it."""
    status, content, headers = told(send(row, Sample(desk.unit, desk, dict(ids))))
    text = json.dumps(content) if not isinstance(content, bytes) else content.hex()
    for number in ids.values():
        text = re.sub(rf"\b{number}\b", "#", text)
    return status, text, headers


@pytest.mark.parametrize("standing", [Standing.MEMBER, Standing.STRANGER])
@pytest.mark.parametrize("role", [Role.GRADER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_the_case_is_answered_as_one_that_is_not_there(
    both: Both, role: Role, standing: Standing
) -> None:
    desk = both.present.desk(role, standing)
    media = both.hidden.media["hidden"]
    inside = {
        "case": both.hidden.case.id,
        "case_id": both.hidden.case.id,
        "view": both.hidden.view,
        "media": media,
        "media_id": media,
        "officer_id": both.hidden.officers[0].id,
    }
    outside = {
        "case": NOWHERE,
        "case_id": NOWHERE,
        "view": "f" * 24,
        "media": NOWHERE,
        "media_id": NOWHERE,
        "officer_id": both.hidden.officers[0].id,
    }
    for row in IN_A_CASE:
        both.at_once()
        there = answered(row, desk, {**inside, "mark": both.hidden.marks["notes"]})
        nowhere = answered(row, desk, {**outside, "mark": NOWHERE})
        assert there == nowhere, row.name
        assert there[0] == 403
        assert "hidden" not in str(there)


@pytest.mark.parametrize("role", [Role.GRADER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_what_is_in_it_is_not_in_another_case(both: Both, role: Role) -> None:
    desk, hidden = both.present.desk(role), both.hidden
    for row in IN_A_CASE:
        if not re.search(r"\{(media|media_id|mark|view)\}", row.path):
            continue
        kind = next((kind for kind in hidden.marks if f"/{kind}/" in row.path), "notes")
        for name in ("hidden", "hidden film"):
            media = hidden.media[name]
            inside: dict[str, object] = {"media": media, "media_id": media, "view": hidden.view}
            outside: dict[str, object] = {"media": NOWHERE, "media_id": NOWHERE, "view": "f" * 24}
            if "{mark}" in row.path and "{media" in row.path:
                inside["media"] = outside["media"] = both.present.media["shared"]
            inside["mark"], outside["mark"] = hidden.marks[kind], NOWHERE
            both.at_once()
            there = answered(row, desk, inside)
            assert there == answered(row, desk, outside), row.name
            assert there[0] in (403, 404), (row.name, there)


def bodies(media: int, case_id: int) -> list[tuple[str, str, object]]:
    """Requests that name a media or a case elsewhere than in their path."""
    view = {"source": "all", "unit": "media"}
    return [
        ("POST", "{case}/grades", {"key": "k", "media": [media], "category": "A"}),
        (
            "POST",
            "{case}/grades",
            {"key": "k", "media": [media], "category": "A", "whole_stack": True},
        ),
        ("POST", "{case}/grades", {"key": "k", "media": [1, media], "category": None}),
        ("POST", "{case}/leases", {"media": [media]}),
        ("POST", "{case}/leases", {"media": [1, media]}),
        ("GET", f"{{case}}/tiles?ids={media}", None),
        ("GET", f"{{case}}/tiles?ids=1,{media}&clarity=clear", None),
        ("GET", f"{{view}}/find?media={media}", None),
        ("POST", "{case}/views", {**view, "filter": {"path": "hidden"}}),
        ("POST", "{case}/views", {**view, "filter": {"text": "Jar 9"}}),
        ("POST", "{case}/views", {**view, "filter": {"cameras": ["Jar 9"]}}),
        ("POST", "{case}/views", {**view, "filter": {"tags": ["restricted words"]}}),
        ("POST", "{case}/views", {**view, "filter": {"exhibits": ["NJ/7"]}}),
        ("POST", "/api/welfare/heartbeat", beat(case_id, media, True)),
        ("POST", "/api/welfare/heartbeat", beat(case_id, media, False)),
        ("GET", "/api/welfare/ledger", None),
        ("GET", "/api/reception", None),
        ("GET", "/api/welfare", None),
    ]


def beat(case_id: int, media: int, showing: bool) -> object:
    shown = [[media, "clear", 4000]]
    return {
        "page": "page-1",
        "visible": True,
        "showing": showing,
        "case_id": case_id,
        "shown": shown,
    }


@pytest.mark.parametrize("role", [Role.GRADER, Role.SUPERVISOR, Role.COUNSELLOR])
def test_what_is_named_in_a_body_is_named_in_vain(both: Both, role: Role) -> None:
    there, elsewhere = both.desks(both.present.desk(role))
    media, case_id = both.hidden.media["hidden"], both.hidden.case.id
    opened = {}
    for desk in (there, elsewhere):
        case = f"/api/cases/{desk.unit.case_id}"
        found = desk.ask("POST", f"{case}/views", {"source": "all"}).json()
        opened[desk.unit.clock] = case, f"{case}/views/{found.get('view', 'f' * 24)}"
    for inside, outside in zip(bodies(media, case_id), bodies(NOWHERE, NOWHERE + 1), strict=True):
        both.at_once()
        answers = []
        for desk, (method, path, body) in ((there, inside), (elsewhere, outside)):
            case, view = opened[desk.unit.clock]
            path = path.replace("{case}", case).replace("{view}", view)
            answers.append(desk.ask(method, path, body))
        first, second = map(told, answers)
        said = [re.sub(rf"\b({media}|{NOWHERE})\b", "#", str(one)) for one in (first, second)]
        assert said[0] == said[1], inside
        assert "Nightjar" not in answers[0].text


# Names, and the audit --------------------------------------------------------------------------


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_its_name_is_free(both: Both, role: Role, restricted: bool) -> None:
    there, elsewhere = both.desks(both.present.desk(role))
    name = f"Nightjar {role} {restricted}"
    both.present.admin.made("/api/cases", {"name": name, "restricted": True})
    body = {"name": name, "restricted": restricted}
    for status in (200, 409):
        both.at_once()
        first, second = (desk.ask("POST", "/api/cases", body) for desk in (there, elsewhere))
        assert told(first) == told(second)
        assert first.status_code == status


def test_its_files_are_found_by_no_one_else(both: Both) -> None:
    """Nor are those of a case that was damaged: a stranger is refused before anything is read."""
    unit, hidden = both.present, both.hidden
    folder = unit.lab.workspace.matching(hidden.case.id)
    kept = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    grader = unit.desk(Role.GRADER)
    try:
        for path in kept:
            path.write_bytes(b"damaged")
        for row in IN_A_CASE:
            ids: dict[str, object] = {"case_id": hidden.case.id}
            assert answered(row, grader, ids)[0] == 403, row.name
    finally:
        for path, data in kept.items():
            path.write_bytes(data)


def test_the_audit_says_that_something_was_done_and_not_what(both: Both) -> None:
    auditor, hidden = both.present.desk(Role.AUDITOR), both.hidden
    after: int | None = hidden.head + 1
    seen = veiled = 0
    while after is not None:
        page = auditor.ask("GET", f"/api/audit?limit=500&after={after}").json()
        after = page["next"]
        seen += len(page["rows"])
        veiled += sum(row["case"] == VEILED for row in page["rows"])
        rows = json.dumps(page["rows"]).lower()
        assert not [word for word in WORDS if word in rows]
    assert seen > 100
    assert veiled > 40
    for said in ("Nightjar", "nightjar", str(hidden.case.id), "NJ/7"):
        nothing = auditor.ask("GET", f"/api/audit?case={said}")
        assert told(nothing) == told(auditor.ask("GET", "/api/audit?case=Nothing"))


def test_totals_of_the_unit_name_no_case(both: Both) -> None:
    lead = both.present.desk(Role.WELFARE_LEAD)
    answer = lead.ask("GET", "/api/welfare/unit")
    says_nothing(answer)
    assert "case" not in answer.text
