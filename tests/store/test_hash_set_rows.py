"""Hash sets and their lists as rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select
from store_samples import Bench, digests, logged

from trawl.errors import AlreadyExists, NotFound, StoreError
from trawl.model.access import Act
from trawl.model.hash_set import HashSet, ListImport, Oddity, Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Session
from trawl.store.hash_sets import (
    add_hash_set,
    add_list,
    find_hash_set,
    hash_set_by_name,
    hash_sets,
    lists_of,
    next_list_id,
    remove_hash_set,
    remove_lists,
)
from trawl.store.hits import Hit, write_hits
from trawl.store.media import stored_media


def listed(session: Session, into: HashSet, **changes: object) -> ListImport:
    """A list of a set, with something in every field."""
    one = ListImport(
        id=next_list_id(session),
        set_id=into.id,
        file_name="list ü.txt",
        sha256=b"\xff" * 32,
        format="digests",
        entries=3,
        counts={"md5": 3, "pdq": 1},
        categories={"1": 2, "none": 1},
        oddities=(Oddity("short", "a digest that is too short", 4, [1, 2]),),
        about={"agency": "nobody's"},
        added_us=session.clock(),
        officer=session.officer.name,
    )
    return replace(one, **changes)  # type: ignore[arg-type]


@pytest.fixture
def session(bench: Bench) -> Session:  # type: ignore[misc]
    """One unit of work; it is kept when the test is over, which shows that it can be."""
    with bench.database.session(bench.officer) as opened:
        yield opened
        opened.audit(Act.HASH_SET_ADD, case_id=None, subject="", detail={})


def test_a_set_is_found_by_its_name(session: Session) -> None:
    added = add_hash_set(session, "known ü", Purpose.ILLEGAL, "uk")
    assert (added.entries, added.lists, added.scheme) == (0, 0, "uk")
    assert find_hash_set(session, "known ü") == added == hash_set_by_name(session, "known ü")
    assert find_hash_set(session, "known") is None
    with pytest.raises(NotFound, match="no hash set known") as caught:
        hash_set_by_name(session, "known")
    assert "trawl hashset list" in str(caught.value.hint)


def test_sets_come_by_name_with_their_entries(session: Session) -> None:
    b = add_hash_set(session, "b", Purpose.KNOWN_GOOD, None)
    a = add_hash_set(session, "a", Purpose.NEVER, None)
    for entries in (3, 40):
        add_list(session, listed(session, b, entries=entries))
    assert hash_sets(session) == [a, replace(b, entries=43, lists=2)]


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x1b[31m", "\u202e"])
def test_a_set_needs_a_name_of_one_line(session: Session, name: str) -> None:
    with pytest.raises(StoreError, match="needs a name"):
        add_hash_set(session, name, Purpose.ILLEGAL, None)


def test_a_name_is_taken_until_its_set_is_removed(session: Session) -> None:
    first = add_hash_set(session, "known", Purpose.ILLEGAL, None)
    with pytest.raises(AlreadyExists):
        add_hash_set(session, "known", Purpose.NOTABLE, None)
    remove_hash_set(session, first.id)
    second = add_hash_set(session, "known", Purpose.NOTABLE, None)
    assert second.id != first.id
    assert hash_sets(session) == [second]


def test_a_list_comes_back_as_it_went_in(session: Session) -> None:
    into = add_hash_set(session, "known", Purpose.ILLEGAL, None)
    one = listed(session, into)
    add_list(session, one)
    two = listed(session, into, oddities=(), about={}, categories={}, officer="jo")
    add_list(session, two)
    assert lists_of(session, into.id) == [one, two] == lists_of(session)
    assert lists_of(session, into.id + 1) == []
    assert two.id == one.id + 1


def test_a_name_no_text_can_hold_is_kept_as_near_as_it_goes(session: Session) -> None:
    into = add_hash_set(session, "known", Purpose.ILLEGAL, None)
    add_list(session, listed(session, into, file_name="a\x00\udcff.txt"))
    (found,) = lists_of(session)
    assert found.file_name.startswith("a")
    assert found.file_name.endswith(".txt")


def test_identifiers_are_never_dealt_twice(session: Session) -> None:
    into = add_hash_set(session, "known", Purpose.ILLEGAL, None)
    one = listed(session, into)
    add_list(session, one)
    remove_lists(session, into.id, [one.id])
    assert lists_of(session) == []
    assert next_list_id(session) == one.id + 1
    assert hash_sets(session) == [into]


def test_what_is_removed_takes_its_hits_alone(bench: Bench) -> None:
    bench.write([logged("a.jpg")])
    hits = schema.hit.c
    with bench.database.session(bench.officer) as session:
        (media,) = stored_media(session, [digests(b"a.jpg".hex()).sha256]).values()
        lists = []
        for name in ("one", "one", "two"):
            into = find_hash_set(session, name) or add_hash_set(
                session, name, Purpose.ILLEGAL, None
            )
            lists.append(listed(session, into))
            add_list(session, lists[-1])
        write_hits(
            session,
            [
                Hit(media.id, each.id, means, 0, 1)
                for each in lists
                for means in (Means.DIGEST, Means.SIGHT)
            ],
        )

        def left() -> set[int]:
            return set(session.connection.execute(select(hits.list_id)).scalars())

        assert remove_lists(session, lists[0].set_id, [lists[0].id]) == 2
        assert left() == {lists[1].id, lists[2].id}
        assert remove_hash_set(session, lists[1].set_id) == 2
        assert left() == {lists[2].id}
        assert [each.name for each in hash_sets(session)] == ["two"]
        kept = session.connection.execute(select(func.count(schema.hash_list.c.id))).scalar_one()
        assert kept == 3
        session.audit(Act.HASH_SET_REMOVE, case_id=None, subject="", detail={})
