from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from store_samples import ZIP, Bench, digests, logged, media

from trawl.errors import NotFound, StoreError
from trawl.model.access import Act
from trawl.model.exhibit import ContainerState, Entry, EntryKind, OccurrenceState
from trawl.model.intake import Logged
from trawl.model.media import Facts, Finding, FindingState, Fingerprint, Frame, FrameRole, Thumbnail
from trawl.store import schema
from trawl.store.acquisitions import acquisition, committed_blob, totals
from trawl.store.blobs import PackWriter, read_blob
from trawl.store.containers import container, set_listed, set_state
from trawl.store.database import Database
from trawl.store.identifiers import row_id
from trawl.store.log import LogFilter, page
from trawl.store.media import frames_of, known, media_by_sha256
from trawl.store.slices import MissingMedia, locked_occurrences, relog_locked, write_slice


def rows_in(bench: Bench, table: str) -> int:
    with bench.database.reader() as reader:
        query = select(func.count()).select_from(schema.metadata.tables[table])
        return int(reader.connection.execute(query).scalar_one())


def paths(bench: Bench, **wanted: object) -> list[str]:
    with bench.database.reader() as reader:
        return [
            row.path
            for row in page(reader, bench.case.id, LogFilter(**wanted))  # type: ignore[arg-type]
        ]


def test_a_slice_brings_occurrences_media_findings_and_moves_the_journal(bench: Bench) -> None:
    written = bench.write([logged("a.jpg"), logged("b.jpg"), logged("copy.jpg", media("61"))])
    assert (written.rows, written.new_media, written.done) == (3, 3, 3)
    assert written.first_occurrence == row_id(bench.acquisition_id, 0)
    again = bench.write([logged("c.jpg"), logged("a again.jpg", media(b"a.jpg".hex()))])
    assert (again.new_media, again.done) == (1, 5)
    assert paths(bench) == ["a.jpg", "b.jpg", "copy.jpg", "c.jpg", "a again.jpg"]
    assert (rows_in(bench, "media"), rows_in(bench, "finding")) == (4, 4)
    with bench.database.reader() as reader:
        now = acquisition(reader, bench.acquisition_id)
        assert (now.occurrences, now.containers) == (5, 1)
        assert container(reader, bench.root.id).done == 5


def test_what_is_known_is_told(bench: Bench) -> None:
    bench.write([logged("a.zip", media("z", kind=ZIP, opens_as="zip"))])
    with bench.database.reader() as reader:
        found = known(reader, [digests("z").sha256, digests("other").sha256])
        many = known(reader, [digests(str(n)).sha256 for n in range(1200)])
    (one,) = found.values()
    assert (one.type, one.opens_as, one.lock) == (ZIP, "zip", None)
    assert many == {}


def test_the_same_slice_is_not_written_twice(bench: Bench) -> None:
    with bench.database.reader() as reader:
        before = container(reader, bench.root.id)
    bench.write([logged("a")])
    session = bench.database.session(bench.officer)
    with pytest.raises(StoreError, match="not the next"), session as opened:
        write_slice(
            opened, container=before, first=0, rows=[logged("a")],
            thumbnails=bench.writer, open_depth=3,
        )  # fmt: skip
    assert paths(bench) == ["a"]


def test_a_content_that_is_not_there_is_named_and_nothing_is_written(bench: Bench) -> None:
    absent = digests("absent").sha256
    rows = [logged("a"), logged("b", sha256=absent, media=None)]
    with pytest.raises(MissingMedia) as caught:
        bench.write(rows)
    assert caught.value.sha256 == absent
    assert paths(bench) == []
    assert rows_in(bench, "media") == 0
    bench.write([logged("a"), logged("copy", sha256=digests(b"a".hex()).sha256, media=None)])
    assert paths(bench) == ["a", "copy"]


def test_names_in_any_bytes_survive(bench: Bench) -> None:
    names = [b"caf\xe9.jpg", b"new\nline", b"\\xe9", b"\x00nul", "smörgås".encode(), b"/etc/x"]
    rows = [logged(name) for name in names]
    locked = [
        Logged(entry=row.entry, state=OccurrenceState.LOCKED, reason="needs a key") for row in rows
    ]
    bench.write(rows + locked)
    assert paths(bench, state=OccurrenceState.LOGGED) == [
        r"caf\xe9.jpg", r"new\nline", r"\xe9", r"\x00nul", "smörgås", "/etc/x",
    ]  # fmt: skip
    with bench.database.reader() as reader:
        found = locked_occurrences(reader, bench.acquisition_id, bench.root.id)
    assert [entry.path for _, entry in found] == names


