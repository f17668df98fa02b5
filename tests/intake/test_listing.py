"""Listings: written once, cut the same way for ever."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import entries

from trawl.errors import StoreError
from trawl.intake.listing import Listing, ListingWriter
from trawl.model.exhibit import Entry, EntryKind


def written(path: Path, found: tuple[Entry, ...], problem: str | None = None) -> Listing:
    writer = ListingWriter(path)
    for at in range(0, len(found), 3):
        writer.add(found[at : at + 3])
    return writer.finish(problem, "luks" if problem else None)


def test_every_field_of_an_entry_comes_back(tmp_path: Path) -> None:
    odd = Entry(
        path=b"\xff/\n",
        kind=EntryKind.SYMLINK,
        size=1 << 50,
        locator="12",
        modified_us=-5,
        created_us=1,
        accessed_us=2,
        changed_us=3,
        deleted=True,
        link_target=b"\xfe",
        lock="zip",
        problem="why",
    )
    listing = written(tmp_path / "a.listing", (odd, Entry(path=b"b")), "it broke off")
    assert list(listing.entries()) == [odd, Entry(path=b"b")]
    assert (listing.members, listing.size) == (2, 1 << 50)
    assert (listing.problem, listing.lock) == ("it broke off", "luks")


def test_it_has_its_name_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.listing"
    writer = ListingWriter(path)
    writer.add(entries(5))
    assert not path.exists()
    writer.finish(None, None)
    assert [each.name for each in tmp_path.iterdir()] == ["a.listing"]


def test_one_that_is_abandoned_leaves_nothing(tmp_path: Path) -> None:
    writer = ListingWriter(tmp_path / "a.listing")
    writer.add(entries(5))
    writer.abandon()
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.none() | st.integers(0, 200), max_size=40),
    files=st.integers(1, 9),
    size=st.integers(1, 300),
)
def test_cuts_depend_on_the_listing_and_the_limits_alone(
    tmp_path_factory: pytest.TempPathFactory,
    sizes: list[int | None],
    files: int,
    size: int,
) -> None:
    found = tuple(Entry(path=b"%d" % n, size=each) for n, each in enumerate(sizes))
    listing = written(tmp_path_factory.mktemp("cuts") / "a.listing", found)
    cuts = list(listing.slices(0, files, size))
    assert [entry for cut in cuts for entry in cut.entries] == list(found)
    assert [cut.first for cut in cuts] == [
        sum(len(before.entries) for before in cuts[:at]) for at in range(len(cuts))
    ]
    for cut in cuts:
        assert 1 <= len(cut.entries) <= files
        assert sum(entry.size or 0 for entry in cut.entries[:-1]) < size
    for at in range(len(cuts) + 1):  # a resumed run, at any slice
        skip = cuts[at].first if at < len(cuts) else len(found)
        assert list(listing.slices(skip, files, size)) == cuts[at:]


@pytest.mark.parametrize("damage", ["empty", "cut", "noise"])
def test_a_broken_one_says_so(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.listing"
    written(path, entries(9))
    data = path.read_bytes()
    path.write_bytes({"empty": b"", "cut": data[:-9], "noise": b"\xc1" * len(data)}[damage])
    with pytest.raises(StoreError, match="cannot be read") as error:
        Listing(path)
    assert "Delete it" in str(error.value.hint)
