"""Grades as judgements: blind, attributed, done once, taken back; leases; samples."""

from __future__ import annotations

import numpy as np
import pytest
from tests.review.grading.grading_room import Room
from tests.review.grading.room_fixtures import Clock

from trawl.errors import Conflict, NotFound, StoreError
from trawl.model.access import Act
from trawl.model.grading import State
from trawl.review import leases
from trawl.review.events import EventKind, events_after
from trawl.review.grading.disputes import read_dispute, resolve
from trawl.review.leases import lease, release
from trawl.review.sampling import draw_samples
from trawl.store.grading_acts import in_force, votes_on
from trawl.store.policies import set_policy


def policy(room: Room, **value: object) -> None:
    with room.database.session(room.bench.officer) as session:
        set_policy(session, "grading", value)
        session.audit(Act.POLICY_SET, case_id=None, subject="grading", detail={})


def test_a_key_stands_for_one_act(room: Room) -> None:
    first = room.grade(0, room.media[:2], "A", key="once")
    again = room.grade(0, room.media[:2], "A", key="once")
    assert (again.act, again.media_ids, again.again) == (first.act, first.media_ids, True)
    for wrong in (
        lambda: room.grade(0, room.media[:2], "B", key="once"),
        lambda: room.grade(0, room.media[:3], "A", key="once"),
        lambda: room.grade(0, room.media[:1], "A", key="once", from_ms=0, to_ms=9),
        lambda: room.undo(0, key="once"),
    ):
        with pytest.raises(Conflict, match="another act"):
            wrong()
    assert room.grade(1, room.media[:2], "B", key="once").again is False


def test_a_stack_that_has_grown_since_is_answered_as_it_was(room: Room) -> None:
    first = room.grade(0, room.media[:2], "A", key="once", asked=room.media[:1])
    again = room.grade(0, room.media[:4], "A", key="once", asked=room.media[:1])
    assert again.media_ids == first.media_ids == room.media[:2]


def test_an_undo_with_nothing_to_undo_keeps_its_key(room: Room) -> None:
    assert room.undo(0, key="nothing").undone == []
    room.grade(0, room.media[:1], "A")
    repeated = room.undo(0, key="nothing")
    assert (repeated.undone, repeated.again) == ([], True)
    assert room.judged()[room.media[0]].stands.state is State.VOTED


def test_votes_are_superseded_and_never_gone(room: Room) -> None:
    for category in ("A", "B", None):
        room.grade(0, room.media[:1], category)
    room.undo(0, 2)
    with room.database.reader() as reader:
        votes = votes_on(reader, room.case_id, "uk", room.media)
    assert [one.category for one in votes] == ["A", "B", None, "B", "A"]
    assert [one.category for one in in_force(votes).values()] == ["A"]


def test_segments_are_graded_beside_the_whole(room: Room) -> None:
    room.grade(0, room.media[:1], "A", from_ms=1000, to_ms=5000)
    assert room.judged()[room.media[0]].stands.state is State.OPEN
    room.grade(0, room.media[:1], "C")
    room.undo(0, 1)
    with room.database.reader() as reader:
        votes = in_force(votes_on(reader, room.case_id, "uk", room.media))
    spans = {key[2:]: one.category for key, one in votes.items()}
    assert spans == {(1000, 5000): "A", (-1, -1): None}
    for span in ((5, 5), (9, 3), (-2, 4)):
        with pytest.raises(StoreError, match="segment"):
            room.grade(0, room.media[:1], "A", from_ms=span[0], to_ms=span[1])
    with pytest.raises(StoreError, match="one video at a time"):
        room.grade(0, room.media[:2], "A", from_ms=0, to_ms=9)


def test_what_is_not_in_the_case_gets_no_vote(room: Room) -> None:
    before = len(room.audited())
    for media_ids in ([room.media[0], 10**9], [10**9]):
        with pytest.raises(NotFound, match="no such media in this case"):
            room.grade(0, media_ids, "A")
    with pytest.raises(Conflict, match="no category"):
        room.grade(0, room.media[:1], "Z")
    assert len(room.audited()) == before
    assert room.judged()[room.media[0]].stands.state is State.OPEN


def test_others_votes_are_not_told_before_ones_own(room: Room) -> None:
    ada, ben = room.officers[:2]
    room.grade(0, room.media[:1], "A")
    one = room.judged()[room.media[0]]
    assert (one.told(ada.id).state, room.rules().code(one.told(ada.id).category)) == (
        State.VOTED,
        "A",
    )
    assert tuple(one.told(ben.id)) == (State.OPEN, -1)
    policy(room, votes=1)
    standing = room.standing()
    assert standing.told(ben.id).state[0] == State.TRUSTED
    # Drawn for a second look, it must not bear the first vote.
    draw_samples(room.database, room.officers[3], room.schemes, room.case_id, 1)
    one, standing = room.judged()[room.media[0]], room.standing()
    said = standing.told(ben.id)
    assert tuple(one.told(ben.id)) == (said.state[0], said.category[0]) == (State.OPEN, -1)
    assert standing.waiting(ben.id)[0]
    assert not standing.waiting(ada.id)[0]
    room.grade(1, room.media[:1], "A")
    assert not room.standing().waiting(room.officers[2].id)[0]


