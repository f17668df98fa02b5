"""Every public function of matching that an officer can reach asks access and leaves a trace."""

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
from matching_lab import Lab, away, bits_of, md5, picture, vics
from sqlalchemy import func, select
from tests.matching.embedding.tiny_models import mean_colour
from tests.store.store_samples import digests

import trawl.matching
from trawl.casework.cases import add_case, enrol_officer
from trawl.errors import AccessRefused, NotFound
from trawl.matching.adding_lists import Order
from trawl.matching.case_vectors import embed_case
from trawl.matching.embedding.model import Model
from trawl.matching.rejecting import reject
from trawl.matching.sought import sought_picture
from trawl.model.access import Act, Officer, Role
from trawl.model.hash_set import Purpose
from trawl.model.media import Fingerprint
from trawl.store import schema
from trawl.store.database import Database
from trawl.store.officers import officer_by_name
from trawl.workbench_review import grades_of

NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)

ACTS = {
    "case_vectors.embed_case": Act.MATCH_RUN,
    "explaining.explain_in_case": Act.MATCH_READ,
    "explaining.explain_media": Act.MATCH_READ,
    "explaining.list_hits": Act.MATCH_READ,
    "funnel.funnel": Act.MATCH_READ,
    "adding_lists.add_list": Act.HASH_SET_ADD,
    "hash_sets.list_hash_sets": Act.HASH_SET_READ,
    "hash_sets.remove_entries": Act.HASH_SET_REMOVE,
    "hash_sets.remove_hash_set": Act.HASH_SET_REMOVE,
    "hash_sets.remove_list": Act.HASH_SET_REMOVE,
    "hash_sets.show_hash_set": Act.HASH_SET_READ,
    "in_common.in_common": Act.SIMILAR_SEARCH,
    "match.match_case": Act.MATCH_RUN,
    "rejecting.list_rejections": Act.MATCH_READ,
    "rejecting.reject": Act.MATCH_REJECT,
    "rejecting.unreject": Act.MATCH_REJECT,
    "similar.search": Act.SIMILAR_SEARCH,
    "sought.sought_media": Act.SIMILAR_SEARCH,
    "stack_list.list_stacks": Act.MATCH_READ,
    "stack_list.show_stack": Act.MATCH_READ,
    "vics_export.export_vics": Act.CASE_EXPORT,
}

# They are on no case: what is known belongs to the unit, so an examiner of any case may.
OF_THE_UNIT = {name for name in ACTS if name.startswith(("adding_lists.", "hash_sets."))}


def services() -> Iterator[Callable[..., Any]]:
    """Every public function that is handed the database or the officer."""
    for module in pkgutil.iter_modules(trawl.matching.__path__, "trawl.matching."):
        if module.ispkg:
            continue  # the packages below are pure: no database gets there
        loaded = importlib.import_module(module.name)
        for name, found in inspect.getmembers(loaded, inspect.isfunction):
            if found.__module__ == module.name and not name.startswith("_") and _reached(found):
                yield found


def _reached(function: Callable[..., Any]) -> bool:
    told = {str(each.annotation) for each in inspect.signature(function).parameters.values()}
    return bool(told & {"Database", "Officer"})


SERVICES = {f"{each.__module__.rpartition('.')[2]}.{each.__name__}": each for each in services()}


def prepared(lab: Lab) -> Lab:
    """A case of two near pictures, one of them known, one pair told apart, and its vectors; and
    an officer of every role who is not in it."""
    a = bits_of(1)
    lab.take_in(a=picture("a", a), b=picture("b", away(a, 4)), c=picture("c", bits_of(9)))
    lab.add(vics({"MD5": md5("a"), "Category": 1}), scheme="project-vic-us")
    lab.match()
    reject(*_first(lab), lab.bench.case, digests("c").sha256, "known")
    embed_case(*lab.given, lab.bench.case, _model(lab))
    for role in Role:
        enrol_officer(*_first(lab), str(role), role)
    return lab


@pytest.fixture
def matched(lab: Lab) -> Lab:
    """For a test that changes something."""
    return prepared(lab)


