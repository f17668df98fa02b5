"""The media of a case, as matching reads them."""

from __future__ import annotations

import numpy as np
import pytest
from store_samples import JPEG, Bench, digests, logged, media

import trawl.store.case_media
from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.model.exhibit import Entry, EntryKind, OccurrenceState
from trawl.model.intake import Logged
from trawl.model.media import (
    Facts,
    FileType,
    Finding,
    Fingerprint,
    Frame,
    FrameRole,
    Kind,
    MediaRecord,
)
from trawl.store.case_media import (
    MediaFacts,
    StoredFrames,
    acquisitions_of_case,
    facts_by_id,
    first_places,
    frames_of_media,
    media_counts,
    media_facts,
    places,
)
from trawl.store.media import stored_media

TEXT = FileType("text/plain", Kind.OTHER, ("txt",))
ROLES = tuple(FrameRole)


def ids_of(bench: Bench, *names: str) -> list[int]:
    with bench.database.reader() as reader:
        found = stored_media(reader, [digests(name).sha256 for name in names])
    return [found[digests(name).sha256].id for name in names]


def counts(bench: Bench, *acquisitions: int) -> dict[int, int]:
    with bench.database.reader() as reader:
        ids, each = media_counts(reader, acquisitions)
    assert ids.dtype == each.dtype == np.int64
    assert ids.tolist() == sorted(set(ids.tolist()))
    return dict(zip(ids.tolist(), each.tolist(), strict=True))


def exhibit(bench: Bench, reference: str, case: str | None = None) -> None:
    """Rows go to a new acquisition of this exhibit from now on."""
    if case is not None:
        bench.case = add_case(bench.database, bench.officer, case)
    bench.exhibit = ensure_exhibit(bench.database, bench.officer, bench.case, reference)
    bench.acquire()


def not_read(path: str) -> Logged:
    entry = Entry(path=path.encode(), kind=EntryKind.SYMLINK)
    return Logged(entry=entry, state=OccurrenceState.NOT_A_FILE, reason="a link")


def test_occurrences_are_counted_over_several_acquisitions(bench: Bench) -> None:
    bench.write([logged("a.jpg", media("a")), logged("b.jpg", media("b")), not_read("link")])
    bench.write([logged("a2.jpg", media("a"))])
    exhibit(bench, "S/2")
    bench.write([logged("a3.jpg", media("a")), logged("c.jpg", media("c"))])
    bench.acquire()  # the same exhibit again, and nothing in it
    a, b, c = ids_of(bench, "a", "b", "c")
    assert counts(bench, 1) == {a: 2, b: 1}
    assert counts(bench, 2) == {a: 1, c: 1}
    assert counts(bench, 1, 2, 3) == {a: 3, b: 1, c: 1} == counts(bench, 3, 2, 1)
    assert counts(bench, 3) == {} == counts(bench)


def test_a_case_has_its_own_acquisitions(bench: Bench) -> None:
    exhibit(bench, "S/2")
    first = bench.case
    exhibit(bench, "S/1", case="Lapwing")
    exhibit(bench, "S/3")
    with bench.database.reader() as reader:
        assert acquisitions_of_case(reader, first.id) == [1, 2]
        assert acquisitions_of_case(reader, bench.case.id) == [3, 4]
        assert acquisitions_of_case(reader, 99) == []


def test_facts_are_those_of_the_media(bench: Bench) -> None:
    sharp = Finding(
        name="picture",
        version=1,
        facts=Facts(width=64, height=48, sharpness=12.5),
        fingerprint=Fingerprint(b"\xff" * 32, 0),
    )
    bench.write([logged("a.jpg", media("a", findings=(sharp,), size=1 << 40))])
    bench.write([logged("t.txt", media("t", kind=TEXT, findings=()))])
    a, t = ids_of(bench, "a", "t")
    with bench.database.reader() as reader:
        found = facts_by_id(reader, [t, a, a])
    own, text = digests("a"), digests("t")
    assert found == {
        a: MediaFacts(
            *(a, own.sha256, own.sha1, own.md5, 1 << 40, "image", 64, 48, 12.5, b"\xff" * 32, 0)
        ),
        t: MediaFacts(
            *(t, text.sha256, text.sha1, text.md5, 1000, "other", None, None, None, None, None)
        ),
    }


@pytest.mark.parametrize("at_once", [1, 3, 8192])
@pytest.mark.parametrize("step", [1, 2, 9])
def test_facts_come_in_order_near_or_far_apart(
    bench_on_sqlite: Bench, monkeypatch: pytest.MonkeyPatch, at_once: int, step: int
) -> None:
    bench = bench_on_sqlite
    monkeypatch.setattr(trawl.store.case_media, "AT_ONCE", at_once)
    names = [f"m{number}" for number in range(40)]
    bench.write([logged(f"{name}.jpg", media(name)) for name in names])
    wanted = np.array(sorted(ids_of(bench, *names))[::step], np.int64)
    with bench.database.reader() as reader:
        batches = list(media_facts(reader, wanted))
        assert list(media_facts(reader, wanted[:0])) == []
    assert [one.id for batch in batches for one in batch] == wanted.tolist()
    assert max(map(len, batches)) <= at_once


def film(name: str, *findings: tuple[int, dict[FrameRole, list[int]]]) -> MediaRecord:
    """A video whose frames at these times were found by these versions of its pass; the version
    is the quality of each."""
    made = tuple(
        Finding(
            name="video",
            version=version,
            frames=tuple(
                Frame(role, number, at, Fingerprint(bytes([at % 256]) * 32, version))
                for role, times in by_role.items()
                for number, at in enumerate(times)
            ),
        )
        for version, by_role in findings
    )
    return media(name, kind=FileType("video/mp4", Kind.VIDEO, ("mp4",)), findings=made)


