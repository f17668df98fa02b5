"""A matched case as large as a haul gets, made up, with real thumbnails: what ``gallery.py``
measures on.

Media go through the store's own ``write_slice``. Of 100 media 85 are pictures and 6 videos; half
of the pictures name a camera, a tenth of those a place. Six in seven occurrences are the only one
of their media. Thumbnails are crops of photographs as an intake makes them: ``THUMBNAILS`` of
them lie in a pack, and every picture points at one. Stacks and hits are written as a matching
leaves them, with the skew of a real one: bursts that lie together, and a few large ones.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from pictures import photographs
from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.matching import case_index, case_stacks, state
from trawl.model.access import Act, Officer, Role
from trawl.model.case import Case
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.hash_set import ListImport, Purpose
from trawl.model.intake import Logged
from trawl.model.matching import Means
from trawl.model.media import (
    Digests,
    Facts,
    FileType,
    Finding,
    FindingState,
    Kind,
    MediaRecord,
    Thumbnail,
)
from trawl.passes.thumbnail import thumbnail_of
from trawl.store.acquisitions import begin_acquisition, finish_acquisition
from trawl.store.blobs import BlobRef, PackWriter, pack_path
from trawl.store.cases import add_member
from trawl.store.containers import add_root, container
from trawl.store.credentials import set_password
from trawl.store.database import Database
from trawl.store.hash_sets import add_hash_set, add_list, next_list_id
from trawl.store.hits import Hit, write_hits
from trawl.store.officers import add_officer
from trawl.store.slices import write_slice
from trawl.workbench import Workbench
from trawl.workspace import Workspace

SLICE = 4096
EXHIBITS = 4
THUMBNAILS = 20_000
CASE, GRADER = "gallery", "Ada Bell"
KNOWN_GOOD, KNOWN_ILLEGAL, PROPOSED = 0.3, 0.002, 0.002

YEAR_S = 365 * 86_400
START_US = 1_262_304_000_000_000  # 2010-01-01
TYPES = (
    (0.75, FileType("image/jpeg", Kind.IMAGE, ("jpg", "jpeg")), "jpg"),
    (0.10, FileType("image/png", Kind.IMAGE, ("png",)), "png"),
    (0.06, FileType("video/mp4", Kind.VIDEO, ("mp4",)), "mp4"),
    (0.04, FileType("application/pdf", Kind.DOCUMENT, ("pdf",)), "pdf"),
    (0.05, FileType("application/octet-stream", Kind.OTHER), "dat"),
)
CAMERAS = [(f"Maker {number % 7}", f"Camera {number}") for number in range(60)]
WEIGHTS = [1 / (number + 1) for number in range(60)]
SOFTWARE = ["", "", "", "Editor 3.1", "Phone 14.2", "Phone 15.0"]


def make_thumbnails(folder: Path, count: int) -> list[Thumbnail]:
    """Crops of photographs as thumbnails, in one pack; their bytes are not kept in memory."""
    sources, chance = photographs(None), random.Random(5)
    found = []
    with PackWriter(folder) as writer:
        for number in range(count):
            source = sources[number % len(sources)]
            height, width = source.shape[:2]
            share = chance.uniform(0.4, 0.95)
            h, w = int(height * share), int(width * share)
            y, x = chance.randint(0, height - h), chance.randint(0, width - w)
            crop = np.ascontiguousarray(source[y : y + h, x : x + w])
            longer = max(h, w)
            size = max(1, round(w * 500 / longer)), max(1, round(h * 500 / longer))
            made = thumbnail_of(
                np.asarray(cv2.resize(crop, size, interpolation=cv2.INTER_AREA), np.uint8)
            )
            ref = writer.append(made.data)
            # Its place stands for its bytes until Shared gives it back.
            found.append(Thumbnail(repr(tuple(ref)).encode(), made.mime, made.width, made.height))
        writer.sync()
    return found


class Shared(PackWriter):
    """Says of every thumbnail where it lies already."""

    def append(self, data: bytes) -> BlobRef:
        """The place that the stand-in names."""
        return BlobRef(*map(int, data.decode()[1:-1].split(",")))

    def sync(self) -> None:
        """Nothing was written."""


class Haul:
    """Made-up rows, the same for the same seed."""

    def __init__(self, seed: int, thumbnails: list[Thumbnail]) -> None:
        self._random = random.Random(seed)
        self._next = seed << 32
        self._seen: list[tuple[MediaRecord, str]] = []
        self._thumbnails = thumbnails
        self.media = 0
        self._day = START_US

    def rows(self, media: int) -> Iterator[Logged]:
        """Rows until there are so many media."""
        number = 0
        while self.media < media:
            yield self._row(number)
            number += 1

    def _row(self, number: int) -> Logged:
        again = self._seen and self._random.random() < 1 / 7
        if again:
            record, extension = self._random.choice(self._seen)
        else:
            record, extension = self._new(number)
            if self._random.random() < 0.05:
                self._seen.append((record, extension))
        folder = number // 400
        path = f"data/media/{folder % 37}/DCIM/{folder:05}/IMG_{number % 400:04}.{extension}"
        entry = Entry(path=path.encode(), size=record.size, locator=str(number))
        return Logged(
            entry=entry,
            state=OccurrenceState.LOGGED,
            sha256=record.digests.sha256,
            size=record.size,
            media=record,
        )

    def _new(self, number: int) -> tuple[MediaRecord, str]:
        self.media += 1
        self._next += 1
        if number % 400 == 0:
            self._day = START_US + self._random.randrange(14 * YEAR_S) * 1_000_000
        sha256 = hashlib.sha256(self._next.to_bytes(8, "big")).digest()
        draw = self._random.random()
        for share, kind, extension in TYPES:  # noqa: B007
            draw -= share
            if draw < 0:
                break
        record = MediaRecord(
            digests=Digests(sha256[:16], sha256[:20], sha256),
            size=int(self._random.lognormvariate(13, 1.5)),
            type=kind,
            findings=(self._finding(kind, number),),
        )
        return record, extension

    def _finding(self, kind: FileType, number: int) -> Finding:
        pick = self._random
        if kind.kind not in (Kind.IMAGE, Kind.VIDEO):
            return Finding(name="type", version=1)
        name = str(kind.kind)
        if pick.random() < 0.01:
            return Finding(name=name, version=2, state=FindingState.FAILED, reason="truncated")
        make, model = pick.choices(CAMERAS, WEIGHTS)[0] if pick.random() < 0.5 else (None, None)
        placed = make is not None and pick.random() < 0.1
        facts = Facts(
            width=pick.choice((1600, 4000, 1080)),
            height=pick.choice((1200, 3000, 1920)),
            duration_ms=pick.randrange(600_000) if kind.kind is Kind.VIDEO else None,
            taken_at_us=self._day + number % 400 * 7_000_000 if make else None,
            camera_make=make,
            camera_model=model,
            camera_serial=str(pick.randrange(500)) if make else None,
            software=pick.choice(SOFTWARE) or None,
            latitude=pick.uniform(50, 59) if placed else None,
            longitude=pick.uniform(-6, 2) if placed else None,
        )
        thumbnail = self._thumbnails[pick.randrange(len(self._thumbnails))]
        return Finding(name=name, version=2, facts=facts, thumbnail=thumbnail)


def build(folder: Path, media: int) -> None:
    """A workspace with the case, taken in and matched, and a grader who can sign in."""
    bench = Workbench.create(folder)
    workspace, database, officer = bench.workspace, bench.database, bench.officer
    case = add_case(database, officer, CASE)
    with database.session(officer) as session:
        grader = add_officer(session, GRADER, Role.GRADER)
        add_member(session, case.id, grader.id)
        set_password(session, grader.id, "never used")
        session.audit(Act.OFFICER_ADD, case_id=case.id, subject=GRADER, detail={})
    shared = workspace.folder / "shared-thumbnails"
    thumbnails = make_thumbnails(shared, min(THUMBNAILS, media // 10))
    for number in range(1, EXHIBITS + 1):
        _take_in(database, officer, case, workspace, shared, number, media, thumbnails)
    _match(database, officer, case, workspace)
    bench.close()


def _take_in(
    database: Database,
    officer: Officer,
    case: Case,
    workspace: Workspace,
    shared: Path,
    number: int,
    media: int,
    thumbnails: list[Thumbnail],
) -> None:
    exhibit = ensure_exhibit(database, officer, case, f"S/{number}")
    with database.session(officer) as session:
        acquisition_id = begin_acquisition(session, exhibit.id, ["/haul"], {})
        root = add_root(session, acquisition_id)
        session.audit(Act.INTAKE_BEGIN, case_id=case.id, subject="", detail={})
    folder = workspace.thumbnails(acquisition_id)
    folder.mkdir(parents=True)
    os.link(pack_path(shared, 0), pack_path(folder, 0))
    rows = Haul(number, thumbnails).rows(media // EXHIBITS)
    done = 0
    with Shared(folder) as writer:
        while some := [row for row, _ in zip(rows, range(SLICE), strict=False)]:
            _write(database, officer, case, root.id, some, writer)
            done += len(some)
    with database.session(officer) as session:
        finish_acquisition(
            session,
            acquisition_id,
            manifest_root=b"",
            manifest_lines=0,
            signature=b"",
            key_id="bench",
        )
        session.audit(Act.INTAKE_SEAL, case_id=case.id, subject="", detail={})
    print(f"  exhibit {number}: {done:,} files", flush=True)


def _write(
    database: Database, officer: Officer, case: Case, root: int, some: list[Logged], writer: Shared
) -> None:
    with database.session(officer) as session:
        current = container(session, root)
        write_slice(
            session,
            container=current,
            first=current.done,
            rows=some,
            thumbnails=writer,
            open_depth=8,
        )
        session.audit(Act.INTAKE_SLICE, case_id=case.id, subject="", detail={})


def _match(database: Database, officer: Officer, case: Case, workspace: Workspace) -> None:
    """What a matching leaves: columns, stacks, hits."""
    folder = workspace.matching(case.id)
    folder.mkdir(parents=True)
    with database.reader() as reader:
        index = case_index.refresh(reader, case.id, case_index.empty(), lambda _d, _t: None)
    case_index.save(folder, index)
    chance = np.random.default_rng(9)
    case_stacks.save(folder, _stacks(index, chance))
    state.save(folder, state.State(stacked=len(index)))
    _hits(database, officer, case, index, chance)


def _stacks(index: case_index.CaseIndex, chance: np.random.Generator) -> case_stacks.CaseStacks:
    """Bursts of neighbours; one in 2,000 is large."""
    viewable = np.flatnonzero(index.is_kind(case_index.IMAGE, case_index.VIDEO))
    sizes = chance.geometric(0.35, len(viewable))
    large = chance.random(len(sizes)) < 0.0005
    sizes[large] = chance.integers(50, 2_000, int(large.sum()))
    starts = np.cumsum(sizes) - sizes
    starts = starts[starts < len(viewable)]
    leader = np.arange(len(index), dtype=np.int64)
    which = np.searchsorted(starts, np.arange(len(viewable)), side="right") - 1
    leader[viewable] = viewable[starts[which]]
    own = leader == np.arange(len(index))
    distance = np.where(own, 0, chance.integers(1, 32, len(index))).astype(np.uint8)
    none = np.zeros(len(index), np.uint8)
    return case_stacks.CaseStacks(leader, distance, leader.copy(), none, none.copy())


def _hits(
    database: Database,
    officer: Officer,
    case: Case,
    index: case_index.CaseIndex,
    chance: np.random.Generator,
) -> None:
    drawn = chance.random(len(index))
    sets = (
        ("good", Purpose.KNOWN_GOOD, Means.DIGEST, drawn < KNOWN_GOOD),
        ("known", Purpose.ILLEGAL, Means.DIGEST, drawn > 1 - KNOWN_ILLEGAL),
        ("seen", Purpose.ILLEGAL, Means.SIGHT, (drawn > 0.5) & (drawn < 0.5 + PROPOSED)),
    )
    for name, purpose, means, which in sets:
        with database.session(officer) as session:
            scheme = "uk" if purpose is Purpose.ILLEGAL else None
            added = add_hash_set(session, name, purpose, scheme)
            list_id = next_list_id(session)
            add_list(session, _list(list_id, added.id, session.clock()))
            ids = index.ids[which].tolist()
            codes = "ABC" if purpose is Purpose.ILLEGAL else ""
            write_hits(
                session,
                (
                    Hit(media_id, list_id, means, number, 1, codes[number % 3] if codes else None)
                    for number, media_id in enumerate(ids)
                ),
            )
            session.audit(Act.MATCH_RUN, case_id=case.id, subject=name, detail={})


def _list(list_id: int, set_id: int, at_us: int) -> ListImport:
    return ListImport(
        id=list_id,
        set_id=set_id,
        file_name="made",
        sha256=bytes(32),
        format="made",
        entries=0,
        counts={},
        categories={},
        oddities=(),
        about={},
        added_us=at_us,
        officer="bench",
    )
