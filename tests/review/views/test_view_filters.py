"""Every part of a filter, alone and with another, against a plain one over rows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.grading.room_fixtures import Clock
from tests.review.views.gallery_fixtures import the_gallery, the_gallery_clock  # noqa: F401
from tests.review.views.gallery_room import DAY_US, Gallery
from tests.review.views.plain_views import Plain

from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.model.media import Kind
from trawl.review.clues import Region, add_clue
from trawl.review.notes import add_note
from trawl.review.tags import add_tag
from trawl.review.views.asking import Area, Asked, Filter, Order, Source, Told, Unit
from trawl.review.views.looking import open_view, read_page
from trawl.store.database import Database

ME = 0


def furnished(gallery: Gallery) -> Plain:
    """Votes, hits and marks of every kind; what the officer ME should see of it."""
    ids = list(gallery.truth())
    gallery.hash_set("good", Purpose.KNOWN_GOOD, dict.fromkeys(ids[::7]), Means.DIGEST)
    gallery.hash_set("bad", Purpose.ILLEGAL, dict.fromkeys(ids[1:9:4], "A"), Means.DIGEST)
    gallery.hash_set("near", Purpose.ILLEGAL, dict.fromkeys(ids[2:20:5], "B"), Means.SIGHT)
    viewable = [one.id for one in gallery.truth().values() if one.kind in ("image", "video")]
    gallery.grade(ME, viewable[:4], "C")
    gallery.grade(1, viewable[2:8], "C")
    gallery.grade(2, viewable[3:6], "C")
    gallery.grade(2, viewable[6:8], "A")
    given = gallery.database, gallery.officers[1], gallery.case_id
    add_note(*given, ids[3], "a note")
    add_tag(*given, ids[3], "boat")
    add_tag(*given, ids[5], "boat")
    add_tag(*given, ids[6], "Tree")
    add_clue(*given, ids[8], "a sign", region=Region(0.1, 0.1, 0.5, 0.5))
    return Plain(
        gallery,
        gallery.officers[ME].id,
        hit={"good": set(ids[::7]), "bad": set(ids[1:9:4]), "near": set(ids[2:20:5])},
        noted={ids[3]},
        clues={ids[8]},
        tags={"boat": {ids[3], ids[5]}, "Tree": {ids[6]}},
    )


def looked(gallery: Gallery, asked: Asked, who: int = ME) -> tuple[list[int], int]:
    """The rows of a view, page by page, and how many media it says they stand for."""
    given = gallery.database, gallery.officers[who], gallery.reviews, gallery.case_id
    opened = open_view(*given, asked)
    rows = [
        one
        for number in range(-(-opened.count // opened.bucket))
        for one in read_page(*given, opened.view, number).ids
    ]
    assert len(rows) == opened.count
    return rows, opened.media


@pytest.fixture(scope="module")
def shared(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """One furnished case for many questions."""
    folder = tmp_path_factory.mktemp("filters")
    path = folder / "filters.db"
    shutil.copy(sqlite_template, path)
    database = Database.open(f"sqlite:///{path}", clock=Clock())
    gallery = Gallery.open(database, folder)
    yield furnished(gallery)
    gallery.bench.writer.close()
    gallery.reviews.close()
    database.close()


def some(*choices: Any) -> Any:
    return st.lists(st.sampled_from(choices), min_size=1, max_size=3).map(tuple)


texts = st.sampled_from(
    ["img", "IMG_01", "dcim/", "Ü", "ü", "b/img_00", "x.jpg", "nowhere", "/", "0"]
)
times = st.sampled_from([-5 * DAY_US, 0, DAY_US, 3 * DAY_US, 40 * DAY_US])
PARTS: dict[str, Any] = {
    "exhibits": some("S/1", "S/2", "S/9"),
    "path": texts,
    "kinds": some(*Kind),
    "taken_from_us": times,
    "taken_to_us": times,
    "cameras": some("Canon EOS 5", "Canon EOS 6", "Handy", "canon"),
    "serials": some("A1", "B2", "a1"),
    "place": st.sampled_from(
        [Area(-90, -180, 90, 180), Area(50, 0, 52, 1), Area(-40, 170, 60, -170), Area(60, 0, 50, 1)]
    ),
    "states": some(*Told),
    "categories": some("A", "B", "C", "Z"),
    "sets": some("good", "bad", "near", "none"),
    "stack_least": st.integers(0, 4),
    "stack_most": st.integers(0, 4),
    "tags": some("boat", "Tree", "tree"),
    "failed": st.booleans(),
    "text": texts
    | st.sampled_from(
        ["canon", "EDITOR", "a1", "phone", "smith", "pier", "pier\nat", "rgba", "utc", "0230", "Ö"]
    ),
    "noted": st.booleans(),
    "clues": st.booleans(),
}


def test_every_part_is_tried() -> None:
    assert set(PARTS) == {one.name for one in fields(Filter)}


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_filters_in_pairs(shared: Plain, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(sorted(PARTS)), max_size=2, unique=True))
    wanted = Filter(**{name: data.draw(PARTS[name], name) for name in names})
    asked = Asked(
        source=data.draw(st.sampled_from([Source.ALL, Source.ALL, Source.QUEUE, Source.MINE])),
        unit=data.draw(st.sampled_from(Unit)),
        order=data.draw(st.sampled_from(Order)),
        wanted=wanted,
        not_shown=data.draw(st.sampled_from([(), ("A",), ("B", "Z")])),
    )
    assert looked(shared.gallery, asked) == shared.rows(asked)


@pytest.mark.parametrize("part", sorted(PARTS))
def test_each_part_alone_narrows(shared: Plain, part: str) -> None:
    chosen: dict[str, Any] = {
        "exhibits": ("S/2",),
        "path": "copies/",
        "kinds": (Kind.VIDEO,),
        "taken_from_us": DAY_US,
        "taken_to_us": DAY_US,
        "cameras": ("Handy",),
        "serials": ("B2",),
        "place": Area(-40, 170, 60, -170),
        "states": (Told.MINE, Told.KNOWN_GOOD),
        "categories": ("B", "C"),
        "sets": ("near",),
        "stack_least": 4,
        "stack_most": 2,
        "tags": ("boat",),
        "failed": True,
        "text": "editor",
        "noted": True,
        "clues": True,
    }
    asked = Asked(source=Source.ALL, unit=Unit.MEDIA, wanted=Filter(**{part: chosen[part]}))
    rows, _ = looked(shared.gallery, asked)
    whole, _ = looked(shared.gallery, Asked(source=Source.ALL, unit=Unit.MEDIA))
    assert rows == shared.rows(asked)[0]
    assert len(rows) < len(whole)
    assert rows or part == "stack_least"


def test_views_on_both_databases(gallery: Gallery) -> None:
    plain = furnished(gallery)
    for asked in (
        Asked(),
        Asked(unit=Unit.MEDIA, order=Order.SIZE),
        Asked(source=Source.MINE, unit=Unit.MEDIA),
        Asked(source=Source.ALL, wanted=Filter(text="canon", tags=("boat", "Tree"))),
        Asked(source=Source.ALL, wanted=Filter(states=(Told.PROPOSED, Told.KNOWN_ILLEGAL))),
        Asked(source=Source.ALL, wanted=Filter(path="dcim/Ü/img", noted=False)),
    ):
        assert looked(gallery, asked) == plain.rows(asked)
        assert plain.rows(asked)[0]
