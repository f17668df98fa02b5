"""What review is told of a matching, and of hash sets, against what those say themselves."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from tests.matching.matching_lab import Lab, away, bits_of, md5, picture, vics, video

from trawl.matching.funnel import matched
from trawl.model.hash_set import Purpose
from trawl.review.index import stacks
from trawl.review.index.building import build
from trawl.review.reviews import Reviews
from trawl.review.views.asking import Asked
from trawl.review.views.looking import open_view, read_page
from trawl.store.database import Database
from trawl.store.hits import hits_of
from trawl.store.set_hits import set_hits
from trawl.workbench_review import matching_of


@pytest.fixture(name="lab_on_both")
def a_lab_on_both(database_url: str, tmp_path: Path) -> Iterator[Lab]:
    yield from opened_lab(Database.open(database_url), tmp_path)


@pytest.fixture(name="lab")
def a_lab(sqlite_template: Path, tmp_path: Path) -> Iterator[Lab]:
    path = tmp_path / "alone.db"
    shutil.copy(sqlite_template, path)
    yield from opened_lab(Database.open(f"sqlite:///{path}"), tmp_path)


def opened_lab(opened: Database, tmp_path: Path) -> Iterator[Lab]:
    made = Lab.open(opened, tmp_path)
    yield made
    made.bench.writer.close()
    opened.close()


def filled(lab: Lab) -> None:
    """Two stacks of pictures, one that is alone, two videos that are the same."""
    one, two = bits_of(1), bits_of(2)
    lab.take_in(
        a=picture("a", one, width=1600, height=1200),
        b=picture("b", away(one, 8)),
        c=picture("c", away(one, 20)),
        d=picture("d", two),
        e=picture("e", away(two, 4), width=1600),
        f=picture("f", bits_of(3)),
        g=video("g", [bits_of(number) for number in range(10, 16)]),
        h=video("h", [bits_of(number) for number in range(10, 16)]),
    )


def test_stacks_are_those_of_the_matching(lab: Lab) -> None:
    filled(lab)
    matching = matching_of(lab.workspace)
    before = matching.state(1)
    with lab.database.reader() as reader:
        index = build(reader, 1)
    assert stacks.derive(index, matching.read(1, index.ids)).leader.tolist() == list(range(8))
    lab.match()
    assert matching.state(1) != before
    held = stacks.derive(index, matching.read(1, index.ids))
    theirs, found = matched(lab.workspace.matching(1))
    for at, media_id in enumerate(index.ids.tolist()):
        (position,) = np.flatnonzero(theirs.ids == media_id)
        members = theirs.ids[found.members(int(position))].tolist()
        assert index.ids[held.members(at)].tolist() == members
        assert held["size"][at] == len(members)
        assert index.ids[held["group"][at]] == theirs.ids[found.group[found.leader[position]]]
    assert sorted(np.unique(held["size"]).tolist()) == [1, 2, 3]


def test_members_of_many_stacks_at_once(lab: Lab) -> None:
    filled(lab)
    lab.match()
    with lab.database.reader() as reader:
        index = build(reader, 1)
    held = stacks.derive(index, matching_of(lab.workspace).read(1, index.ids))
    tops = np.array([5, int(held.leader[1]), 5, int(held.leader[3])])
    members, row = held.members_of(tops)
    expected = [(at, one) for at, top in enumerate(tops) for one in held.members(int(top)).tolist()]
    assert list(zip(row.tolist(), members.tolist(), strict=True)) == expected
    nothing, rows = held.members_of(np.empty(0, np.int64))
    assert len(nothing) == len(rows) == 0


def test_a_matched_case_is_reviewed_stack_by_stack(lab: Lab) -> None:
    filled(lab)
    reviews = Reviews(lab.workspace, lab.database, matching_of(lab.workspace), patience_s=0)
    given = lab.database, lab.bench.officer, reviews, 1
    assert open_view(*given, Asked()).count == 8
    lab.add(f"{md5('f')}\n", Purpose.KNOWN_GOOD, name="good")
    known = vics({"MediaID": 1, "Category": 1, "MD5": md5("d")})
    lab.add(known, scheme="project-vic-us", name="bad", file="bad.json")
    lab.match()
    view = open_view(*given, Asked())
    page = read_page(*given, view.view, 0)
    assert (view.count, view.media) == (3, 6)  # f is known, and d, whose stack waits for e
    assert sorted(page.stack) == [2, 2, 3]
    reviews.close()


def test_a_damaged_matching_keeps_nobody_from_work(lab: Lab) -> None:
    filled(lab)
    lab.match()
    (lab.workspace.matching(1) / "stacks.npz").write_bytes(b"PK\3\4 broken")
    reviews = Reviews(lab.workspace, lab.database, matching_of(lab.workspace), patience_s=0)
    assert open_view(lab.database, lab.bench.officer, reviews, 1, Asked()).count == 8
    reviews.close()


def test_hits_by_set_are_those_that_count(lab_on_both: Lab) -> None:
    lab = lab_on_both
    filled(lab)
    lab.add(f"{md5('a')}\n{md5('f')}\n", Purpose.KNOWN_GOOD, name="good")
    listed = [f"{md5('d')},{bits_of(1).hex()}", f"{md5('zz')},{away(bits_of(2), 3).hex()}"]
    lab.add("MD5,PDQ\n" + "\n".join(listed), Purpose.NOTABLE, name="noted", file="noted.csv")
    lab.add(f"{md5('e')}\n", Purpose.NEVER, name="never", file="never.txt")
    lab.match()
    with lab.database.reader() as reader:
        index = build(reader, 1)
        expected: dict[str, set[int]] = {}
        for one in hits_of(reader, index.ids.tolist()):
            expected.setdefault(one.set_name, set()).add(one.hit.media_id)
        found = {one.name: set(one.media.tolist()) for one in set_hits(reader)}
    assert found == expected
    assert set(found) == {"good", "noted", "never"}
