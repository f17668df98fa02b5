"""The services of grading, leases and marks: who may, why not, one audit row for one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.review.grading.grading_room import Room

from trawl.casework.members import remove_member
from trawl.errors import AccessRefused, AlreadyExists, NotFound, StoreError
from trawl.model.access import Act, Officer, Role
from trawl.review import saved_filters
from trawl.review.clues import Region, add_clue, list_clues, withdraw_clue
from trawl.review.events import follow_case
from trawl.review.grading.agreeing import case_agreement
from trawl.review.grading.answering import own_acts
from trawl.review.grading.casting import Grade, grade
from trawl.review.grading.disputes import read_dispute, resolve
from trawl.review.grading.policy import put_policy, read_policy
from trawl.review.grading.undoing import undo
from trawl.review.leases import lease, release
from trawl.review.notes import add_note, list_notes, withdraw_note
from trawl.review.sampling import draw_samples
from trawl.review.saved_filters import list_filters, remove_filter, save_filter
from trawl.review.tags import add_tag, list_tags, withdraw_tag
from trawl.store.audit import verify
from trawl.store.cases import add_case
from trawl.store.officers import add_officer

Call = Callable[[Room, Officer, int], Any]


def wanted(room: Room) -> Grade:
    return Grade(key=room.key(), media_ids=room.media[:2], category="A")


def settle(room: Room, officer: Officer, case_id: int) -> Any:
    media_id, said = room.media[5], {"category": "A", "grounds": "plain to see"}
    schemes, key = room.schemes, room.key()
    return resolve(room.database, officer, schemes, case_id, media_id, key=key, **said)


# What is called, the act it is, and who may: graders, those who judge, supervisors.
SERVICES: dict[str, tuple[Call, Act, str]] = {
    "grade": (
        lambda r, o, c: grade(r.database, o, r.schemes, c, wanted(r)),
        Act.GRADE,
        "gjs",
    ),
    "undo": (lambda r, o, c: undo(r.database, o, c, r.key(), 1), Act.GRADE_UNDO, "gjs"),
    "own_acts": (
        lambda r, o, c: own_acts(r.database, o, c, before=None, most=9),
        Act.REVIEW_READ,
        "gjs",
    ),
    "read_dispute": (
        lambda r, o, c: read_dispute(r.database, o, r.schemes, c, r.media[5]),
        Act.DISPUTE_READ,
        "js",
    ),
    "resolve": (settle, Act.DISPUTE_RESOLVE, "js"),
    "case_agreement": (
        lambda r, o, c: case_agreement(r.database, o, r.schemes, c),
        Act.AGREEMENT_READ,
        "js",
    ),
    "draw_samples": (
        lambda r, o, c: draw_samples(r.database, o, r.schemes, c, 0.5),
        Act.SAMPLE_DRAW,
        "s",
    ),
    "lease": (lambda r, o, c: lease(r.database, o, c, r.media[:2]), Act.LEASE, "gjs"),
    "release": (lambda r, o, c: release(r.database, o, c), Act.LEASE, "gjs"),
    "add_note": (lambda r, o, c: add_note(r.database, o, c, r.media[0], r.key()), Act.MARK, "gjs"),
    "list_notes": (
        lambda r, o, c: list_notes(r.database, o, c, r.media[0]),
        Act.REVIEW_READ,
        "gjs",
    ),
    "add_tag": (lambda r, o, c: add_tag(r.database, o, c, r.media[0], r.key()), Act.MARK, "gjs"),
    "list_tags": (lambda r, o, c: list_tags(r.database, o, c, r.media[0]), Act.REVIEW_READ, "gjs"),
    "add_clue": (
        lambda r, o, c: add_clue(r.database, o, c, r.media[0], r.key(), at_ms=5),
        Act.MARK,
        "gjs",
    ),
    "list_clues": (lambda r, o, c: list_clues(r.database, o, c), Act.REVIEW_READ, "gjs"),
    "save_filter": (lambda r, o, c: save_filter(r.database, o, c, "x", {}), Act.FILTER_SAVE, "gjs"),
    "list_filters": (lambda r, o, c: list_filters(r.database, o, c), Act.REVIEW_READ, "gjs"),
    "follow_case": (lambda r, o, c: follow_case(r.database, o, c), Act.REVIEW_READ, "gjs"),
}


def test_who_may_leaves_one_audit_row_and_who_may_not_none(room: Room) -> None:
    room.grade(0, room.media[5:], "A")
    room.grade(1, room.media[5:], "B")
    for name, (call, act, who) in SERVICES.items():
        before = room.audited()
        for letter, officer in zip("gjs", (*room.officers[:1], *room.officers[2:]), strict=True):
            if letter in who:
                if name == "resolve" and letter == "s":
                    continue  # the one before has settled it
                if call is not None:
                    call(room, officer, room.case_id)
                added = room.audited()[len(before) :]
                assert [(row[0], row[1]) for row in added] == [(str(act), room.case_id)], name
            else:
                with pytest.raises(AccessRefused, match=f"may not do {act}"):
                    call(room, officer, room.case_id)
            before = room.audited()
    with room.database.reader() as reader:
        verify(reader)


def test_nobody_outside_the_case_learns_whether_it_is_there(room: Room) -> None:
    with room.database.session(room.bench.officer) as session:
        outside = add_officer(session, "Eve Frost", Role.SUPERVISOR)
        other = add_case(session, "Lapwing")
        session.audit(Act.CASE_ADD, case_id=other.id, subject="Lapwing", detail={})
    count = len(room.audited())
    for call, _, _ in SERVICES.values():
        said = []
        for case_id in (room.case_id, other.id, 987_654):
            with pytest.raises(AccessRefused) as refused:
                call(room, outside, case_id)
            said.append(str(refused.value))
        assert said == ["Eve Frost is not a member of this case"] * 3
    assert len(room.audited()) == count


def test_marks_are_taken_back_by_who_made_them(room: Room) -> None:
    ada, ben, media = *room.officers[:2], room.media[0]
    given = (room.database, ada, room.case_id, media)
    made = [
        (add_note(*given, "a\x00b"), withdraw_note, list_notes),
        (add_tag(*given, "  red \n chair "), withdraw_tag, list_tags),
        (add_clue(*given, "door", region=Region(0, 0, 1, 0.5)), withdraw_clue, list_clues),
    ]
    assert [one.text for one in list_notes(*given)] == ["a\\x00b"]
    assert [one.tag for one in list_tags(*given)] == ["red chair"]
    assert list_clues(room.database, ben, room.case_id)[0].region == (0, 0, 1, 0.5)
    with pytest.raises(AlreadyExists, match="just this tag"):
        add_tag(room.database, ben, room.case_id, media, "red chair")
    for number, withdraw, listed in made:
        with pytest.raises(AccessRefused, match="only who made"):
            withdraw(room.database, ben, room.case_id, media, number)
        with pytest.raises(NotFound):
            withdraw(room.database, ada, room.case_id, room.media[1], number)
        before = len(room.audited())
        withdraw(*given, number)
        assert len(room.audited()) == before + 1
        assert listed(*given) == []


def test_a_filter_of_another_officer_is_not_there(room: Room) -> None:
    ada, ben = room.officers[:2]
    number = save_filter(room.database, ada, room.case_id, "mine", {"filter": {}})
    with pytest.raises(NotFound):
        remove_filter(room.database, ben, room.case_id, number)
    remove_filter(room.database, ada, room.case_id, number)
    assert list_filters(room.database, ada, room.case_id) == []


def test_a_saved_filter_is_replaced_however_many_there_are(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(saved_filters, "MOST", 2)
    given = room.database, room.officers[0], room.case_id
    for name in ("one", "two"):
        save_filter(*given, name, {"filter": {}})
    save_filter(*given, "two", {"filter": {"failed": True}})
    assert [one.value for one in list_filters(*given)] == [
        {"filter": {}},
        {"filter": {"failed": True}},
    ]
    with pytest.raises(StoreError, match="at most 2 filters"):
        save_filter(*given, "three", {})


def test_who_leaves_a_case_holds_none_of_its_stacks(room: Room) -> None:
    lease(room.database, room.officers[0], room.case_id, room.media[:2])
    remove_member(room.database, room.officers[3], room.case_id, room.officers[0].id)
    held = lease(room.database, room.officers[1], room.case_id, room.media[:2])
    assert (held.held, held.refused) == (room.media[:2], [])


def test_the_policy_is_everyones_to_read_and_the_supervisors_to_set(room: Room) -> None:
    database, schemes = room.database, room.schemes
    assert read_policy(database, room.officers[0]).votes == 3
    with pytest.raises(AccessRefused, match="a grader may not"):
        put_policy(database, room.officers[0], schemes, {"votes": 1})
    before = len(room.audited())
    put_policy(database, room.officers[3], schemes, {"votes": 1})
    assert room.audited()[before:] == [("policy.set", None, "grading")]
    assert read_policy(database, room.officers[0]).votes == 1
