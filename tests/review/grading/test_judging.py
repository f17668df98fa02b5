"""The rule for one media, the same rule for many at once, and what hash sets count in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.matching.matching_lab import Lab, md5, vics
from tests.store.store_samples import media

from trawl.formats.schemes import load_schemes
from trawl.model.grading import APART, NONE, Cast, GradingPolicy, Hint, Imported, State
from trawl.model.hash_set import Purpose
from trawl.review.grading.hints import Hints, hints_of
from trawl.review.grading.judging import judge, told, unvoted
from trawl.review.grading.rules import Rules
from trawl.review.grading.tally import Tally, work_out
from trawl.store.database import Database
from trawl.store.media import stored_media

NOBODY = Hint()
policies = st.builds(
    GradingPolicy, votes=st.integers(1, 3), imported=st.sampled_from(list(Imported))
)
ballots = st.lists(st.sampled_from([NONE, 0, 1, 2]), min_size=4, max_size=4)


@settings(max_examples=200)
@given(st.lists(st.tuples(ballots, st.sampled_from([APART, NONE, 0, 1])), min_size=1), policies)
def test_many_at_once_are_as_one_by_one(
    case: list[tuple[list[int], int]], policy: GradingPolicy
) -> None:
    tally = Tally.none(len(case))
    for voter in range(4):
        tally.add(np.array([votes[voter] for votes, _ in case], np.int8))
    counted = [NONE if policy.imported is Imported.PROPOSAL else said for _, said in case]
    states, categories = work_out(tally, np.array(counted, np.int8), policy)
    for at, (votes, imported) in enumerate(case):
        cast = [Cast(category, 1) for category in votes if category != NONE]
        one = judge(cast, None, Hint(imported=imported), policy)
        assert (states[at], categories[at]) == tuple(one)


def test_an_imported_category_counts_as_the_policy_says() -> None:
    hint = Hint(illegal=True, proposed=True, imported=1, proposal=1)
    agree, differ = [Cast(1, 5), Cast(1, 6)], [Cast(0, 5)]
    expected = {
        Imported.PROPOSAL: (State.KNOWN_ILLEGAL, State.VOTED, State.VOTED),
        Imported.VOTE: (State.KNOWN_ILLEGAL, State.TRUSTED, State.DISPUTED),
        Imported.TRUSTED: (State.TRUSTED, State.TRUSTED, State.DISPUTED),
    }
    for imported, states in expected.items():
        policy = GradingPolicy(imported=imported)
        found = [judge(votes, None, hint, policy).state for votes in ([], agree, differ)]
        assert tuple(found) == states


def test_lists_that_differ_are_a_dispute_where_they_count() -> None:
    hint = Hint(illegal=True, proposed=True, imported=APART)
    for imported in (Imported.VOTE, Imported.TRUSTED):
        policy = GradingPolicy(imported=imported)
        assert judge([], None, hint, policy).state is State.DISPUTED
        assert judge([], Cast(2, 9), hint, policy) == (State.TRUSTED, 2)
    assert judge([], None, hint, GradingPolicy()).state is State.KNOWN_ILLEGAL


def test_what_is_told() -> None:
    voted, trusted = (judge([Cast(1, 1)] * n, None, NOBODY, GradingPolicy()) for n in (1, 3))
    proposed = Hint(proposed=True)
    assert unvoted(proposed) is State.PROPOSED
    assert told(voted, NONE, False, proposed) == (State.PROPOSED, NONE)
    assert told(voted, 1, False, proposed) == (State.VOTED, 1)
    assert told(trusted, NONE, False, NOBODY) == (State.TRUSTED, 1)
    assert told(trusted, NONE, True, NOBODY) == (State.OPEN, NONE)


@pytest.fixture
def lab(sqlite_template: Path, tmp_path: Path) -> Iterator[Lab]:
    path = tmp_path / "trawl.db"
    path.write_bytes(sqlite_template.read_bytes())
    opened = Lab.open(Database.open(f"sqlite:///{path}"), tmp_path)
    yield opened
    opened.bench.writer.close()
    opened.database.close()


def test_hints_of_some_are_those_of_all(lab: Lab) -> None:
    names = ["one", "two", "apart", "unmapped", "good", "uncategorised", "nothing", "both"]
    lab.take_in(**{name: media(name) for name in names})

    def entries(*said: tuple[str, int | None]) -> dict[str, object]:
        return vics(
            *({"MD5": md5(name), "MediaID": at, "Category": c} for at, (name, c) in enumerate(said))
        )

    first = entries(("one", 1), ("two", 2), ("apart", 1), ("uncategorised", None), ("both", 1))
    lab.add(first, name="Zeta", scheme="project-vic-us", file="a.json")
    second = entries(("apart", 2), ("two", 2))
    lab.add(second, name="Alpha", scheme="project-vic-us", file="b.json")
    lab.add(md5("unmapped"), name="Plain", file="c.txt")
    good = f"{md5('good')}\n{md5('both')}"
    lab.add(good, Purpose.KNOWN_GOOD, name="Good", file="d.txt")
    lab.match()
    schemes = load_schemes()
    with lab.database.reader() as reader:
        stored = stored_media(reader, [media(name).digests.sha256 for name in names])
        ids = [stored[media(name).digests.sha256].id for name in names]
        for scheme in ("project-vic-us", "uk"):
            rules = Rules.made(schemes, scheme, GradingPolicy())
            some, every = (
                hints_of(reader, rules, ids),
                Hints.of(reader, rules, np.array(sorted(ids))),
            )
            where = {media_id: at for at, media_id in enumerate(sorted(ids))}
            found = {name: some.get(one, NOBODY) for name, one in zip(names, ids, strict=True)}
            for name, one in zip(names, ids, strict=True):
                assert every.at(where[one]) == found[name], (scheme, name)
            if scheme == "project-vic-us":
                assert (rules.code(found["one"].imported), found["one"].source) == ("1", "Zeta")
                assert found["two"].source == "Alpha"
                assert (found["apart"].imported, found["apart"].proposal) == (APART, NONE)
                assert found["uncategorised"] == Hint(proposed=True, source="Zeta")
                assert (found["good"].good, found["one"].illegal) == (True, True)
                both = found["both"]
                assert (both.good, both.illegal, both.proposed) == (False, False, True)
            assert found["unmapped"] == Hint(illegal=True, proposed=True, source="Plain")
            assert found["nothing"] == NOBODY
