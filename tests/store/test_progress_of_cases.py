from __future__ import annotations

import pytest
from store_samples import ZIP, Bench, logged, media

from trawl.model.access import Act
from trawl.model.exhibit import ContainerState, Entry, EntryKind, OccurrenceState
from trawl.store.containers import set_listed, set_state
from trawl.store.progress import UNREAD, AcquisitionProgress, progress_of

UNREADABLE = OccurrenceState.UNREADABLE


def only(bench: Bench) -> AcquisitionProgress:
    """How far the one acquisition has come, a second after the last slice."""
    with bench.database.reader() as reader:
        (exhibit,) = progress_of(reader, bench.case.id, bench.database.clock())
    assert exhibit.reference == "S/1"
    (one,) = exhibit.acquisitions
    return one


def listed(bench: Bench, members: int) -> None:
    with bench.database.session(bench.officer) as session:
        set_listed(session, bench.root.id, members)
        session.audit(Act.INTAKE_CONTAINER, case_id=bench.case.id, subject="", detail={})


def slice_of(bench: Bench, *names: str) -> None:
    """A slice, audited as an intake does."""
    bench.write([logged(name) for name in names])
    with bench.database.session(bench.officer) as session:
        session.audit(
            Act.INTAKE_SLICE,
            case_id=bench.case.id,
            subject=f"acquisition {bench.acquisition_id} container 0",
            detail={"first": 0, "members": len(names), "sha256": "0"},
        )


def test_before_anything_is_listed_nothing_is_promised(bench: Bench) -> None:
    one = only(bench)
    assert (one.files, one.total, one.rate, one.left_s) == (0, None, None, None)
    assert one.finished_us is None


def test_rate_and_time_left_follow_the_slices(bench: Bench) -> None:
    listed(bench, 40)
    slice_of(bench, "a.jpg", "b.jpg")
    slice_of(bench, "c.jpg", "d.jpg")
    one = only(bench)
    assert (one.files, one.total) == (4, 40)
    assert one.rate is not None
    assert one.left_s == pytest.approx(36 / one.rate)
    assert 0 < one.rate <= 4


def test_an_intake_that_was_killed_has_no_rate(bench: Bench) -> None:
    listed(bench, 40)
    slice_of(bench, "a.jpg")
    for _ in range(61):
        bench.database.clock()
    one = only(bench)
    assert (one.files, one.total, one.rate, one.left_s) == (1, 40, None, None)


def test_what_archives_hold_is_added_as_they_are_opened(bench: Bench) -> None:
    listed(bench, 2)
    bench.write([logged("a.zip", media("zip", kind=ZIP, opens_as="zip"))])
    (inside,) = bench.containers(ContainerState.PENDING)
    assert only(bench).total == 2
    with bench.database.session(bench.officer) as session:
        set_listed(session, inside.id, 10)
        set_state(session, inside.id, ContainerState.LISTED)
        session.audit(Act.INTAKE_CONTAINER, case_id=bench.case.id, subject="", detail={})
    assert (only(bench).files, only(bench).total) == (1, 12)


def test_what_is_no_file_is_not_counted_as_one(bench: Bench) -> None:
    listed(bench, 3)
    nothing = {"media": None, "sha256": None}
    link, volume = (
        Entry(path=kind.encode(), kind=kind, locator=kind)
        for kind in (EntryKind.SYMLINK, EntryKind.VOLUME)
    )
    linked = logged("a", entry=link, state=OccurrenceState.NOT_A_FILE, **nothing)
    locked = logged("b", entry=volume, state=OccurrenceState.LOCKED, **nothing)
    bench.write([linked, locked, logged("c.jpg")])
    assert (only(bench).files, only(bench).total) == (1, 1)


def test_files_that_could_not_be_read_are_counted_as_the_log_finds_them(bench: Bench) -> None:
    locked = logged("b", state=OccurrenceState.LOCKED, media=None, sha256=None, reason="locked")
    broken = logged("a", state=UNREADABLE, media=None, sha256=None, reason="bad")
    bench.write([broken, locked, logged("c.jpg", lies=True), logged("d.jpg")])
    one = only(bench)
    assert (one.failed, one.locked, one.lies) == (1, 1, 1)
    assert UNREAD.keys() == {"failed", "locked", "lies"}


def test_another_cases_slices_do_not_count(bench: Bench) -> None:
    listed(bench, 40)
    with bench.database.session(bench.officer) as session:
        subject = f"acquisition {bench.acquisition_id} container 0"
        session.audit(Act.INTAKE_SLICE, case_id=99, subject=subject, detail={"members": 5})
    assert only(bench).rate is None