@pytest.fixture(scope="module")
def untouched(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """For tests that show that nothing is changed."""
    folder = tmp_path_factory.mktemp("untouched")
    shutil.copy(sqlite_template, folder / "trawl.db")
    database = Database.open(f"sqlite:///{folder / 'trawl.db'}")
    lab = Lab.open(database, folder)
    yield prepared(lab)
    lab.bench.writer.close()
    database.close()


def stranger(lab: Lab, role: Role) -> Officer:
    """Who has this role and is in no case."""
    with lab.database.reader() as reader:
        return officer_by_name(reader, str(role))


def _first(lab: Lab) -> tuple[Any, ...]:
    return lab.bench.database, lab.bench.officer


def _model(lab: Lab) -> Model:
    path = lab.folder / "mean.onnx"
    return Model.open(path if path.exists() else mean_colour(path))


def arguments(service: Callable[..., Any], lab: Lab) -> dict[str, Any]:
    """What to call a service with, by the names of its parameters."""
    bench = lab.bench
    values = {
        "workspace": lab.workspace,
        "case": bench.case,
        "cases": [bench.case],
        "path": lab.list_file("more.txt", md5("b")),
        "order": Order("more", Purpose.NOTABLE),
        "name": "known",
        "list_id": 1,
        "media_id": 1,
        "digest": digests("a").md5,
        "sha256": digests("c" if service.__name__ == "unreject" else "a").sha256,
        "other": "known",
        "sought": sought_picture(Fingerprint(bits_of(1), 100), None),
        "model": _model(lab),
        "scheme": "project-vic-us",
        "out": io.BytesIO(),
        "grades": grades_of(lab.workspace, bench.case.id),
    }
    wanted = list(inspect.signature(service).parameters.values())[2:]
    return {
        each.name: values[each.name]
        for each in wanted
        if each.default is inspect.Parameter.empty and each.kind in NAMED
    }


def acts(lab: Lab) -> list[str]:
    """The acts on record, the oldest first."""
    audit = schema.audit.c
    with lab.database.reader() as reader:
        found = reader.connection.execute(select(audit.act).order_by(audit.sequence)).scalars()
        return list(found)


def everything(lab: Lab) -> tuple[dict[str, int], dict[str, bytes]]:
    """The rows of every table and the files of the workspace; a lock holds nothing."""
    with lab.database.reader() as reader:
        rows = {
            name: reader.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in schema.metadata.tables.items()
        }
    files = {
        str(path): path.read_bytes()
        for path in sorted(lab.workspace.folder.rglob("*"))
        if path.is_file() and path.name != "lock"
    }
    return rows, files


def test_every_service_is_here_with_its_act() -> None:
    assert SERVICES.keys() == ACTS.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_takes_the_database_and_the_officer_first(name: str) -> None:
    parameters = list(inspect.signature(SERVICES[name]).parameters)
    assert parameters[:2] == ["database", "officer"]


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_leaves_its_act_on_record(name: str, matched: Lab) -> None:
    given = arguments(SERVICES[name], matched)
    before = acts(matched)
    SERVICES[name](*_first(matched), **given)
    new = acts(matched)[len(before) :]
    assert new
    assert set(new) == {str(ACTS[name])}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_refuses_who_is_no_officer(name: str, untouched: Lab) -> None:
    given = arguments(SERVICES[name], untouched)
    before = everything(untouched)
    nobody = Officer(999, "nobody", Role.ADMINISTRATOR)
    with pytest.raises(AccessRefused, match="not an officer"):
        SERVICES[name](untouched.database, nobody, **given)
    assert everything(untouched) == before


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (name, role)
        for name in SERVICES
        for role in Role
        if name not in OF_THE_UNIT or role is Role.AUDITOR
    ],
)
def test_a_service_gives_nothing_to_one_who_is_not_in_the_case(
    name: str, role: Role, untouched: Lab
) -> None:
    given = arguments(SERVICES[name], untouched)
    before = everything(untouched)
    with pytest.raises((AccessRefused, NotFound)):
        SERVICES[name](untouched.database, stranger(untouched, role), **given)
    assert everything(untouched) == before
    if "out" in given:
        assert given["out"].getvalue() == b""


@pytest.mark.parametrize("name", sorted(OF_THE_UNIT))
def test_hash_sets_are_for_every_examiner(name: str, matched: Lab) -> None:
    officer = stranger(matched, Role.EXAMINER)
    SERVICES[name](matched.database, officer, **arguments(SERVICES[name], matched))
    assert acts(matched)[-1] == ACTS[name]


def test_an_export_is_on_record_before_it_leaves(matched: Lab) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError("no space left")

    given = arguments(SERVICES["vics_export.export_vics"], matched) | {"out": Full()}
    with pytest.raises(OSError, match="no space"):
        SERVICES["vics_export.export_vics"](*_first(matched), **given)
    assert acts(matched)[-1] == Act.CASE_EXPORT


@pytest.mark.parametrize(
    "name", [name for name in SERVICES if "cases" in inspect.signature(SERVICES[name]).parameters]
)
def test_one_case_too_many_is_refused_whole(name: str, matched: Lab) -> None:
    officer = stranger(matched, Role.ADMINISTRATOR)
    own = add_case(matched.database, officer, "Lapwing")
    given = arguments(SERVICES[name], matched) | {"cases": [own, matched.bench.case]}
    before = everything(matched)
    with pytest.raises(AccessRefused, match="not a member"):
        SERVICES[name](matched.database, officer, **given)
    assert everything(matched) == before