def test_an_entry_comes_back_as_it_was_listed(bench: Bench) -> None:
    entries = [
        Entry(path=b"a", size=5, locator="p1:inode-7", modified_us=1, created_us=2, accessed_us=3,
              changed_us=4, deleted=True, link_target=b"\xff", lock="zip-aes"),
        Entry(path=b"x\xff", locator="x\udcff", lock="7z"),
        Entry(path=b"b", locator="b", lock="zip-aes"),
    ]  # fmt: skip
    bench.write([Logged(entry=entry, state=OccurrenceState.LOCKED) for entry in entries])
    with bench.database.reader() as reader:
        found = locked_occurrences(reader, bench.acquisition_id, bench.root.id)
    assert [entry for _, entry in found] == entries


def test_hostile_values_are_stored_or_dropped_never_fatal(bench: Bench) -> None:
    facts = Facts(
        width=2**70, camera_model="x\x00\ud800", latitude=float("nan"), longitude=float("inf")
    )
    finding = Finding(
        name="picture", version=1, facts=facts, reason="\x00", extra={"k\x00": "v\udc80", "n": 1},
    )  # fmt: skip
    row = logged("a", media("a", findings=(finding,)))
    bench.write([Logged(
        entry=Entry(path=b"a", size=2**80, modified_us=2**90), state=OccurrenceState.UNREADABLE,
        reason="bad \x00 \ud800", media=row.media, sha256=row.sha256,
    )])  # fmt: skip
    with bench.database.reader() as reader:
        view = media_by_sha256(reader, digests("a").sha256, [bench.case.id])
    assert view.facts == {"camera_model": r"x\x00\ud800"}
    assert view.findings[0].extra == {r"k\x00": r"v\udc80", "n": 1}
    (occurrence,) = view.occurrences
    assert (occurrence.reason, occurrence.modified_us) == (r"bad \x00 \ud800", None)


def test_containers_within_containers_down_to_the_limit(bench: Bench) -> None:
    archive = media("zip", kind=ZIP, opens_as="zip")
    (first,) = bench.write([logged("a.jpg"), logged("out.zip", archive)], depth=2).containers
    assert first.state is ContainerState.PENDING
    assert (first.kind, first.path, first.sha256, first.number, first.depth, first.locator) == (
        "zip", "out.zip", archive.digests.sha256, 1, 1, "at",
    )  # fmt: skip
    (second,) = bench.write([logged("in.zip", archive)], into=first, depth=2).containers
    assert (second.path, second.depth) == ("out.zip/in.zip", 2)
    (third,) = bench.write([logged("deep.zip", archive)], into=second, depth=2).containers
    assert third.state is ContainerState.FAILED
    assert third.reason is not None
    assert "limit of 2" in third.reason
    assert bench.containers() == [bench.containers()[0], *bench.containers()[1:]]
    assert [one.number for one in bench.containers()] == [0, 1, 2, 3]
    assert [one.id for one in bench.containers(ContainerState.FAILED)] == [third.id]
    assert paths(bench)[-1] == "out.zip/in.zip/deep.zip"


def test_a_locked_volume_is_a_locked_container_on_its_parents_content(bench: Bench) -> None:
    image = media("disk", kind=ZIP, opens_as="disk-image")
    (disk,) = bench.write([logged("disk.raw", image)]).containers
    volume = Logged(
        entry=Entry(path=b"p2", kind=EntryKind.VOLUME, locator="p2", lock="bitlocker",
                    problem="encrypted by BitLocker"),
        state=OccurrenceState.LOCKED, reason="encrypted by BitLocker",
    )  # fmt: skip
    (locked,) = bench.write([volume], into=disk).containers
    assert locked.state is ContainerState.LOCKED
    assert (locked.kind, locked.volume, locked.sha256, locked.parent_id, locked.locator) == (
        "disk-image", "p2", image.digests.sha256, disk.id, disk.locator,
    )  # fmt: skip
    assert locked.reason == "encrypted by BitLocker"


