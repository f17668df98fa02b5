"""Whatever officers do in whatever order, what stands is what a plain list of acts says."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.review.grading.grading_room import Room

from trawl.errors import Conflict
from trawl.model.access import Act
from trawl.model.grading import State
from trawl.review.grading.disputes import resolve
from trawl.review.grading.standing import Standing
from trawl.store.cases import add_case, add_exhibit, add_member
from trawl.store.database import Database
from trawl.store.policies import set_policy

MEDIA = 2
CODES = ("A", "B", None)

grades = st.tuples(
    st.just("grade"),
    st.integers(0, 3),
    st.sets(st.integers(0, MEDIA - 1), min_size=1),
    st.sampled_from(CODES),
)
undos = st.tuples(st.just("undo"), st.integers(0, 3), st.integers(1, 3))
resolutions = st.tuples(
    st.just("resolve"), st.integers(2, 3), st.integers(0, MEDIA - 1), st.sampled_from("AB")
)
steps = st.lists(
    st.tuples(st.one_of(grades, grades, undos, resolutions), st.booleans()), max_size=12
)


# Without a dispute to begin with, few sequences would ever come to one.
DISPUTE: list[tuple[tuple[object, ...], bool]] = [
    (("grade", 0, {0, 1}, "A"), False),
    (("grade", 1, {0}, "B"), False),
]


@dataclass
class PlainAct:
    kind: str
    who: int
    media: set[int]
    category: str | None
    number: int
    undone: bool = False


@dataclass
class Plain:
    """A list of acts, replayed from the start for every question."""

    needed: int
    acts: list[PlainAct] = field(default_factory=list)
    touched: dict[tuple[int, int], int] = field(default_factory=dict)
    count: int = 0

    def add(self, kind: str, who: int, media: set[int], category: str | None) -> None:
        self.count += 1
        self.acts.append(PlainAct(kind, who, media, category, self.count))
        if kind == "grade":
            self.touched.update({(one, who): self.count for one in media})

    def undo(self, who: int, levels: int) -> int:
        done = [act for act in self.acts if act.who == who and not act.undone][::-1][:levels]
        for act in done:
            self.count += 1
            act.undone = True
            if act.kind == "grade":
                self.touched.update({(one, who): self.count for one in act.media})
        return len(done)

    def votes(self, media: int) -> dict[int, str]:
        said: dict[int, str | None] = {}
        for act in self.acts:
            if act.kind == "grade" and not act.undone and media in act.media:
                said[act.who] = act.category
        return {who: category for who, category in said.items() if category is not None}

    def stands(self, media: int) -> tuple[State, str | None]:
        votes = self.votes(media)
        settled = [
            act
            for act in self.acts
            if act.kind == "resolve" and not act.undone and media in act.media
        ]
        if settled:
            last = settled[-1]
            for who, category in votes.items():
                if self.touched[media, who] > last.number and category != last.category:
                    return State.DISPUTED, None
            return State.TRUSTED, last.category
        if len(set(votes.values())) > 1:
            return State.DISPUTED, None
        if len(votes) >= self.needed:
            return State.TRUSTED, next(iter(votes.values()))
        return (State.VOTED if votes else State.OPEN), None


@pytest.fixture
def rooms(review_database: Database, tmp_path: Path) -> Room:
    return Room.open(review_database, tmp_path / "packs", MEDIA)


def another_case(first: Room, name: str) -> Room:
    """The same officers and media in a case of its own."""
    bench, database = first.bench, first.database
    with database.session(bench.officer) as session:
        bench.case = add_case(session, name)
        bench.exhibit = add_exhibit(session, bench.case.id, "S/1")
        for one in (bench.officer, *first.officers):
            add_member(session, bench.case.id, one.id)
        session.audit(Act.CASE_ADD, case_id=bench.case.id, subject=name, detail={})
    from tests.store.store_samples import logged, media

    bench.acquire()
    bench.write([logged(f"p{number}.jpg", media(f"p{number}.jpg")) for number in range(MEDIA)])
    bench.writer.close()
    return first


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps, needed=st.integers(1, 3))
def test_what_stands_is_what_a_list_of_acts_says(
    rooms: Room, steps: list[tuple[tuple[object, ...], bool]], needed: int
) -> None:
    room = another_case(rooms, f"case {rooms.key()}")
    with room.database.session(room.bench.officer) as session:
        set_policy(session, "grading", {"votes": needed})
        session.audit(Act.POLICY_SET, case_id=None, subject="grading", detail={})
    plain, standing = Plain(needed), room.standing()
    for step, twice in DISPUTE + steps:
        key = room.key()
        before = done = None
        for _ in range(1 + twice):
            before, done = done, act_out(room, plain, step, key, again=done is not None)
        if twice:
            assert before == done
        compare(room, plain, standing)


def act_out(room: Room, plain: Plain, step: tuple[object, ...], key: str, *, again: bool) -> object:
    kind, who = step[0], step[1]
    assert isinstance(who, int)
    if kind == "grade":
        media, category = step[2:]
        done = room.grade(who, [room.media[at] for at in sorted(media)], category, key=key)
        if not again:
            plain.add("grade", who, media, category)
        return done.act, done.media_ids
    if kind == "undo":
        undone = room.undo(who, step[2], key)
        count = len(undone.undone) if again else plain.undo(who, step[2])
        assert len(undone.undone) == count
        assert undone.again == again
        return undone.undone
    return resolved(room, plain, step, key, again=again)


def resolved(
    room: Room, plain: Plain, step: tuple[object, ...], key: str, *, again: bool
) -> object:
    _, who, media, category = step
    call = (room.database, room.officers[who], room.schemes, room.case_id, room.media[media])
    may = plain.stands(media)[0] is State.DISPUTED
    if not may and not again:
        with pytest.raises(Conflict, match="not disputed"):
            resolve(*call, key=key, category=category, grounds="seen twice")
        return None
    done = resolve(*call, key=key, category=category, grounds="seen twice")
    if not again:
        plain.add("resolve", who, {media}, category)
    return done.act


def compare(room: Room, plain: Plain, standing: Standing) -> None:
    rules, found = room.rules(), room.judged()
    with room.database.reader() as reader:
        standing.catch_up(reader)
    fresh = room.standing()
    told = [standing.told(one.id) for one in room.officers]
    for number, media_id in enumerate(room.media):
        state, category = plain.stands(number)
        votes = plain.votes(number)
        one, at = found[media_id], int(np.searchsorted(standing.ids, media_id))
        assert (one.stands.state, rules.code(one.stands.category)) == (state, category)
        assert (standing.state[at], standing.category[at]) == tuple(one.stands)
        assert standing.voters[at] == len(votes)
        for who, officer in enumerate(room.officers):
            own = votes.get(who)
            assert rules.code(int(standing.mine(officer.id)[at])) == own
            said = one.told(officer.id)
            assert tuple(said) == (told[who].state[at], told[who].category[at])
            if own is None and state is State.VOTED:
                assert said.state is State.OPEN
                assert rules.code(said.category) is None
            settled = state in (State.TRUSTED, State.DISPUTED)
            assert standing.waiting(officer.id)[at] == (own is None and not settled)
    np.testing.assert_array_equal(standing.state, fresh.state)
    np.testing.assert_array_equal(standing.category, fresh.category)
