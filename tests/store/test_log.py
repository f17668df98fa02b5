from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from store_samples import JPEG, Bench, digests, logged, media

from trawl.model.access import Act
from trawl.model.exhibit import Entry, EntryKind, OccurrenceState
from trawl.model.intake import Logged
from trawl.model.media import Facts, FileType, Finding, FindingState, Kind
from trawl.store import blocks, log, scan, schema
from trawl.store.acquisitions import finish_acquisition
from trawl.store.blobs import PackWriter
from trawl.store.cases import add_case, add_exhibit
from trawl.store.database import Database, Reader
from trawl.store.log import LogFilter, LogRow, count, page, stream
from trawl.store.slices import relog_locked

SMALL = 16
MP4 = FileType("video/mp4", Kind.VIDEO, ("mp4",))
FOLDERS = ["", "DCIM/100", "DCIM/101/Été", "a.zip/In Side"]
NAMES = ["IMG_1.JPG", "img_2.jpg", "clip.mp4", "noext", "é.jpeg", "x.tar.gz", ".hidden"]
CAMERAS = [None, "EOS 5", "iPhone 12"]


def rows(first: int, many: int) -> list[Logged]:
    """Rows of every sort, which a simple rule spreads."""
    found = []
    for number in range(first, first + many):
        folder, name = FOLDERS[number % 4], NAMES[number % 7]
        path = f"{folder}/{name}" if folder else name
        entry = Entry(
            path=path.encode(),
            kind=EntryKind.FILE,
            size=number * 37 % 1000,
            modified_us=None if number % 6 == 0 else number * 1000,
            deleted=number % 5 == 0,
        )
        if number % 11 == 0:
            found.append(Logged(entry=entry, state=OccurrenceState.LOCKED, reason="locked"))
        elif number % 13 == 0:
            found.append(Logged(entry=entry, state=OccurrenceState.UNREADABLE, reason="bad"))
        else:
            found.append(_read(number, entry))
    return found


def _read(number: int, entry: Entry) -> Logged:
    facts = Facts(
        camera_model=CAMERAS[number % 3],
        taken_at_us=None if number % 4 else number * 500,
        latitude=1.5 if number % 10 == 1 else None,
        longitude=2.5 if number % 10 == 1 else None,
        width=10,
        height=20,
    )
    state = FindingState.FAILED if number % 9 == 0 else FindingState.OK
    record = media(
        f"content {number % 40}",
        kind=MP4 if number % 40 == 7 else JPEG,
        size=number % 40,
        findings=(Finding(name="picture", version=1, facts=facts, state=state),),
    )
    return Logged(
        entry=entry,
        state=OccurrenceState.LOGGED,
        sha256=record.digests.sha256,
        media=record,
        lies=number % 7 == 2,
    )