def test_the_journal_is_kept(bench: Bench) -> None:
    with bench.database.session(bench.officer) as session:
        set_listed(session, bench.root.id, 7)
        session.audit(Act.INTAKE_CONTAINER, case_id=1, subject="", detail={})
    (listed,) = bench.containers(ContainerState.LISTED)
    assert listed.members == 7
    with bench.database.session(bench.officer) as session:
        set_state(session, bench.root.id, ContainerState.FAILED, "gone")
        with pytest.raises(NotFound):
            set_state(session, 5, ContainerState.DONE)
        session.audit(Act.INTAKE_CONTAINER, case_id=1, subject="", detail={})
    (failed,) = bench.containers(ContainerState.FAILED)
    assert failed.reason == "gone"


def test_thumbnails_and_frames_come_back(bench: Bench) -> None:
    frames = tuple(
        Frame(role, number, number * 1000, Fingerprint(bytes([number]) * 32, 80), thumbnail)
        for number, (role, thumbnail) in enumerate(
            [
                (FrameRole.SCENE, Thumbnail(b"scene", "image/webp", 256, 144)),
                (FrameRole.SECOND, None),
                (FrameRole.SECOND, None),
            ]
        )
    )
    video = media("v", findings=(Finding(name="video", version=1, frames=frames),))
    bench.write([logged("a.jpg"), logged("v.mp4", video)])
    folder = bench.packs / str(bench.acquisition_id)
    with bench.database.reader() as reader:
        picture = media_by_sha256(reader, digests(b"a.jpg".hex()).sha256, [bench.case.id])
        moving = media_by_sha256(reader, digests("v").sha256, [bench.case.id])
        stored = frames_of(reader, moving.id)
    assert picture.thumbnail is not None
    assert read_blob(folder, picture.thumbnail.ref) == b"thumbnail of " + b"a.jpg".hex().encode()
    assert picture.thumbnail.acquisition_id == bench.acquisition_id
    assert moving.frames == {
        FrameRole.SCENE: 1,
        FrameRole.SECOND: 2,
        FrameRole.INSIDE: 0,
        FrameRole.BETWEEN: 0,
    }
    assert [frame.at_ms for frame in stored] == [0, 1000, 2000]
    assert stored[0].thumbnail is not None
    assert read_blob(folder, stored[0].thumbnail.ref) == b"scene"


def test_thumbnails_of_an_undone_slice_are_cut_off(bench: Bench) -> None:
    bench.write([logged("a")])
    before = bench.writer.position

    def fail() -> None:
        with bench.database.session(bench.officer) as session:
            write_slice(
                session, container=bench.containers()[0], first=1, rows=[logged("lost")],
                thumbnails=bench.writer, open_depth=3,
            )  # fmt: skip
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert bench.writer.position > before
    bench.write([logged("b")])
    data = (bench.packs / str(bench.acquisition_id) / "000000.pack").read_bytes()
    assert data == b"thumbnail of 61thumbnail of 62"
    with bench.database.reader() as reader:
        upto = committed_blob(reader, bench.acquisition_id)
    assert upto is not None
    assert upto.end == len(data)


def test_a_newer_version_of_a_pass_is_beside_the_old_and_counts(bench: Bench) -> None:
    old = Finding(name="picture", version=1, state=FindingState.FAILED, reason="cannot")
    new = Finding(name="picture", version=2, facts=Facts(width=9), thumbnail=Thumbnail(
        b"new", "image/jpeg", 9, 9))  # fmt: skip
    bench.write([logged("a", media("a", findings=(old,)))])
    assert paths(bench, failed=True) == ["a"]
    bench.write(
        [logged("b", media("a", findings=(new,))), logged("c", media("a", findings=(old,)))]
    )
    assert paths(bench, failed=True) == []
    with bench.database.reader() as reader:
        view = media_by_sha256(reader, digests("a").sha256, [bench.case.id])
    assert [(each.version, each.state) for each in view.findings] == [
        (1, FindingState.FAILED), (2, FindingState.OK),
    ]  # fmt: skip
    assert view.facts == {"width": 9}
    assert view.thumbnail is not None
    assert read_blob(bench.packs / str(bench.acquisition_id), view.thumbnail.ref) == b"new"


