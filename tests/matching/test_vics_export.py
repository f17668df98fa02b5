"""A case as VICS 2.0, and back."""

from __future__ import annotations

import io
import json

import pytest
from matching_lab import TEXT, Lab, bits_of, md5, picture, vics, video
from tests.store.store_samples import digests, media

from trawl.errors import SettingsError
from trawl.formats.registry import open_list
from trawl.matching.vics_export import export_vics
from trawl.model.hash_set import DigestKind, Known, Oddities, Purpose


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


def exported(lab: Lab, scheme: str = "project-vic-us") -> bytes:
    out = io.BytesIO()
    export_vics(*lab.given, lab.bench.case, scheme, out)
    return out.getvalue()


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
    out = io.BytesIO()
    done = export_vics(*lab.given, lab.bench.case, "uk", out)
    assert (done.media, done.precategorized, done.untranslated) == (5, 2, 2)
    told = json.loads(out.getvalue())
    assert "/UK/" in told["@odata.context"]
    assert all(one.get("Category") is None for one in told["value"][0]["Media"])
    with pytest.raises(SettingsError, match="no category scheme"):
        export_vics(*lab.given, lab.bench.case, "nobodys", io.BytesIO())


def test_categories_that_are_no_number_go_out_as_tags(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(f"md5,category\n{md5('a')},B\n", scheme="uk")
    lab.match()
    out = io.BytesIO()
    assert export_vics(*lab.given, lab.bench.case, "uk", out).unnumbered == 1
    (one,) = json.loads(out.getvalue())["value"][0]["Media"]
    assert (one.get("Category"), one["Tags"]) == (None, "uk:B")


def test_known_good_sets_grade_nothing(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(vics({"MD5": md5("a"), "Category": 1}), Purpose.KNOWN_GOOD)
    lab.match()
    (one,) = json.loads(exported(lab))["value"][0]["Media"]
    assert one.get("Category") is None
    assert one["IsPrecategorized"] is False
