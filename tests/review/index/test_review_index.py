"""The index of a case against the tables it is derived from."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from tests.review.views.gallery_fixtures import (  # noqa: F401
    the_gallery,
    the_gallery_alone,
    the_gallery_clock,
)
from tests.review.views.gallery_room import Gallery, record
from tests.store.store_samples import logged

from trawl.formats.schemes import load_schemes
from trawl.model.media import Facts, Finding, MediaRecord
from trawl.review.grading.rules import Rules
from trawl.review.index import building, media_index
from trawl.review.index.bundle import bring_up
from trawl.review.index.columns_file import read_columns, write_columns
from trawl.review.index.media_index import MediaIndex
from trawl.review.index.occurrences import NOBODY
from trawl.review.index.stacks import Matching, alone
from trawl.store.columns import folded
from trawl.store.review_facts import KINDS, NO_TIME


def built(gallery: Gallery, old: MediaIndex | None = None) -> MediaIndex:
    with gallery.database.reader() as reader:
        return building.build(reader, gallery.case_id, old)


def told(index: MediaIndex, gallery: Gallery) -> dict[int, dict[str, Any]]:
    """The index, media by media, in the words of the truth."""

    def word(column: str, at: int) -> str | None:
        number = int(index[column][at])
        return index.words[column][number - 1] if number else None

    found = {}
    lines = index["written"].tobytes().split(b"\n")
    placed = dict(zip(index["placed"].tolist(), range(len(index["placed"])), strict=True))
    for at, media_id in enumerate(index.ids.tolist()):
        where = placed.get(at)
        bits = np.unpackbits(index["exhibits"][at], bitorder="little")
        lies = [
            int(index[f"thumbnail_{part}"][at])
            for part in ("acquisition", "pack", "offset", "size")
        ]
        found[media_id] = {
            "kind": str(KINDS[index["kind"][at]]),
            "size": int(index["size"][at]),
            "width": int(index["width"][at]) or None,
            "height": int(index["height"][at]) or None,
            "duration_ms": None if index["duration_ms"][at] < 0 else int(index["duration_ms"][at]),
            "taken_us": None if index["taken_us"][at] == NO_TIME else int(index["taken_us"][at]),
            "camera": word("camera", at),
            "serial": word("serial", at),
            "software": word("software", at),
            "latitude": None if where is None else float(index["latitude"][where]),
            "longitude": None if where is None else float(index["longitude"][where]),
            "failed": bool(index["failed"][at]),
            "thumbnail": None if lies[1] < 0 else tuple(lies),
            "files": int(index["files"][at]),
            "first": int(index["first"][at]),
            "first_exhibit": index.exhibits[index["first_exhibit"][at]],
            "exhibits": {index.exhibits[number] for number in np.flatnonzero(bits)},
            "said": {lines[number] for number in index["written_text"][index["written_at"] == at]},
        }
    return found


def true(gallery: Gallery) -> dict[int, dict[str, Any]]:
    found = {}
    for media_id, one in gallery.truth().items():
        facts = {name: value for name, value in vars(one).items() if name not in ("id", "places")}
        found[media_id] = {
            **facts,
            "said": {folded(text).replace(b"\n", b" ") for text in one.said},
            "files": len(one.places),
            "first": one.places[0][1],
            "first_exhibit": one.places[0][0],
            "exhibits": {exhibit for exhibit, _, _ in one.places},
        }
    return found


def orders(gallery: Gallery) -> dict[str, list[int]]:
    """Identifiers in each order, sorted by hand."""
    media = list(gallery.truth().values())
    rank = {"S/1": 0, "S/2": 1}

    def place(one: Any) -> tuple[int, int]:
        return rank[one.places[0][0]], one.places[0][1]

    def taken(one: Any) -> tuple[Any, ...]:
        return one.taken_us is None, one.taken_us or 0, place(one)

    keys = {
        "by_place": place,
        "by_taken": taken,
        "by_size": lambda one: (-one.size, place(one)),
        "by_camera": lambda one: (one.camera is None, one.camera or "", taken(one)),
    }
    return {name: [one.id for one in sorted(media, key=key)] for name, key in keys.items()}  # type: ignore[arg-type]


def same(first: MediaIndex, second: MediaIndex, gallery: Gallery) -> None:
    assert told(first, gallery) == told(second, gallery)
    assert first.token == second.token
    for name in ("by_place", "by_taken", "by_size", "by_camera", "occurrence", "month"):
        assert np.array_equal(first[name], second[name]), name


def test_the_index_says_what_the_tables_say(gallery: Gallery) -> None:
    index = built(gallery)
    assert told(index, gallery) == true(gallery)
    for name, expected in orders(gallery).items():
        assert index.ids[index[name]].tolist() == expected, name
    media = [index.ids[at] if at != NOBODY else None for at in index["occurrence"]]
    expected_media = {row: one.id for one in gallery.truth().values() for _, row, _ in one.places}
    assert sorted(filter(None, media)) == sorted(expected_media.values())


def test_months() -> None:
    times = [0, NO_TIME, 951_782_400_000_000, -1, 253_402_300_800_000_000]
    found = building.months(np.array(times, np.int64)).tolist()
    assert found[:4] == [1970 * 12, 0, 2000 * 12 + 1, 1969 * 12 + 11]
    assert found[4] == 0  # the year 10000 is nobody's


def renewed(number: int) -> MediaRecord:
    """The same content, of which a newer pass says something else."""
    old = record(number)
    facts = Facts(camera_model="Found later", latitude=1.0, longitude=2.0, taken_at_us=77)
    newer = Finding(name="picture", version=2, facts=facts)
    return MediaRecord(digests=old.digests, size=old.size, type=old.type, findings=(newer,))


def test_a_grown_case_has_the_index_of_one_built_at_once(gallery: Gallery) -> None:
    index = built(gallery)
    for step in range(4):
        if step == 0:
            gallery.bench.write([logged(f"more/{n}.jpg", record(n)) for n in range(5, 30)])
        elif step == 1:
            gallery.take_in(28, 33, exhibit="S/3")
        elif step == 2:
            gallery.bench.write([logged("again.jpg", renewed(2))])
        index = built(gallery, index)
        same(index, built(gallery), gallery)
    assert told(index, gallery) == true(gallery)
    assert "Found later" in {one["camera"] for one in told(index, gallery).values()}


def test_an_empty_case(gallery: Gallery) -> None:
    with gallery.database.reader() as reader:
        index = building.build(reader, 999)
    assert len(index) == 0
    assert index.positions_of([1])[1].tolist() == [False]


def test_what_is_saved_is_read_again(gallery_alone: Gallery, tmp_path: Path) -> None:
    index = built(gallery_alone)
    media_index.save(tmp_path, index)
    loaded = media_index.load(tmp_path)
    assert loaded is not None
    same(loaded, index, gallery_alone)
    assert {name: array.dtype for name, array in loaded.columns.items()} == {
        name: array.dtype for name, array in index.columns.items()
    }


def test_a_damaged_file_is_made_anew(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    folder = gallery.workspace.review(gallery.case_id)
    matching = Matching(lambda _: "", lambda _, ids: alone(len(ids)))

    def bring() -> MediaIndex:
        with gallery.database.reader() as reader:
            rules = Rules.of(reader, gallery.case_id, load_schemes())
            return bring_up(reader, folder, gallery.case_id, matching, rules).index

    fresh = bring()
    for harm in ("cut", "empty", "head", "middle", "version", "foreign"):
        for path in sorted(folder.glob("*.columns")):
            data = bytearray(path.read_bytes())
            where = {"head": 40, "middle": len(data) // 2, "version": 8}.get(harm)
            if where is not None:
                data[where] ^= 0x55
            damaged = {"cut": bytes(data[:-70]), "empty": b"", "foreign": b"PK" * 500}
            path.write_bytes(damaged.get(harm, bytes(data)))
            if harm != "middle":  # the middle may be what fills up to the next column
                assert read_columns(path, 1) is None
        same(bring(), fresh, gallery)


def test_every_byte_of_a_column_counts(tmp_path: Path) -> None:
    path = tmp_path / "x.columns"
    write_columns(path, 1, {"a": np.arange(40), "b": np.ones((3, 2), np.uint8)}, {"m": [1]})
    whole = path.read_bytes()
    for at in range(0, len(whole), 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        found = read_columns(path, 1)
        if found is not None:  # only what fills up between two columns may be changed unseen
            assert found.arrays["a"].tolist() == list(range(40))
            assert found.arrays["b"].tolist() == [[1, 1]] * 3
            assert found.meta == {"m": [1]}
        path.write_bytes(whole[:at])
        assert read_columns(path, 1) is None
