"""A case as VICS 2.0, and back."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from matching_lab import TEXT, Lab, bits_of, md5, picture, vics, video
from tests.store.store_samples import digests, media

from trawl.errors import SettingsError
from trawl.formats.registry import open_list
from trawl.formats.schemes import load_schemes
from trawl.matching.vics_category import Exported
from trawl.matching.vics_export import export_vics
from trawl.model.access import Act, Role
from trawl.model.hash_set import DigestKind, Known, Oddities, Purpose
from trawl.review.grading.casting import Grade, grade
from trawl.review.grading.disputes import resolve
from trawl.review.grading.policy import put_policy
from trawl.store.cases import add_member
from trawl.store.media import stored_media
from trawl.store.officers import add_officer
from trawl.workbench_review import grades_of


def graded_case(lab: Lab) -> None:
    lab.take_in(
        a=picture("a", bits_of(1)),
        b=picture("b", bits_of(2)),
        c=picture("c", bits_of(3)),
        plain=picture("plain", bits_of(4), quality=10),
        film=video("film", [bits_of(9)] * 4),
        note=media("note", kind=TEXT, findings=()),
    )
    lab.copy("again/ä.jpg", picture("a", bits_of(1)))
    lab.add(
        vics(
            {
                "MD5": md5("a"),
                "Category": 1,
                "VictimIdentified": True,
                "Series": "S",
                "OffenderIdentified": False,
                "IsDistributed": True,
                "Comments": "seen",
            },
            {"MD5": md5("b"), "Category": 0},
        ),
        scheme="project-vic-us",
    )
    lab.match()


def export(lab: Lab, scheme: str = "project-vic-us") -> tuple[Exported, bytes]:
    out = io.BytesIO()
    case = lab.bench.case
    done = export_vics(*lab.given, case, scheme, grades_of(lab.workspace, case.id), out)
    return done, out.getvalue()


def exported(lab: Lab, scheme: str = "project-vic-us") -> bytes:
    return export(lab, scheme)[1]


def entries(data: bytes) -> dict[str, dict[str, Any]]:
    """The media of an export, by MD5."""
    return {one["MD5"]: one for one in json.loads(data)["value"][0]["Media"]}


def test_what_goes_out_comes_back_the_same(lab_on_both: Lab) -> None:
    lab = lab_on_both
    graded_case(lab)
    path = lab.list_file("case.json", exported(lab))
    reader, listed = open_list(path)
    oddities = Oddities()
    batches = list(reader.read(listed, oddities))
    (batch,) = batches
    assert batch.count == 5  # the note is neither picture nor video
    wanted = {name: digests(name) for name in ("a", "b", "c", "plain", "film")}
    for kind in DigestKind:
        found = {bytes(value) for value in batch.digests[kind].values}
        assert found == {getattr(one, kind.value) for one in wanted.values()}
    assert batch.prints is not None
    assert {bytes(bits) for bits in batch.prints.bits} == {bits_of(1), bits_of(2), bits_of(3)}
    known = _by_md5(batch)
    a = known[digests("a").md5]
    assert (a.category, a.victim_identified, a.offender_identified, a.distributed) == (
        "1",
        True,
        False,
        True,
    )
    assert (a.series, a.comments, a.precategorized) == ("S", "seen", True)
    assert set(a.names) >= {"a.jpg", "ä.jpg"}
    assert known[digests("b").md5].category == "0"
    assert known[digests("c").md5].category is None
    assert oddities.found == {}


def _by_md5(batch) -> dict[bytes, Known]:
    keys = batch.digests[DigestKind.MD5]
    return {
        bytes(value): batch.known[entry - batch.first]
        for entry, value in zip(keys.entries.tolist(), keys.values, strict=True)
    }


def test_read_as_a_hash_set_it_names_the_same_media(lab: Lab) -> None:
    graded_case(lab)
    data = exported(lab)
    lab.add(data, name="back", scheme="project-vic-us", file="case.json")
    lab.match()
    for name, category in (("a", "1"), ("b", "0"), ("c", None), ("film", None)):
        hits = {one.hit.means: one for one in lab.hits(name) if one.set_name == "back"}
        assert hits["digest"].hit.digest == "sha256"
        assert hits["digest"].hit.categories == category


def test_another_scheme_needs_a_mapping(lab: Lab) -> None:
    graded_case(lab)
    done, data = export(lab, "uk")
    assert (done.media, done.precategorized, done.untranslated) == (5, 2, 2)
    told = json.loads(data)
    assert "/UK/" in told["@odata.context"]
    assert all(one.get("Category") is None for one in told["value"][0]["Media"])
    with pytest.raises(SettingsError, match="no category scheme"):
        export(lab, "nobodys")


def test_categories_that_are_no_number_go_out_as_tags(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(f"md5,category\n{md5('a')},B\n", scheme="uk")
    lab.match()
    done, data = export(lab, "uk")
    assert done.unnumbered == 1
    (one,) = entries(data).values()
    assert (one.get("Category"), one["Tags"]) == (None, "uk:B")


def test_known_good_sets_grade_nothing(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(vics({"MD5": md5("a"), "Category": 1}), Purpose.KNOWN_GOOD)
    lab.match()
    (one,) = json.loads(exported(lab))["value"][0]["Media"]
    assert one.get("Category") is None
    assert one["IsPrecategorized"] is False


def test_lists_that_disagree_grade_nothing_and_the_mapped_one_counts(lab: Lab) -> None:
    names = ("a", "b", "c")
    lab.take_in(**{name: picture(name, bits_of(at)) for at, name in enumerate(names)})
    said = {"us": (1, 1, 5), "old": (1, 2, 1)}
    for name, scheme in (("us", "project-vic-us"), ("old", "dhs-old")):
        told = [
            {"MD5": md5(one), "Category": code} for one, code in zip(names, said[name], strict=True)
        ]
        lab.add(vics(*told), name=name, scheme=scheme)
    lab.add(f"md5,category\n{md5('a')},A\n", name="british", scheme="uk", file="uk.csv")
    lab.match()
    done, data = export(lab)
    found = entries(data)
    assert [found[md5(name)].get("Category") for name in names] == [1, None, 1]
    assert found[md5("b")]["Tags"] == "project-vic-us:1 project-vic-us:2"
    assert (found[md5("a")]["PrecategorizationSource"], done.unnumbered) == ("old", 1)


class Graders:
    """Three officers who grade a lab's case in a scheme, and a supervisor."""

    def __init__(self, lab: Lab, scheme: str, **policy: object) -> None:
        self.lab, self.schemes, self.keys = lab, load_schemes(), 0
        with lab.database.session(lab.bench.officer) as session:
            self.officers = [add_officer(session, f"g{at}", Role.GRADER) for at in range(3)]
            self.supervisor = add_officer(session, "s", Role.SUPERVISOR)
            for one in (*self.officers, self.supervisor):
                add_member(session, lab.bench.case.id, one.id)
            session.audit(Act.MEMBER_ADD, case_id=lab.bench.case.id, subject="all", detail={})
        put_policy(
            lab.database, self.supervisor, self.schemes, {"scheme": scheme, "votes": 2, **policy}
        )

    def media(self, name: str) -> int:
        with self.lab.database.reader() as reader:
            sha256 = digests(name).sha256
            return stored_media(reader, [sha256])[sha256].id

    def vote(self, name: str, *categories: str) -> None:
        for officer, category in zip(self.officers, categories, strict=False):
            self.keys += 1
            wanted = Grade(key=f"k{self.keys}", media_ids=[self.media(name)], category=category)
            grade(self.lab.database, officer, self.schemes, self.lab.bench.case.id, wanted)

    def settle(self, name: str, category: str) -> None:
        self.keys += 1
        where = self.lab.bench.case.id, self.media(name)
        said = {"key": f"k{self.keys}", "category": category, "grounds": "seen"}
        resolve(self.lab.database, self.supervisor, self.schemes, *where, **said)