def rows_of(frames: StoredFrames) -> list[tuple[int, FrameRole, int, int, int]]:
    assert frames.bits.shape == (len(frames.media), 32)
    return [
        (media_id, ROLES[role], at_ms, first, quality)
        for media_id, role, at_ms, first, quality in zip(
            frames.media.tolist(),
            frames.role.tolist(),
            frames.at_ms.tolist(),
            frames.bits[:, 0].tolist(),
            frames.quality.tolist(),
            strict=True,
        )
    ]


def test_frames_come_by_media_role_and_time(bench: Bench) -> None:
    bench.write(
        [
            logged("a", film("a", (1, {FrameRole.SECOND: [0, 1000, 250], FrameRole.SCENE: [7]}))),
            logged("b", film("b", (3, {FrameRole.SECOND: [5]}))),
            logged("c", film("c", (1, {}))),
        ]
    )
    a, b, c = ids_of(bench, "a", "b", "c")
    with bench.database.reader() as reader:
        both = rows_of(frames_of_media(reader, np.array(sorted([a, b, c]), np.int64)))
        alone = rows_of(frames_of_media(reader, np.array([b], np.int64)))
        nothing = frames_of_media(reader, np.array([c], np.int64))
    assert both == [
        (a, FrameRole.SCENE, 7, 7, 1),
        (a, FrameRole.SECOND, 0, 0, 1),
        (a, FrameRole.SECOND, 250, 250, 1),
        (a, FrameRole.SECOND, 1000, 1000 % 256, 1),
        (b, FrameRole.SECOND, 5, 5, 3),
    ]
    assert alone == both[-1:]
    assert rows_of(nothing) == []


def test_frames_of_an_older_version_of_a_pass_are_left_out(bench: Bench) -> None:
    older = (1, {FrameRole.SECOND: [0, 100], FrameRole.SCENE: [3]})
    newer = (2, {FrameRole.SECOND: [50]})
    bench.write([logged("a", film("a", older, newer)), logged("b", film("b", older))])
    a, b = ids_of(bench, "a", "b")
    with bench.database.reader() as reader:
        found = rows_of(frames_of_media(reader, np.array(sorted([a, b]), np.int64)))
    assert [row for row in found if row[0] == a] == [(a, FrameRole.SECOND, 50, 50, 2)]
    assert len([row for row in found if row[0] == b]) == 3


def test_passes_are_newest_each_by_itself(bench: Bench) -> None:
    """What the pictures' pass says of a content is not old because the videos' is newer."""
    inside = Finding(
        name="picture",
        version=1,
        frames=(Frame(FrameRole.INSIDE, 0, 0, Fingerprint(b"\x09" * 32, 90)),),
    )
    second = Finding(
        name="video",
        version=4,
        frames=(Frame(FrameRole.SECOND, 0, 0, Fingerprint(b"\x08" * 32, 80)),),
    )
    bench.write([logged("a", media("a", kind=JPEG, findings=(inside, second)))])
    with bench.database.reader() as reader:
        found = frames_of_media(reader, np.array(ids_of(bench, "a"), np.int64))
    assert sorted(row[3] for row in rows_of(found)) == [8, 9]


def test_the_first_place_is_in_the_first_acquisition(bench: Bench) -> None:
    bench.write([logged("z.jpg", media("a")), logged("b.jpg", media("b"))])
    first_case = bench.case
    exhibit(bench, "S/2")
    bench.write([logged("a.jpg", media("a")), logged("c.jpg", media("c"))])
    exhibit(bench, "L/1", case="Lapwing")
    bench.write([logged("other.jpg", media("a")), logged("d.jpg", media("d"))])
    a, b, c, d = ids_of(bench, "a", "b", "c", "d")
    with bench.database.reader() as reader:
        assert first_places(reader, first_case.id, [a, b, c, d]) == {
            a: ("S/1", "z.jpg"),
            b: ("S/1", "b.jpg"),
            c: ("S/2", "c.jpg"),
        }
        assert first_places(reader, bench.case.id, [a, b]) == {a: ("L/1", "other.jpg")}
        assert first_places(reader, first_case.id, []) == {}


def test_all_places_in_the_case_and_no_other(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Entry(path=b"gone.jpg", size=1, created_us=1, modified_us=2, accessed_us=3, deleted=True)
    bench.write([logged("a.jpg", media("a")), logged("gone.jpg", media("a"), entry=gone)])
    first_case = bench.case
    exhibit(bench, "S/2")
    bench.write([logged("b.jpg", media("a"))])
    exhibit(bench, "L/1", case="Lapwing")
    bench.write([logged("other.jpg", media("a")), logged("d.jpg", media("d"))])
    a, d = ids_of(bench, "a", "d")
    with bench.database.reader() as reader:
        found = places(reader, first_case.id, [a, d])
        monkeypatch.setattr(trawl.store.case_media, "MOST_PLACES", 2)
        few = places(reader, first_case.id, [a])
    assert found[d] == []
    assert [(one.exhibit, one.path) for one in found[a]] == [
        ("S/1", "a.jpg"),
        ("S/1", "gone.jpg"),
        ("S/2", "b.jpg"),
    ]
    assert found[a][1][2:] == (1, 2, 3, True)
    assert few == {a: found[a][:2]}
