"""Reading lists into hash sets, and taking them out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from matching_lab import Lab, away, bits_of, md5, picture, vics
from tests.store.store_samples import digests

from trawl.errors import AlreadyExists, ListRefused, NotFound, SettingsError, StoreError
from trawl.matching import adding_lists, gathering
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.hash_sets import (
    list_hash_sets,
    remove_entries,
    remove_hash_set,
    remove_list,
    show_hash_set,
)
from trawl.matching.steps import Step, Stopped, heed
from trawl.model.hash_set import Purpose
from trawl.store.database import Session


def files_of(lab: Lab) -> dict[str, bytes]:
    """Every file of the hash sets but the lock."""
    root = lab.workspace.hash_sets
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "lock"
    }


def test_a_list_is_read_and_told(lab_on_both: Lab) -> None:
    lab = lab_on_both
    entry = {"MD5": md5("a"), "MediaID": 1, "Category": 1, "Agency": "X"}
    listed = lab.add(vics(entry, {"MD5": md5("b")}), scheme="project-vic-us")
    assert (listed.entries, listed.counts, listed.categories) == (
        2,
        {"md5": 2},
        {"1": 1, "none": 1},
    )
    assert listed.format == "vics-2.0"
    (found,) = list_hash_sets(lab.database, lab.bench.officer)
    assert (found.name, found.purpose, found.scheme, found.entries, found.lists) == (
        "known",
        Purpose.ILLEGAL,
        "project-vic-us",
        2,
        1,
    )
    shown, lists = show_hash_set(lab.database, lab.bench.officer, "known")
    assert (shown, lists) == (found, [listed])


def test_a_set_grows_by_another_list_and_refuses_the_same_one(lab: Lab) -> None:
    lab.add(md5("a"))
    lab.add(md5("b"), file="second.txt")
    before = files_of(lab)
    with pytest.raises(AlreadyExists, match=r"list 1, list\.txt"):
        lab.add(md5("a"))
    assert files_of(lab) == before
    (found,) = list_hash_sets(lab.database, lab.bench.officer)
    assert (found.entries, found.lists) == (2, 2)


def test_a_set_keeps_its_kind_and_scheme(lab: Lab) -> None:
    lab.add(md5("a"))
    with pytest.raises(AlreadyExists, match="illegal"):
        lab.add(md5("b"), Purpose.KNOWN_GOOD)
    with pytest.raises(AlreadyExists, match="illegal"):
        lab.add(md5("b"), scheme="uk")


def test_categories_need_a_scheme_that_is_known(lab: Lab) -> None:
    graded = vics({"MD5": md5("a"), "Category": 0})
    with pytest.raises(ListRefused, match="no scheme was named"):
        lab.add(graded)
    with pytest.raises(SettingsError, match="no category scheme named 'nobodys'"):
        lab.add(graded, scheme="nobodys")
    assert list_hash_sets(lab.database, lab.bench.officer) == []
    assert lab.add(graded, Purpose.KNOWN_GOOD).entries == 1


@pytest.mark.parametrize(
    ("purpose", "codes", "count"),
    [
        (Purpose.ILLEGAL, (1, None, 5, 0), 2),
        (Purpose.ILLEGAL, (1, 2), None),
        (Purpose.ILLEGAL, (None, None), None),  # it grades nothing: a plain list of the illegal
        (Purpose.NOTABLE, (1, None), None),
    ],
)
def test_what_an_illegal_list_has_not_categorized_is_counted(
    lab: Lab, purpose: Purpose, codes: tuple[int | None, ...], count: int | None
) -> None:
    entries = [{"MD5": md5(str(at)), "Category": code} for at, code in enumerate(codes)]
    listed = lab.add(vics(*entries), purpose, scheme="project-vic-us")
    odd = {one.kind: one.count for one in listed.oddities}
    assert odd.get("not-categorized") == count


def test_codes_of_another_country_are_not_read_in_a_scheme_of_ones_own(lab: Lab) -> None:
    schema = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml"
    entries = [{"MD5": md5("a"), "Category": 1}]
    british = {"@odata.context": f"{schema}/UK/$metadata#Media", "value": entries}
    with pytest.raises(ListRefused, match="categories are those of UK"):
        lab.add(british, scheme="project-vic-us")
    with pytest.raises(ListRefused, match="categories are those of US"):
        lab.add(vics(*entries), scheme="uk")
    assert list_hash_sets(lab.database, lab.bench.officer) == []
    assert lab.add(british, scheme="uk").entries == 1
    nobodys = {"@odata.context": f"{schema}/Default/$metadata#Media", "value": entries}
    assert lab.add(nobodys, name="old", scheme="dhs-old").entries == 1


def test_a_code_that_the_scheme_does_not_have_is_odd_and_kept(lab: Lab) -> None:
    listed = lab.add(vics({"MD5": md5("a"), "Category": 77}), scheme="project-vic-us")
    odd = next(one for one in listed.oddities if one.kind == "category-not-in-scheme")
    assert (odd.count, odd.where) == (1, [1])
    assert listed.categories == {"77": 1}


@pytest.mark.parametrize(
    "foreign",
    [
        b"\xff\xd8\xff\xe0" + bytes(200),
        b"PK\x03\x04" + bytes(200),
        b"<html><body>No list</body></html>",
        b'{"@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/'
        b'$metadata#Media", "value": [{"MD5": "D41D8CD98F00B204E9800998ECF8427E"}, {"MD',
        b"SQLite format 3\x00" + bytes(100),
    ],
)
def test_a_foreign_or_broken_list_leaves_the_sets_as_they_were(lab: Lab, foreign: bytes) -> None:
    lab.add(md5("a"))
    before = files_of(lab)
    with pytest.raises(ListRefused) as caught:
        lab.add(foreign, file="foreign")
    assert str(caught.value)
    assert files_of(lab) == before
    (found,) = list_hash_sets(lab.database, lab.bench.officer)
    assert found.entries == 1


def test_what_is_stopped_leaves_the_sets_as_they_were(lab: Lab) -> None:
    from trawl.matching.adding_lists import Order, add_list

    path = lab.list_file("list.txt", md5("a"))
    with pytest.raises(Stopped):
        add_list(*lab.given, path, Order("known", Purpose.ILLEGAL), stop=lambda: True)
    assert list_hash_sets(lab.database, lab.bench.officer) == []
    assert files_of(lab) == {}


def test_a_full_disk_is_said_whatever_is_being_written(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.add(md5("a"))
    before = files_of(lab)
    monkeypatch.setattr(gathering, "bears_path", lambda _: Path("/dev/full"))
    with pytest.raises(StoreError, match="no room left"):
        lab.add(md5("b"), file="second.txt")
    assert files_of(lab) == before


def test_what_a_killed_reading_left_is_swept(lab: Lab) -> None:
    left = lab.workspace.hash_sets / "adding-1"
    left.mkdir(parents=True)
    (left / "md5.digests").write_bytes(b"half")
    lab.add(md5("a"))
    assert not left.exists()


def full(*_: object, **__: object) -> None:
    raise StoreError("There is no room left on the disk.")


@pytest.mark.parametrize("wrong", [full, lambda *_, **__: heed(lambda: True)])
def test_a_list_that_is_in_is_told_so_though_segments_cannot_be_merged(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., None]
) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    monkeypatch.setattr(adding_lists, "MOST_SEGMENTS", 1)
    monkeypatch.setattr(SetFolder, "compact", wrong)
    lab.add(md5("b"))
    assert lab.add(md5("a"), file="second.txt").id == 2
    lab.match()
    assert lab.hits("a")[0].file_name == "second.txt"


@pytest.mark.parametrize(
    ("rows", "up_to"),
    [
        ([5] * 33, 5),
        ([70_000_000] + [10] * 32, 10),
        ([70_000_000, 320] + [10] * 31, 320),
        ([1, 1_000_000], 1_000_000),
        ([100, 90, 1, 2, 3], 3),
    ],
)
def test_small_segments_are_merged_and_large_ones_left(rows: list[int], up_to: int) -> None:
    assert adding_lists.worth_merging(rows) == up_to


def test_another_set_of_that_name_is_told_before_the_list_is_read(lab: Lab) -> None:
    lab.add(md5("a"))
    steps: list[Step] = []
    path = lab.list_file("long.txt", md5("b"))
    with pytest.raises(AlreadyExists):
        adding_lists.add_list(
            *lab.given, path, adding_lists.Order("known", Purpose.NOTABLE), tell=steps.append
        )
    assert steps == []


def test_a_set_is_removed_with_its_files_and_hits(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(md5("a"))
    lab.add(md5("b"), name="other", file="other.txt")
    lab.match()
    assert lab.hits("a")
    assert remove_hash_set(*lab.given, "known") == 1
    assert lab.hits("a") == []
    assert lab.hits("b")
    assert [one.name for one in list_hash_sets(lab.database, lab.bench.officer)] == ["other"]
    assert all(name.startswith("000002/") for name in files_of(lab))
    with pytest.raises(NotFound):
        remove_hash_set(*lab.given, "known")
    lab.add(md5("a"))
    lab.match()
    assert lab.hits("a")[0].hit.list_id == 3  # no number means two lists


def test_one_list_is_removed_and_the_rest_stays(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(md5("a"))
    lab.add(md5("b"), file="second.txt")
    lab.match()
    kept = {name: data for name, data in files_of(lab).items() if "/000002/" in name}
    assert remove_list(*lab.given, "known", 1) == 1
    assert files_of(lab) == kept
    assert (lab.hits("a"), len(lab.hits("b"))) == ([], 1)
    with pytest.raises(NotFound, match="no list 1"):
        remove_list(*lab.given, "known", 1)


def test_entries_are_taken_out_by_one_digest_and_match_by_none(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    told = digests("a")
    lab.add(f"md5,sha1,pdq\n{told.md5.hex()},{told.sha1.hex()},{bits_of(1).hex()}\n{md5('b')},,\n")
    lab.match()
    assert [one.hit.means for one in lab.hits("a")] == ["digest", "sight"]
    assert remove_entries(*lab.given, "known", told.sha1) == 1
    assert (lab.hits("a"), len(lab.hits("b"))) == ([], 1)
    lab.match(again=True)
    assert (lab.hits("a"), len(lab.hits("b"))) == ([], 1)
    with pytest.raises(NotFound, match="no entry"):
        remove_entries(*lab.given, "known", told.sha1)


def test_what_another_entry_names_as_well_is_hit_again_by_the_next_matching(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    told, near = digests("a"), away(bits_of(1), 8)
    lab.add(f"md5,pdq\n{told.md5.hex()},{bits_of(1).hex()}\n{md5('c')},{near.hex()}\n")
    lab.match()
    assert [one.hit.distance for one in lab.hits("a")] == [None, 0]
    assert remove_entries(*lab.given, "known", told.md5) == 1
    assert lab.hits("a") == []
    lab.match()
    assert [one.hit.distance for one in lab.hits("a")] == [8]


def test_an_entry_stays_when_its_going_cannot_be_written_down(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(md5("a"))
    lab.match()
    before = files_of(lab)
    with monkeypatch.context() as broken:
        broken.setattr(Session, "audit", full)
        with pytest.raises(StoreError):
            remove_entries(*lab.given, "known", digests("a").md5)
    assert files_of(lab) == before
    assert lab.hits("a")


def test_the_digest_of_nothing_grades_no_empty_file(lab: Lab) -> None:
    nothing = "d41d8cd98f00b204e9800998ecf8427e"
    listed = lab.add(f"{nothing}\n{md5('a')}\n")
    assert (listed.entries, listed.counts) == (2, {"md5": 1})
    assert [(odd.kind, odd.where) for odd in listed.oddities] == [("empty-file", [1])]
    assert lab.add(nothing, Purpose.KNOWN_GOOD, name="good").counts == {"md5": 1}


def test_a_units_own_scheme_is_read_from_its_workspace(lab: Lab) -> None:
    folder = lab.workspace.schemes
    folder.mkdir()
    text = (Path(__file__).parents[2] / "src/trawl/formats/schemes/uk.toml").read_text()
    (folder / "own.toml").write_text(text.split("[[mappings]]")[0].replace('"uk"', '"own"', 1))
    listed = lab.add("md5,category\n" + md5("a") + ",A\n", scheme="own")
    assert listed.categories == {"A": 1}
    assert not [odd for odd in listed.oddities if odd.kind == "category-not-in-scheme"]
