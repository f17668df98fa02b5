"""Where a media lies, on both databases."""

from __future__ import annotations

import pytest
from store_samples import ZIP, Bench, digests, logged, media

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.errors import NotFound
from trawl.model.access import Act
from trawl.model.exhibit import EntryKind, OccurrenceState
from trawl.model.intake import Container
from trawl.store.containers import insert_containers
from trawl.store.identifiers import row_id
from trawl.store.media import stored_media
from trawl.store.whereabouts import Lying, lying


def id_of(bench: Bench, text: str) -> int:
    with bench.database.reader() as reader:
        return stored_media(reader, [digests(text).sha256])[digests(text).sha256].id


def where(bench: Bench, text: str, most: int = 32) -> Lying:
    with bench.database.reader() as reader:
        return lying(reader, bench.case.id, id_of(bench, text), most)


def archive(name: str | bytes) -> object:
    raw = name if isinstance(name, bytes) else name.encode()
    return logged(raw, media(raw.hex(), kind=ZIP, opens_as="zip"))


def inner(bench: Bench, number: int) -> Container:
    return bench.containers()[number]


def test_a_media_lies_in_what_it_lies_in_from_the_outside_in(bench: Bench) -> None:
    bench.write([archive(b"haul/a\xff.zip")])  # type: ignore[list-item]
    bench.write([archive("b.zip")], into=inner(bench, 1))  # type: ignore[list-item]
    bench.write([logged("x.jpg", media("x"))], into=inner(bench, 2))
    found = where(bench, "x")
    assert (found.sha256, found.size) == (digests("x").sha256, 1000)
    (place,) = found.places
    assert place.acquisition_id == bench.acquisition_id
    assert (place.exhibit, place.roots, place.entry.path) == ("S/1", ("/haul",), b"x.jpg")
    assert place.path == "haul/a\\xff.zip/b.zip/x.jpg"
    assert [one.container.number for one in place.inside] == [1, 2]
    entries = [one.entry for one in place.inside if one.entry is not None]
    assert [one.path for one in entries] == [b"haul/a\xff.zip", b"b.zip"]
    assert {one.locator for one in entries} == {"at"}


def test_the_places_easiest_to_reach_come_first(bench: Bench) -> None:
    rows = [archive("haul/a.zip"), logged("haul/gone.jpg", media("x"))]
    rows[1] = logged("haul/gone.jpg", media("x"))
    bench.write([*rows, logged("haul/late.jpg", media("x"))])  # type: ignore[list-item]
    bench.write([logged("x.jpg", media("x"))], into=inner(bench, 1))
    assert [one.entry.path for one in where(bench, "x").places] == [
        b"haul/gone.jpg",
        b"haul/late.jpg",
        b"x.jpg",
    ]
    assert len(where(bench, "x", most=2).places) == 2


def test_a_volume_that_was_locked_has_no_entry_of_its_own(bench: Bench) -> None:
    image = media("disk", kind=ZIP, opens_as="disk-image")
    bench.write([logged("haul/disk.img", image)])
    outer = inner(bench, 1)
    entry = logged("p1", media("nothing")).entry
    volume = Container(
        **{name: getattr(outer, name) for name in outer.__dataclass_fields__}
        | {
            "id": row_id(bench.acquisition_id, 2),
            "number": 2,
            "parent_id": outer.id,
            "path": "haul/disk.img/p1",
            "volume": "p1",
            "depth": 2,
        }
    )
    assert entry.kind is EntryKind.FILE
    with bench.database.session(bench.officer) as session:
        insert_containers(session, bench.acquisition_id, [volume])
        session.audit(Act.INTAKE_UNLOCK, case_id=bench.case.id, subject="p1", detail={})
    bench.write([logged("x.jpg", media("x"))], into=volume)
    (place,) = where(bench, "x").places
    assert [one.entry is None for one in place.inside] == [False, True]
    assert place.inside[1].container.volume == "p1"


def test_what_was_not_read_is_no_place(bench: Bench) -> None:
    bench.write(
        [
            logged("haul/a.jpg", media("x")),
            logged("haul/b.jpg", None, state=OccurrenceState.UNREADABLE, sha256=None, media=None),
        ]
    )
    assert [one.entry.path for one in where(bench, "x").places] == [b"haul/a.jpg"]


def test_a_media_of_another_case_is_as_one_that_is_not_there(bench: Bench) -> None:
    bench.write([logged("haul/a.jpg", media("x"))])
    media_id = id_of(bench, "x")
    other = add_case(bench.database, bench.officer, "Other")
    bench.exhibit = ensure_exhibit(bench.database, bench.officer, other, "S/9")
    bench.acquire(["/other"])
    bench.write([logged("other/b.jpg", media("y"))])
    for case_id, wanted in ((other.id, media_id), (bench.case.id, 10**9)):
        with bench.database.reader() as reader, pytest.raises(NotFound) as caught:
            lying(reader, case_id, wanted)
        assert str(caught.value) == f"no media {wanted} is in this case"
