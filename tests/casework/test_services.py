"""Every public function of casework asks access and leaves one audit row."""

from __future__ import annotations

import importlib
import inspect
import io
import pkgutil
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

import trawl.casework
from trawl.casework.cases import add_case, add_member, enrol_officer, find_case, list_cases
from trawl.casework.exhibits import (
    add_exhibit,
    ensure_exhibit,
    list_acquisitions,
    list_exhibits,
)
from trawl.casework.log import export_log
from trawl.casework.media import show_media
from trawl.casework.officers import change_officer
from trawl.errors import AccessRefused, AlreadyExists, NotFound
from trawl.model.access import Act, Officer, Role
from trawl.model.case import Case
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Logged
from trawl.model.media import Digests, FileType, Kind, MediaRecord
from trawl.store import schema
from trawl.store.acquisitions import acquisition, begin_acquisition
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root
from trawl.store.database import Database
from trawl.store.log_export import ExportFormat
from trawl.store.officers import bootstrap
from trawl.store.slices import write_slice

SHA256 = bytes(range(32))
NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


def services() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.iter_modules(trawl.casework.__path__, "trawl.casework."):
        loaded = importlib.import_module(module.name)
        for name, found in inspect.getmembers(loaded, inspect.isfunction):
            if found.__module__ == module.name and not name.startswith("_"):
                yield found


SERVICES = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}": each for each in services()}


@pytest.fixture
def database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "trawl.db"
    shutil.copy(sqlite_template, path)
    opened = Database.open(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def jo(database: Database) -> Officer:
    """An administrator who is an auditor, too: may call every service."""
    first = bootstrap(database, "jo")
    change_officer(database, first, first.id, roles=[Role.ADMINISTRATOR, Role.AUDITOR])
    return first


@pytest.fixture
def stranger(database: Database, jo: Officer) -> Officer:
    """An auditor who is in no case: may read and verify the audit, and list nothing."""
    return enrol_officer(database, jo, "stranger", Role.AUDITOR)


@pytest.fixture
def case(database: Database, jo: Officer, tmp_path: Path) -> Case:
    """A case with one occurrence."""
    added = add_case(database, jo, "T")
    exhibit = ensure_exhibit(database, jo, added, "S/1")
    record = MediaRecord(
        digests=Digests(SHA256[:16], SHA256[:20], SHA256),
        size=1,
        type=FileType("text/plain", Kind.OTHER),
    )
    row = Logged(entry=Entry(path=b"a"), state=OccurrenceState.LOGGED, media=record)
    with database.session(jo) as session, PackWriter(tmp_path / "packs") as packs:
        root = add_root(session, begin_acquisition(session, exhibit.id, ["/x"], {}))
        write_slice(session, container=root, first=0, rows=[row], thumbnails=packs, open_depth=1)
        session.audit(Act.INTAKE_SLICE, case_id=added.id, subject="", detail={})
    return added


def arguments(service: Callable[..., Any], database: Database, case: Case) -> dict[str, Any]:
    """What to call a service with, by the names of its parameters."""
    with database.reader() as reader:
        values = {
            "case": case,
            "case_id": case.id,
            "member_id": 1 if service.__name__ == "remove_member" else 2,
            "officer_id": 2,
            "name": {"find_case": "T", "add_member": "stranger"}.get(service.__name__, "new"),
            "reference": "S/2",
            "role": Role.EXAMINER,
            "acquisition": acquisition(reader, 1),
            "sha256": SHA256,
            "media_id": 1,
            "kind": ExportFormat.CSV,
            "out": io.BytesIO(),
        }
    wanted = inspect.signature(service).parameters.values()
    return {
        each.name: values[each.name]
        for each in list(wanted)[2:]
        if each.default is inspect.Parameter.empty and each.kind in NAMED
    }


def audit_rows(database: Database) -> int:
    with database.reader() as reader:
        return reader.connection.execute(select(func.count(schema.audit.c.sequence))).scalar_one()


def test_there_are_services() -> None:
    assert {"cases.add_case", "exhibits.ensure_exhibit", "log.export_log"} <= set(SERVICES)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_the_database_and_the_officer_first(name: str) -> None:
    parameters = list(inspect.signature(SERVICES[name]).parameters)
    assert parameters[:2] == ["database", "officer"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_leaves_one_audit_row(
    name: str, database: Database, jo: Officer, stranger: Officer, case: Case
) -> None:
    given = arguments(SERVICES[name], database, case)
    if name == "members.remove_member":
        add_member(database, jo, case, "stranger")
    before = audit_rows(database)
    SERVICES[name](database, jo, **given)
    assert audit_rows(database) == before + 1


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_asks_access(name: str, database: Database, jo: Officer, case: Case) -> None:
    given = arguments(SERVICES[name], database, case)
    nobody = Officer(999, "nobody", Role.ADMINISTRATOR)
    enrol_officer(database, jo, "stranger", Role.AUDITOR)
    before = audit_rows(database)
    with pytest.raises(AccessRefused, match="not an officer"):
        SERVICES[name](database, nobody, **given)
    assert audit_rows(database) == before


OF_AUDITORS = {"audit.verify_audit", "audit_list.list_audit"}
ONLY_OWN = {"cases.list_cases", "cases.list_open_cases"}


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - OF_AUDITORS - ONLY_OWN))
def test_a_service_gives_nothing_to_one_who_is_not_in_the_case(
    name: str, database: Database, jo: Officer, stranger: Officer, case: Case
) -> None:
    given = arguments(SERVICES[name], database, case)
    before = audit_rows(database)
    with pytest.raises((AccessRefused, NotFound)):
        SERVICES[name](database, stranger, **given)
    assert audit_rows(database) == before
    if "out" in given:
        assert given["out"].getvalue() == b""


def test_cases_are_told_to_members_alone(database: Database, jo: Officer, case: Case) -> None:
    kim = enrol_officer(database, jo, "kim", Role.EXAMINER)
    assert list_cases(database, kim) == []
    with pytest.raises(NotFound, match="no case T"):
        find_case(database, kim, "T")
    with pytest.raises(NotFound):
        show_media(database, kim, SHA256)
    for _ in range(2):
        assert add_member(database, jo, case, "kim") == kim
    assert list_cases(database, kim) == [case] == [find_case(database, kim, "T")]
    assert [row.path for row in show_media(database, kim, SHA256).occurrences] == ["a"]


def test_names_are_taken_once(database: Database, jo: Officer, case: Case) -> None:
    with pytest.raises(AlreadyExists):
        add_case(database, jo, "T")
    with pytest.raises(AlreadyExists):
        enrol_officer(database, jo, "jo", Role.AUDITOR)
    with pytest.raises(AlreadyExists):
        add_exhibit(database, jo, case, "S/1")
    with pytest.raises(AlreadyExists):
        bootstrap(database, "another")
    assert ensure_exhibit(database, jo, case, "S/1") == list_exhibits(database, jo, case)[0]


def test_acquisitions_are_listed(database: Database, jo: Officer, case: Case) -> None:
    (found,) = list_acquisitions(database, jo, case)
    assert (found.exhibit, found.occurrences, found.roots) == ("S/1", 1, ("/x",))


def test_an_export_is_on_record_before_it_leaves(
    database: Database, jo: Officer, case: Case
) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError("no space left")

    before = audit_rows(database)
    with pytest.raises(OSError, match="no space"):
        export_log(database, jo, case, ExportFormat.JSONL, Full())
    assert audit_rows(database) == before + 1
