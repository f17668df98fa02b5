"""Hits as rows, and which of them count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from store_samples import Bench, digests, logged, media

from trawl.model.access import Act
from trawl.model.hash_set import ListImport, Purpose
from trawl.model.matching import Means
from trawl.store import schema
from trawl.store.database import Session
from trawl.store.hash_sets import (
    add_hash_set,
    add_list,
    find_hash_set,
    next_list_id,
    remove_hash_set,
)
from trawl.store.hits import (
    Hit,
    delete_hits,
    hits_by_list,
    hits_of,
    hits_of_list,
    write_hits,
)
from trawl.store.media import stored_media
from trawl.store.media_hit import media_hit
from trawl.store.rejections import forget, reject

DIGEST, SIGHT, CLIP = Means.DIGEST, Means.SIGHT, Means.CLIP


@dataclass
class Held:
    """A session over a case with three media, and lists to hold them against."""

    session: Session
    media: dict[str, int]

    def list_of(self, name: str, purpose: Purpose = Purpose.ILLEGAL) -> int:
        """A new list of the set of that name."""
        session = self.session
        into = find_hash_set(session, name) or add_hash_set(session, name, purpose, None)
        one = ListImport(
            id=next_list_id(session),
            set_id=into.id,
            file_name=f"{name}.txt",
            sha256=b"",
            format="digests",
            entries=1,
            counts={},
            categories={},
            oddities=(),
            about={},
            added_us=session.clock(),
            officer="jo",
        )
        add_list(session, one)
        return one.id

    def hit(self, name: str, list_id: int, means: Means = DIGEST) -> Hit:
        one = Hit(self.media[name], list_id, means, 0, 1)
        write_hits(self.session, [one])
        return one

    def counting(self, *names: str) -> list[tuple[str, Means]]:
        wanted = [self.media[name] for name in names or self.media]
        return [(one.set_name, one.hit.means) for one in hits_of(self.session, wanted)]

    def hit_by(self, purposes: Iterable[Purpose], *means: Means) -> set[str]:
        found = media_hit(self.session, list(purposes), means or tuple(Means))
        assert found.tolist() == sorted(set(found.tolist()))
        return {name for name, number in self.media.items() if number in found.tolist()}


@pytest.fixture
def held(bench: Bench) -> Held:  # type: ignore[misc]
    bench.write([logged(f"{name}.jpg", media(name)) for name in "abc"])
    with bench.database.session(bench.officer) as session:
        stored = stored_media(session, [digests(name).sha256 for name in "abc"])
        yield Held(session, {name: stored[digests(name).sha256].id for name in "abc"})
        session.audit(Act.MATCH_RUN, case_id=None, subject="", detail={})


def test_a_hit_comes_back_as_it_went_in(held: Held) -> None:
    full = Hit(
        *(held.media["a"], held.list_of("known"), CLIP, 7, 3),
        *("1 2", None, 12, "rotated 90°", 0.25, 1000, 2000, 0, 1000),
    )
    plain = Hit(held.media["a"], full.list_id, DIGEST, 1 << 40, 1, digest="md5")
    assert write_hits(held.session, [full, plain]) == 2
    assert sorted(hits_of_list(held.session, full.list_id), key=str) == sorted(
        [full, plain], key=str
    )
    (first, second) = hits_of(held.session, [held.media["a"]])
    assert {first.hit, second.hit} == {full, plain}
    assert (first.set_name, first.purpose, first.scheme, first.file_name) == (
        "known",
        Purpose.ILLEGAL,
        None,
        "known.txt",
    )


def test_a_later_hit_takes_the_place_of_the_same_media_list_and_means(held: Held) -> None:
    one, two = held.list_of("known"), held.list_of("known")
    before = [held.hit("a", one), held.hit("a", one, SIGHT), held.hit("b", one), held.hit("a", two)]
    newer = before[0]._replace(entry=5, entries=2)
    write_hits(held.session, [newer])
    assert set(hits_of_list(held.session, one)) == {newer, *before[1:3]}
    assert hits_of_list(held.session, two) == [before[3]]
    assert hits_by_list(held.session) == {one: 3, two: 1}


def test_many_hits_are_written_at_once(held: Held) -> None:
    lists = [held.list_of("known") for _ in range(4)]
    hits = [
        Hit(number, each, means, entry, 1)
        for each in lists
        for means in (DIGEST, SIGHT)
        for entry, number in enumerate(held.media.values())
    ]
    assert write_hits(held.session, iter(hits)) == len(hits)
    assert write_hits(held.session, iter(hits)) == len(hits)
    count = held.session.connection.execute(select(func.count(schema.hit.c.list_id)))
    assert count.scalar_one() == len(hits)
    assert write_hits(held.session, []) == 0


def test_some_hits_are_taken_away(held: Held) -> None:
    one = held.list_of("known")
    hits = [held.hit("a", one), held.hit("a", one, SIGHT), held.hit("b", one)]
    assert delete_hits(held.session, hits[:1]) == 1
    assert delete_hits(held.session, hits[:1]) == 0
    assert set(hits_of_list(held.session, one)) == set(hits[1:])


def test_the_gravest_comes_first(held: Held) -> None:
    for name, purpose in (
        ("never", Purpose.NEVER),
        ("b", Purpose.ILLEGAL),
        ("good", Purpose.KNOWN_GOOD),
        ("a", Purpose.ILLEGAL),
        ("notable", Purpose.NOTABLE),
    ):
        held.hit("a", held.list_of(name, purpose))
    assert [name for name, _ in held.counting("a")] == ["a", "b", "good", "notable", "never"]


def test_media_are_hit_by_purpose_and_means(held: Held) -> None:
    illegal, good = held.list_of("illegal"), held.list_of("good", Purpose.KNOWN_GOOD)
    held.hit("a", illegal)
    held.hit("b", illegal, SIGHT)
    held.hit("b", illegal, CLIP)
    held.hit("c", good)
    assert held.hit_by([Purpose.ILLEGAL]) == {"a", "b"}
    assert held.hit_by([Purpose.ILLEGAL], DIGEST) == {"a"}
    assert held.hit_by([Purpose.ILLEGAL], SIGHT, CLIP) == {"b"}
    assert held.hit_by([Purpose.KNOWN_GOOD, Purpose.ILLEGAL]) == {"a", "b", "c"}
    assert held.hit_by([Purpose.NOTABLE]) == set()
    assert held.hit_by([]) == set()


def test_a_set_that_was_rejected_for_a_content_does_not_count_for_it(held: Held) -> None:
    for number in range(2):
        held.hit("a", held.list_of("known"), (DIGEST, SIGHT)[number])
    held.hit("a", held.list_of("other"))
    held.hit("b", held.list_of("known"))
    reject(held.session, digests("a").sha256, "set:known")
    assert held.counting() == [("other", DIGEST), ("known", DIGEST)]
    assert held.counting("b") == [("known", DIGEST)]
    assert held.hit_by([Purpose.ILLEGAL]) == {"a", "b"}
    reject(held.session, digests("a").sha256, "set:other")
    assert held.hit_by([Purpose.ILLEGAL]) == {"b"}
    # They are there still: what is taken back counts again.
    assert sum(hits_by_list(held.session).values()) == 4
    forget(held.session, digests("a").sha256, "set:known")
    assert len(held.counting("a")) == 2
    assert held.hit_by([Purpose.ILLEGAL]) == {"a", "b"}


def test_a_rejection_of_a_media_rejects_no_set(held: Held) -> None:
    held.hit("a", held.list_of("known"))
    reject(held.session, digests("a").sha256, f"media:{digests('b').sha256.hex()}")
    assert held.counting("a") == [("known", DIGEST)]


def test_a_never_match_set_spares_what_is_seen_not_what_is_the_same(held: Held) -> None:
    known = held.list_of("known")
    held.hit("a", known)
    held.hit("a", known, SIGHT)
    held.hit("a", known, CLIP)
    held.hit("b", known, SIGHT)
    never = held.list_of("never", Purpose.NEVER)
    held.hit("a", never, SIGHT)
    assert held.counting("a") == [("known", DIGEST), ("never", SIGHT)]
    assert held.hit_by([Purpose.ILLEGAL], SIGHT, CLIP) == {"b"}
    assert held.hit_by([Purpose.ILLEGAL]) == {"a", "b"}
    assert held.hit_by([Purpose.NEVER]) == {"a"}


def test_a_never_match_set_spares_nothing_once_it_is_gone(held: Held) -> None:
    held.hit("a", held.list_of("known"), SIGHT)
    never = held.list_of("never", Purpose.NEVER)
    held.hit("a", never)
    assert held.hit_by([Purpose.ILLEGAL]) == set()
    there = find_hash_set(held.session, "never")
    assert there is not None
    remove_hash_set(held.session, there.id)
    assert held.hit_by([Purpose.ILLEGAL]) == {"a"}


def test_a_never_match_set_that_was_rejected_spares_nothing(held: Held) -> None:
    held.hit("a", held.list_of("known"), SIGHT)
    held.hit("a", held.list_of("never", Purpose.NEVER), SIGHT)
    reject(held.session, digests("a").sha256, "set:never")
    assert held.counting("a") == [("known", SIGHT)]
    assert held.hit_by([Purpose.ILLEGAL]) == {"a"}


def test_nobody_hit_nothing(held: Held) -> None:
    assert hits_of(held.session, []) == []
    assert hits_of(held.session, [held.media["a"], 999_999]) == []
    assert media_hit(held.session, tuple(Purpose)).shape == (0,)
