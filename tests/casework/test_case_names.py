"""Names of cases: taken by what an officer may know of, free of what they may not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from trawl.casework.cases import add_case, enrol_officer, find_case, list_cases
from trawl.casework.members import add_member_to
from trawl.errors import AlreadyExists, Conflict, NotFound
from trawl.model.access import Officer, Role
from trawl.store.database import Database
from trawl.store.officers import bootstrap

Unit = tuple[Database, Officer, Officer]


@pytest.fixture
def unit(database_url: str) -> Iterator[Unit]:
    """An administrator and a supervisor."""
    database = Database.open(database_url)
    admin = bootstrap(database, "Ada Marsh")
    yield database, admin, enrol_officer(database, admin, "Sam Orme", Role.SUPERVISOR)
    database.close()


def test_the_name_of_a_restricted_case_is_free_to_others(unit: Unit) -> None:
    database, admin, sam = unit
    hidden = add_case(database, admin, "Nightjar", restricted=True)
    mine = add_case(database, sam, "Nightjar")
    assert (hidden.name, mine.name) == ("Nightjar", "Nightjar")
    assert find_case(database, admin, "Nightjar").id == hidden.id
    assert find_case(database, sam, "Nightjar") == mine
    assert [case.name for case in list_cases(database, sam)] == ["Nightjar"]
    add_case(database, sam, "Wren", restricted=True)
    assert add_case(database, admin, "Wren", restricted=True).name == "Wren"


@pytest.mark.parametrize("restricted", [False, True])
def test_a_name_is_taken_by_what_may_be_known(unit: Unit, restricted: bool) -> None:
    database, admin, sam = unit
    add_case(database, admin, "Heron")
    add_case(database, sam, "Nightjar", restricted=True)
    for officer, name in ((admin, "Heron"), (sam, "Heron"), (sam, "Nightjar")):
        with pytest.raises(AlreadyExists, match="is not free"):
            add_case(database, officer, name, restricted=restricted)


def test_two_cases_of_one_name_are_not_told_apart_by_it(unit: Unit) -> None:
    database, admin, sam = unit
    hidden = add_case(database, admin, "Nightjar", restricted=True)
    add_case(database, sam, "Nightjar")
    add_member_to(database, admin, hidden.id, sam.id)
    with pytest.raises(Conflict, match="2 cases Nightjar"):
        find_case(database, sam, "Nightjar")


def test_a_name_is_not_a_pattern_nor_its_beginning(unit: Unit) -> None:
    database, admin, _ = unit
    add_case(database, admin, "Night_jar", restricted=True)
    add_case(database, admin, "Heron")
    for name in (
        "Night",
        "Night%",
        "Night%jar",
        "NightXjar",
        "Night_jar\n1",
        "Heron\n2",
        "Her\x00on",
    ):
        with pytest.raises(NotFound):
            find_case(database, admin, name)
    assert find_case(database, admin, "Night_jar").restricted


def test_a_space_around_an_officer_s_name_is_no_part_of_it(unit: Unit) -> None:
    database, admin, _ = unit
    assert enrol_officer(database, admin, " Kit Ward ", Role.GRADER).name == "Kit Ward"
    with pytest.raises(AlreadyExists):
        enrol_officer(database, admin, "Kit Ward ", Role.GRADER)