def test_a_locked_occurrence_is_logged_when_its_key_comes(bench: Bench) -> None:
    entry = Entry(path=b"secret.zip", size=10, lock="zip-aes")
    bench.write([logged("a"), Logged(entry=entry, state=OccurrenceState.LOCKED, reason="locked")])
    with bench.database.reader() as reader:
        ((occurrence, found),) = locked_occurrences(reader, bench.acquisition_id, bench.root.id)
        assert totals(reader, bench.acquisition_id)["locked"] == 1
    unlocked = logged(found.path, media("inside", kind=ZIP, opens_as="zip"))
    with bench.database.session(bench.officer) as session:
        written = relog_locked(session, occurrence, unlocked, bench.writer, open_depth=3)
        with pytest.raises(StoreError, match="locked"):
            relog_locked(session, occurrence, unlocked, bench.writer, open_depth=3)
        session.audit(Act.INTAKE_UNLOCK, case_id=bench.case.id, subject="", detail={})
    assert [one.path for one in written.containers] == ["secret.zip"]
    assert paths(bench) == ["a", "secret.zip"]
    assert paths(bench, state=OccurrenceState.LOCKED) == []
    with bench.database.reader() as reader:
        assert totals(reader, bench.acquisition_id)["locked"] == 0


def test_what_another_acquisition_brought_is_known(bench: Bench) -> None:
    bench.write([logged("a"), logged("b")])
    bench.acquire(["/second"])
    bench.write([logged("a"), logged("c"), logged("c copy", media(b"c".hex()))])
    with bench.database.reader() as reader:
        found = totals(reader, bench.acquisition_id)
    assert (found["files"], found["media"], found["known"], found["duplicates"]) == (3, 2, 1, 1)
    assert paths(bench, known=True) == ["a"]


def unread(state: OccurrenceState, kind: EntryKind = EntryKind.FILE) -> Logged:
    return Logged(entry=Entry(path=b"x", kind=kind, size=7), state=state, reason="because")


def test_the_figures(bench: Bench) -> None:
    broken = Finding(name="picture", version=1, state=FindingState.FAILED, reason="no")
    deleted = logged("d.jpg")
    bench.write(
        [
            logged("a.jpg", lies=True),
            logged("a2.jpg", media(b"a.jpg".hex())),
            logged("z.zip", media("z", kind=ZIP, opens_as="zip", size=50, findings=(broken,))),
            Logged(entry=Entry(path=b"d", deleted=True), state=deleted.state, media=deleted.media),
            unread(OccurrenceState.UNREADABLE, EntryKind.FILE),
            unread(OccurrenceState.REFUSED, EntryKind.FILE),
            unread(OccurrenceState.LOCKED, EntryKind.FILE),
            unread(OccurrenceState.NOT_A_FILE, EntryKind.SYMLINK),
        ]
    )
    with bench.database.reader() as reader:
        assert totals(reader, bench.acquisition_id) == {
            "files": 7, "bytes": 3050, "media": 3, "pictures": 2, "videos": 0, "audio": 0,
            "failed": 2, "undecoded": 1, "locked": 1, "not_files": 1, "known": 0,
            "duplicates": 1, "lying": 1, "deleted": 1, "containers": 1,
        }  # fmt: skip


def test_a_run_that_was_broken_off_ends_like_one_that_was_not(
    database: Database, sqlite_template: Path, tmp_path: Path
) -> None:
    unbroken = Bench.begin(database, tmp_path / "unbroken")
    rows = [logged(f"{number:04}.jpg", media(str(number % 50))) for number in range(120)]
    for first in range(0, 120, 20):
        unbroken.write(rows[first : first + 20])
    dump = dumped(unbroken)
    unbroken.writer.close()
    copy = tmp_path / "broken.db"
    copy.write_bytes(sqlite_template.read_bytes())
    broken = Bench.begin(Database.open(f"sqlite:///{copy}"), tmp_path / "broken")
    for first in range(0, 120, 20):
        broken.writer.append(b"left behind by a run that was killed")
        broken.writer.close()
        with broken.database.reader() as reader:
            upto = committed_blob(reader, broken.acquisition_id)
        folder = broken.packs / str(broken.acquisition_id)
        broken.writer = PackWriter.reopen(folder, upto)
        broken.write(rows[first : first + 20])
    assert dumped(broken) == dump
    broken.writer.close()
    broken.database.close()
    assert (tmp_path / "broken/1/000000.pack").read_bytes() == (
        tmp_path / "unbroken/1/000000.pack"
    ).read_bytes()


def dumped(bench: Bench) -> dict[str, list[tuple[object, ...]]]:
    """Every table without its clock times."""
    with bench.database.reader() as reader:
        return {
            table.name: [
                tuple(row)
                for row in reader.connection.execute(
                    select(
                        *(column for column in table.c if not column.name.endswith("_us"))
                    ).order_by(*table.primary_key.columns)
                )
            ]
            for table in schema.metadata.sorted_tables
            if not table.name.startswith("audit")
        }