@pytest.fixture
def haul(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A case with three acquisitions: one sealed in full blocks and a rest, one under way, one
    of another exhibit; and another case, which must never show."""
    for module in (blocks, log, scan):
        monkeypatch.setattr(module, "BLOCK_ROWS", SMALL)
    bench.write(rows(0, 30))
    bench.write(rows(30, 45))
    with bench.database.session(bench.officer) as session:
        finish_acquisition(
            session, bench.acquisition_id, manifest_root=b"r", manifest_lines=75,
            signature=b"s", key_id="k",
        )  # fmt: skip
        session.audit(Act.INTAKE_SEAL, case_id=bench.case.id, subject="", detail={})
    bench.acquire(["/second"])
    bench.write(rows(100, 37))
    with bench.database.session(bench.officer) as session:
        exhibit = add_exhibit(session, bench.case.id, "S/2")
        other = add_case(session, "other")
        hidden = add_exhibit(session, other.id, "S/1")
        session.audit(Act.EXHIBIT_ADD, case_id=bench.case.id, subject="", detail={})
    first, case = bench.exhibit, bench.case
    bench.exhibit, bench.case = hidden, other
    bench.acquire(["/hidden"])
    bench.write(rows(0, 20))
    bench.exhibit, bench.case = exhibit, case
    bench.acquire(["/third"])
    bench.write(rows(200, 20))
    bench.exhibit = first
    return bench


def everything(reader: Reader, case_id: int) -> list[LogRow]:
    return [row for batch in stream(reader, case_id) for row in batch]


def meets(row: LogRow, wanted: LogFilter, sha256: str | None) -> bool:
    """The same question, put to one row in plain words."""
    name = row.path.rpartition("/")[2]
    failed = row.state in {"unreadable", "refused"} or row.undecoded
    extension = None if name.startswith(".") else name.lower().rpartition(".")[2]
    answers = [
        wanted.exhibit in (None, row.exhibit),
        wanted.kind is None or row.kind == wanted.kind,
        wanted.state is None or row.state == wanted.state,
        wanted.lying in (None, row.lies),
        wanted.deleted in (None, row.deleted),
        wanted.known in (None, row.known),
        wanted.failed in (None, failed),
        wanted.has_place in (None, row.latitude is not None),
        wanted.extension is None or ("." in name and extension == wanted.extension.lower()),
        wanted.text is None or _fold(wanted.text) in _fold(row.path),
        _within(row.size, wanted.size_min, wanted.size_max),
        _within(row.modified_us, wanted.modified_from_us, wanted.modified_until_us),
        _within(row.taken_at_us, wanted.taken_from_us, wanted.taken_until_us),
        wanted.camera_model in (None, row.camera_model),
        sha256 is None or row.sha256 == sha256,
    ]
    return all(answers)


def _fold(text: str) -> bytes:
    return text.encode().lower()


def _within(value: int | None, low: int | None, high: int | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | st.none() | st.none() | values


FILTERS = st.fixed_dictionaries(
    {},
    optional={
        "exhibit": st.sampled_from(["S/1", "S/2", "S/9"]),
        "kind": st.sampled_from([Kind.IMAGE, Kind.VIDEO, Kind.AUDIO]),
        "state": st.sampled_from(list(OccurrenceState)),
        "lying": maybe(st.booleans()),
        "deleted": maybe(st.booleans()),
        "known": maybe(st.booleans()),
        "failed": maybe(st.booleans()),
        "has_place": maybe(st.booleans()),
        "extension": maybe(st.sampled_from(["jpg", ".JPG", "mp4", "gz", "hidden", "png"])),
        "text": maybe(
            st.sampled_from(
                ["img", "DCIM/10", "/img_2", "été/", "Été", "100/I", "side/", "/", "zip/in s", "q"]
            )
        ),
        "size_min": maybe(st.integers(-5, 1000)),
        "size_max": maybe(st.integers(-5, 1000)),
        "modified_from_us": maybe(st.integers(0, 250_000)),
        "modified_until_us": maybe(st.integers(0, 250_000)),
        "taken_from_us": maybe(st.integers(0, 120_000)),
        "taken_until_us": maybe(st.integers(0, 120_000)),
        "camera_model": maybe(st.sampled_from(["EOS 5", "iPhone 12", "Nokia"])),
        "sha256": maybe(st.sampled_from([digests("content 3").sha256, b"x" * 32])),
    },
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(FILTERS, st.integers(1, 40))
def test_pages_counts_and_streams_say_what_a_look_at_every_row_says(
    haul: Bench, asked: dict[str, object], limit: int
) -> None:
    wanted = LogFilter(**asked)  # type: ignore[arg-type]
    plain = replace(wanted, extension=(wanted.extension or "").lstrip(".").lower() or None)
    with haul.database.reader() as reader:
        sha256 = wanted.sha256.hex() if wanted.sha256 else None
        expected = [row for row in everything(reader, haul.case.id) if meets(row, plain, sha256)]
        got: list[LogRow] = []
        while some := page(
            reader, haul.case.id, wanted, got[-1].occurrence_id if got else None, limit
        ):
            assert len(some) <= limit
            got += some
        assert got == expected
        assert count(reader, haul.case.id, wanted) == len(expected)
        streamed = [row for batch in stream(reader, haul.case.id, wanted, 7) for row in batch]
        assert streamed == expected


def test_every_row_is_there_once_in_the_order_of_the_log(haul: Bench) -> None:
    with haul.database.reader() as reader:
        found = everything(reader, haul.case.id)
    ids = [row.occurrence_id for row in found]
    assert len(ids) == 75 + 37 + 20
    assert ids == sorted(set(ids))
    assert [row.exhibit for row in found][-20:] == ["S/2"] * 20


def test_after_any_row_comes_the_next(haul: Bench) -> None:
    with haul.database.reader() as reader:
        found = everything(reader, haul.case.id)
        for at, row in enumerate(found):
            assert page(reader, haul.case.id, None, row.occurrence_id, 2) == found[at + 1 : at + 3]


def test_full_blocks_are_stored_as_they_fill_and_the_rest_when_sealed(haul: Bench) -> None:
    with haul.database.reader() as reader:
        stored = reader.connection.execute(
            select(schema.log_block.c.acquisition_id, schema.log_block.c.rows).order_by(
                schema.log_block.c.acquisition_id, schema.log_block.c.number
            )
        ).all()
    assert [tuple(row) for row in stored] == [
        *[(1, 16)] * 4, (1, 11), (2, 16), (2, 16), (3, 16), (4, 16),
    ]  # fmt: skip


def test_columns_can_be_deleted(haul: Bench) -> None:
    wanted = LogFilter(kind=Kind.IMAGE, text="img", deleted=False)
    with haul.database.reader() as reader:
        before = page(reader, haul.case.id, wanted)
    with haul.database._write() as connection:
        connection.execute(schema.log_column.delete())
        connection.execute(schema.log_block.delete())
    fresh = Database.open(haul.database.url)
    with fresh.reader() as reader:
        assert page(reader, haul.case.id, wanted) == before
    fresh.close()


def test_an_unlock_shows_in_a_block_that_was_stored_and_read(haul: Bench) -> None:
    wanted = LogFilter(state=OccurrenceState.LOCKED, exhibit="S/1")
    with haul.database.reader() as reader:
        locked = page(reader, haul.case.id, wanted)
    row = logged(locked[1].path, media("opened"))
    with (
        PackWriter(haul.packs / "1") as writer,
        haul.database.session(haul.officer) as session,
    ):
        relog_locked(session, locked[1].occurrence_id, row, writer, open_depth=3)
        session.audit(Act.INTAKE_UNLOCK, case_id=haul.case.id, subject="", detail={})
    with haul.database.reader() as reader:
        assert page(reader, haul.case.id, wanted) == locked[:1] + locked[2:]
        assert count(reader, haul.case.id, LogFilter(sha256=digests("opened").sha256)) == 1


def test_an_acquisition_that_goes_on_after_its_seal_is_seen_whole(haul: Bench) -> None:
    with haul.database.reader() as reader:
        before = count(reader, haul.case.id, LogFilter(kind=Kind.IMAGE))
        assert before
    haul.write([logged("late.jpg")])
    with haul.database.reader() as reader:
        assert count(reader, haul.case.id, LogFilter(kind=Kind.IMAGE)) == before + 1
        assert page(reader, haul.case.id, LogFilter(text="LATE"))[0].path == "late.jpg"


def test_nothing_is_shown_of_a_case_without_acquisitions(bench: Bench) -> None:
    with bench.database.reader() as reader:
        assert page(reader, bench.case.id) == []
        assert count(reader, 77) == 0
        assert reader.connection.execute(select(func.count(schema.occurrence.c.id))).scalar() == 0