def test_what_officers_have_settled_goes_out_before_what_lists_say(lab_on_both: Lab) -> None:
    lab = lab_on_both
    names = ("a", "b", "c", "d", "e", "f")
    lab.take_in(**{name: picture(name, bits_of(at)) for at, name in enumerate(names)})
    listed = [{"MD5": md5(name), "Category": 1, "Series": "S"} for name in ("a", "b", "c", "e")]
    lab.add(vics(*listed), scheme="project-vic-us")
    lab.match()
    graders = Graders(lab, "project-vic-us")
    graders.vote("a", "2", "2")  # against the list
    graders.vote("b", "2")  # not enough
    graders.vote("c", "1", "2")  # disputed
    graders.vote("d", "3", "3")  # in no list
    graders.vote("e", "1", "2")
    graders.settle("e", "4")
    done, data = export(lab)
    found = entries(data)
    told = {name: found[md5(name)] for name in names}
    assert {name: one.get("Category") for name, one in told.items()} == {
        "a": 2,
        "b": 1,
        "c": None,
        "d": 3,
        "e": 4,
        "f": None,
    }
    assert {name for name, one in told.items() if one["IsPrecategorized"]} == {"b"}
    assert told["a"]["Series"] == "S"
    assert (done.media, done.precategorized, done.graded, done.disputed) == (6, 4, 3, 1)


def test_a_grade_without_a_mapping_goes_out_as_a_tag(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    Graders(lab, "uk").vote("a", "Not relevant", "Not relevant")
    for scheme, counted in (("project-vic-us", "untranslated"), ("uk", "unnumbered")):
        done, data = export(lab, scheme)
        (one,) = entries(data).values()
        assert (one.get("Category"), one["Tags"]) == (None, "uk:Not relevant")
        assert (done.graded, getattr(done, counted)) == (1, 1)


def test_a_list_that_the_policy_trusts_goes_out_as_the_lists(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(vics({"MD5": md5("a"), "Category": 1}), scheme="project-vic-us")
    lab.match()
    Graders(lab, "project-vic-us", imported="trusted")
    done, data = export(lab)
    (one,) = entries(data).values()
    assert (one["Category"], one["IsPrecategorized"], done.graded) == (1, True, 0)
    assert one["PrecategorizationSource"] == "known"