def test_samples_are_drawn_by_a_seed_and_not_twice(room: Room) -> None:
    supervisor, given = room.officers[3], (room.schemes, room.case_id)
    room.grade(0, room.media, "A")
    room.grade(1, room.media[:2], "A")
    drawn = draw_samples(room.database, supervisor, *given, 0.5, seed=7)
    assert (len(drawn.media_ids), drawn.of) == (2, 4)
    assert set(drawn.media_ids) <= set(room.media[2:])
    rest = draw_samples(room.database, supervisor, *given, 1)
    assert sorted([*drawn.media_ids, *rest.media_ids]) == room.media[2:]
    none = draw_samples(room.database, supervisor, *given, 1)
    assert (none.media_ids, none.of) == ([], 0)
    with pytest.raises(StoreError, match="share"):
        draw_samples(room.database, supervisor, *given, 0)


def test_a_dispute_is_settled_and_may_be_opened_again(room: Room) -> None:
    media, schemes = room.media[0], room.schemes
    judge = (room.database, room.officers[2], schemes, room.case_id, media)
    with pytest.raises(NotFound, match="no dispute"):
        read_dispute(*judge)
    room.grade(0, [media], "A")
    room.grade(1, [media], "B")
    for grounds in ("", "  ", "x" * 5000):
        with pytest.raises(StoreError, match="grounds"):
            resolve(*judge, key="r", category="A", grounds=grounds)
    resolve(*judge, key="r", category="C", grounds="Both were wrong.")
    assert room.judged()[media].stands.state is State.TRUSTED
    with pytest.raises(Conflict, match="another act"):
        resolve(*judge, key="r", category="A", grounds="Both were wrong.")
    with pytest.raises(Conflict, match="not disputed"):
        resolve(*judge, key="r2", category="A", grounds="Again.")
    room.grade(0, [media], "C")
    assert room.judged()[media].stands.state is State.TRUSTED
    room.grade(1, [media], "A")
    assert room.judged()[media].stands.state is State.DISPUTED
    found = read_dispute(*judge)
    assert [(one.officer, one.category) for one in found.votes] == [
        ("Ada Bell", "C"),
        ("Ben Cole", "A"),
    ]
    assert [one.grounds for one in found.resolutions] == ["Both were wrong."]
    room.undo(2)
    assert room.judged()[media].stands.state is State.DISPUTED
    np.testing.assert_array_equal(room.standing().state[:1], [State.DISPUTED])


def test_leases_end_by_themselves(room: Room, clock: Clock) -> None:
    ada, ben = room.officers[:2]
    given = (room.case_id, room.media[:1])
    first = lease(room.database, ada, *given)
    assert (first.held, first.refused) == (room.media[:1], [])
    clock.pass_s(100)
    assert lease(room.database, ben, *given).refused == [(room.media[0], "Ada Bell")]
    renewed = lease(room.database, ada, *given)
    assert renewed.until_us > first.until_us
    clock.pass_s(100)
    with pytest.raises(Conflict, match="Ada Bell is working on this stack"):
        room.grade(1, room.media[1:2], "A", tops=room.media[:1])
    clock.pass_s(30)
    assert lease(room.database, ben, *given).held == room.media[:1]
    room.grade(1, room.media[:1], "A")
    with pytest.raises(Conflict, match="Ben Cole"):
        room.grade(0, room.media[:1], "A")
    assert release(room.database, ben, room.case_id) == room.media[:1]
    room.grade(0, room.media[:1], "A")


def test_events_name_media_and_never_a_category_nor_a_voter(room: Room) -> None:
    ada, ben = room.officers[:2]
    with room.database.reader() as reader:
        number, _ = events_after(reader, 0, {room.case_id})
    room.grade(0, room.media[:2], "Prohibited", key="k")
    room.grade(0, room.media[:2], "Prohibited", key="k")
    lease(room.database, ada, room.case_id, room.media[:1])
    lease(room.database, ada, room.case_id, room.media[:1])
    room.undo(0)
    with room.database.reader() as reader:
        newest, events = events_after(reader, number, {room.case_id})
        assert events_after(reader, newest, {room.case_id}) == (newest, [])
        assert events_after(reader, number, {room.case_id + 1})[1] == []
    kinds = [(one.kind, list(one.media_ids)) for one in events]
    assert kinds == [
        (EventKind.ACT, room.media[:2]),
        (EventKind.LEASE, room.media[:1]),
        (EventKind.ACT, room.media[:2]),
    ]
    for one in events:
        said = one.told(ben.id)
        assert "Prohibited" not in str(said)
        assert ("officer" in said) == (one.kind is EventKind.LEASE)
        assert one.told(ada.id)["officer"] == "Ada Bell"


def test_an_event_says_where_it_does_not_name_all(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "MOST_NAMED", 2)
    with room.database.reader() as reader:
        number, _ = events_after(reader, 0, {room.case_id})
    given = room.database, room.officers[0], room.case_id
    lease(*given, room.media[:2])
    lease(*given, room.media[:5])
    release(*given)
    with room.database.reader() as reader:
        _, events = events_after(reader, number, {room.case_id})
    assert [(list(one.media_ids), one.more) for one in events] == [
        (room.media[:2], False),
        (room.media[:2], True),
        (room.media[:2], True),
    ]
