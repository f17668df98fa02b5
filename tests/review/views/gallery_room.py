"""A case with media of every kind, in two exhibits, made up; and what is true of it, read row by
row from the tables."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sqlalchemy import select
from tests.store.store_samples import JPEG, Bench, digests, logged

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.formats.schemes import load_schemes
from trawl.model.access import Act, Officer, Role
from trawl.model.exhibit import OccurrenceState
from trawl.model.hash_set import ListImport, Purpose
from trawl.model.intake import Logged
from trawl.model.matching import Means
from trawl.model.media import (
    Facts,
    FileType,
    Finding,
    FindingState,
    Kind,
    MediaRecord,
    Thumbnail,
)
from trawl.passes.thumbnail import thumbnail_of
from trawl.review.grading.casting import Done, Grade, grade
from trawl.review.index.stacks import Matched, Matching, alone
from trawl.review.reviews import Reviews
from trawl.store import schema
from trawl.store.cases import add_member
from trawl.store.database import Database
from trawl.store.hash_sets import add_hash_set, add_list, next_list_id
from trawl.store.hits import Hit, write_hits
from trawl.store.officers import add_officer
from trawl.workspace import Workspace

VIDEO = FileType("video/mp4", Kind.VIDEO, ("mp4",))
TEXT = FileType("text/plain", Kind.OTHER, ("txt",))
CAMERAS = ((None, None), ("Canon", "EOS 5"), ("Canon", "Canon EOS 6"), (None, "Handy"))
SERIALS = (None, "A1", "B2")
SOFTWARE = (None, "Editor 3", "phone")
EXTRA: tuple[dict[str, str | int | float], ...] = (
    {},
    {"Artist": "Jo Ö. Smith", "ExifVersion": "0230", "mode": "RGBA"},
    {"ImageDescription": "on the Pier\nat noon", "GPSTime": "2020:01:01 10:00:00 UTC"},
    {"tag.comment": "Pier", "comment": "IMG of a boat", "FNumber": 2.8},
)
DAY_US = 86_400_000_000
STACK = 3
"""Media in a stack, in the order they came."""


@cache
def thumbnail(seed: int) -> Thumbnail:
    """A picture of noise in large blocks."""
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), np.uint8)
    return thumbnail_of(np.kron(noise, np.ones((16, 16, 1), np.uint8)).astype(np.uint8))


def record(number: int) -> MediaRecord:
    """Media ``number``: all that a view may be asked by differs with it."""
    draw = random.Random(number)
    kind = draw.choice((JPEG, JPEG, JPEG, VIDEO, TEXT))
    make, model = draw.choice(CAMERAS)
    placed = draw.random() < 0.5
    facts = Facts(
        width=draw.choice((None, 640, 1600)),
        height=480,
        duration_ms=draw.randrange(9000) if kind is VIDEO else None,
        taken_at_us=draw.choice((None, number % 7 * DAY_US, -5 * DAY_US, 40 * DAY_US)),
        camera_make=make,
        camera_model=model,
        camera_serial=draw.choice(SERIALS),
        software=draw.choice(SOFTWARE),
        latitude=draw.choice((50.0, 51.5, -30.0)) if placed else None,
        longitude=draw.choice((0.0, 179.5, -179.5)) if placed else None,
    )
    failed = draw.random() < 0.2
    finding = Finding(
        name="picture",
        version=1,
        state=FindingState.FAILED if failed else FindingState.OK,
        reason="truncated" if failed else None,
        facts=facts,
        extra=EXTRA[number % 5 % len(EXTRA)],
        thumbnail=None if failed or kind is TEXT else thumbnail(number),
    )
    return MediaRecord(
        digests=digests(str(number)),
        size=draw.randrange(1, 5) * 1000,
        type=kind,
        findings=(finding,),
    )


def rows(first: int, last: int) -> list[Logged]:
    """Occurrences of media ``first`` up to ``last``; some lie in two places, some files cannot
    be read."""
    found = []
    for number in range(first, last):
        made = record(number)
        folder = ("DCIM/Ü", "dcim/b", "Backup")[number % 3]
        found.append(logged(f"{folder}/IMG_{number:03}.jpg", made))
        if number % 4 == 0:
            found.append(logged(f"copies/{number}/{folder}/x.JPG", made))
        if number % 9 == 0:
            found.append(
                logged(
                    f"broken/{number}",
                    state=OccurrenceState.UNREADABLE,
                    reason="input error",
                    media=None,
                    sha256=None,
                )
            )
    return found


@dataclass
class Gallery:
    """The case, its officers, and its views."""

    bench: Bench
    workspace: Workspace
    officers: list[Officer]
    reviews: Reviews
    stacked: bool = True
    keys: int = 0
    leaders: dict[int, int] = field(default_factory=dict)

    @classmethod
    def open(cls, database: Database, folder: Path, count: int = 24) -> Gallery:
        """So many media in two exhibits; grader, grader, supervisor."""
        workspace = Workspace(folder / "workspace")
        workspace.make()
        bench = Bench.begin(database, workspace.thumbnails(1), "Heron")
        roles = (Role.GRADER, Role.GRADER, Role.SUPERVISOR)
        with database.session(bench.officer) as session:
            officers = [
                add_officer(session, name, role)
                for name, role in zip(("Ada Bell", "Ben Cole", "Cat Dunn"), roles, strict=True)
            ]
            for one in officers:
                add_member(session, bench.case.id, one.id)
            session.audit(Act.MEMBER_ADD, case_id=bench.case.id, subject="all", detail={})
        matching = Matching(lambda _: "", lambda _, ids: alone(len(ids)))
        reviews = Reviews(workspace, database, matching, patience_s=0)
        room = cls(bench, workspace, officers, reviews)
        reviews._matching = Matching(room._state, room._matched)
        room.elsewhere(count, count + 10)
        room.take_in(0, count * 2 // 3)
        room.take_in(count // 2, count, exhibit="S/2")
        return room

    @property
    def database(self) -> Database:
        return self.bench.database

    @property
    def case_id(self) -> int:
        return self.bench.case.id

    def elsewhere(self, first: int, last: int) -> None:
        """Log media in a case of nobody's but the examiner's: they come before all others."""
        bench, heron = self.bench, self.bench.case
        bench.case = add_case(self.database, bench.officer, "Lapwing")
        self.take_in(first, last, exhibit="L/1")
        bench.case = heron

    def take_in(self, first: int, last: int, exhibit: str = "S/1") -> None:
        """Log a further acquisition of an exhibit."""
        bench = self.bench
        bench.exhibit = ensure_exhibit(self.database, bench.officer, bench.case, exhibit)
        bench.packs = self.workspace.folder / "thumbnails"
        following = bench.acquire()
        bench.writer.close()
        bench.writer = type(bench.writer)(self.workspace.thumbnails(following))
        bench.write(rows(first, last))
        bench.writer.sync()

    def _state(self, _: int) -> str:
        return f"{self.stacked} {self.leaders}"

    def _matched(self, _: int, ids: npt.NDArray[np.int64]) -> Matched:
        """Stacks of STACK neighbours, of pictures and videos alone."""
        found = alone(len(ids))
        if not self.stacked:
            return found
        viewable = np.array([one.kind in ("image", "video") for one in self.truth().values()])
        at = np.flatnonzero(viewable)
        leader = found.leader.copy()
        leader[at] = at[np.arange(len(at)) // STACK * STACK]
        for media_id, top in self.leaders.items():
            leader[np.searchsorted(ids, media_id)] = np.searchsorted(ids, top)
        distance = np.minimum(np.arange(len(ids)) - leader, 31).astype(np.uint8)
        return Matched(leader, distance, leader.copy())

    def hash_set(
        self, name: str, purpose: Purpose, hits: dict[int, str | None], means: Means
    ) -> None:
        """A set with hits on media, each with its category."""
        with self.database.session(self.bench.officer) as session:
            scheme = "uk" if purpose is Purpose.ILLEGAL else None
            added = add_hash_set(session, name, purpose, scheme)
            list_id = next_list_id(session)
            add_list(session, _list(list_id, added.id))
            write_hits(
                session, [Hit(one, list_id, means, 0, 1, code) for one, code in hits.items()]
            )
            session.audit(Act.MATCH_RUN, case_id=self.case_id, subject=name, detail={})

    def grade(self, who: int, media_ids: list[int], category: str | None) -> Done:
        self.keys += 1
        wanted = Grade(key=f"k{self.keys}", media_ids=media_ids, category=category)
        given = self.database, self.officers[who], load_schemes(), self.case_id
        return grade(*given, wanted)

    def truth(self) -> dict[int, Truth]:
        """Every media of the case by identifier, from the tables."""
        return truth(self.database, self.case_id)


def _list(list_id: int, set_id: int) -> ListImport:
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
        added_us=1,
        officer="jo",
    )


@dataclass
class Truth:
    """One media of a case and its occurrences, (exhibit, row, path), in the order of places."""

    id: int
    kind: str
    size: int
    width: int | None
    height: int | None
    duration_ms: int | None
    taken_us: int | None
    camera: str | None
    serial: str | None
    software: str | None
    latitude: float | None
    longitude: float | None
    failed: bool
    thumbnail: tuple[int, int, int, int] | None
    said: tuple[str, ...] = ()
    places: list[tuple[str, int, str]] = field(default_factory=list)


def truth(database: Database, case_id: int) -> dict[int, Truth]:
    """Every media of a case by identifier, read row by row."""
    kinds, place = schema.file_type.c, schema.occurrence.c
    with database.reader() as reader:
        execute = reader.connection.execute
        facts = {row.id: row for row in execute(select(schema.media))}
        kind = {row.id: row.kind for row in execute(select(kinds.id, kinds.kind))}
        said = {row.media_id: _said(row.extra) for row in execute(_FINDINGS)}
        found: dict[int, Truth] = {}
        rows = execute(
            select(schema.exhibit.c.reference, place.id, place.path, place.media_id)
            .join(schema.container, schema.container.c.id == place.container_id)
            .join(schema.acquisition, schema.acquisition.c.id == schema.container.c.acquisition_id)
            .join(schema.exhibit, schema.exhibit.c.id == schema.acquisition.c.exhibit_id)
            .where(schema.exhibit.c.case_id == case_id, place.media_id.is_not(None))
            .order_by(schema.exhibit.c.id, place.id)
        )
        for reference, row_id, path, media_id in rows:
            if media_id not in found:
                found[media_id] = _truth(facts[media_id], kind[facts[media_id].type_id])
                found[media_id].said = said.get(media_id, ())
            found[media_id].places.append((reference, row_id, path))
    return dict(sorted(found.items()))


_FINDINGS = select(schema.finding).order_by(schema.finding.c.version)  # the newest is the last


def _said(extra: str | None) -> tuple[str, ...]:
    """The words of the file among the rest of a finding."""
    names = ("Artist", "ImageDescription", "tag.comment", "comment")
    kept = json.loads(extra or "{}")
    return tuple(kept[name] for name in names if name in kept)


def _truth(row: Any, kind: str) -> Truth:
    make, model = row.camera_make, row.camera_model
    camera = model if make is None or (model or "").startswith(make) else f"{make} {model}"
    lies = row.thumbnail_acquisition_id, row.thumbnail_pack, row.thumbnail_offset
    return Truth(
        id=row.id,
        kind=kind,
        size=row.size,
        width=row.width,
        height=row.height,
        duration_ms=row.duration_ms,
        taken_us=row.taken_at_us,
        camera=camera,
        serial=row.camera_serial,
        software=row.software,
        latitude=row.latitude,
        longitude=row.longitude,
        failed=bool(row.undecoded),
        thumbnail=None if lies[1] is None else (*lies, row.thumbnail_size),
    )
