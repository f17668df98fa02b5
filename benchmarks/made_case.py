"""A large case and lists that know some of it, made up: what ``growing_case.py`` measures on.

Media go through the store's own ``write_slice``. Of 100 media 88 are pictures, 3 videos, 9 of
other kinds. Pictures bear the fingerprints of ``fingerprints.py``, with its families of near
duplicates; 6 in 100 are too plain to be matched by sight, 2 have a border. A video has five
scenes of eight seconds, of which each frame is some bits off the scene's first; one in ten is
an earlier one encoded anew. One picture in 1,000 is a frame of a video. One row in six is a
further occurrence of a media that is there.
"""

from __future__ import annotations

import hashlib
from binascii import hexlify
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from fingerprints import make, noisy, of_pictures
from trawl.casework.cases import add_case, find_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.matching.adding_lists import Order, add_list
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.hash_set import Purpose
from trawl.model.intake import Logged
from trawl.model.media import (
    Digests,
    Facts,
    FileType,
    Finding,
    Fingerprint,
    Frame,
    FrameRole,
    Kind,
    MediaRecord,
)
from trawl.store.acquisitions import begin_acquisition, finish_acquisition
from trawl.store.blobs import PackWriter
from trawl.store.containers import add_root, container
from trawl.store.database import Database
from trawl.store.officers import bootstrap, officer_by_name
from trawl.store.slices import write_slice
from trawl.workspace import Workspace

SLICE = 2048
SCENES, SECONDS = 5, 8
SHARE_OF_VIDEOS, SHARE_OF_OTHERS = 0.03, 0.09
ADDED = 1000
ADDED_NEAR, ADDED_KNOWN = 100, 10
CASE, OFFICER = "growing", "bench"

JPEG = FileType("image/jpeg", Kind.IMAGE, ("jpg", "jpeg"))
MP4 = FileType("video/mp4", Kind.VIDEO, ("mp4",))
PDF = FileType("application/pdf", Kind.DOCUMENT, ("pdf",))
SIZES = ((640, 480), (1600, 1200), (4000, 3000), (1080, 1920))


@dataclass(frozen=True, slots=True)
class Lists:
    """How long the lists are."""

    good: int
    illegal: int
    later: int = 10_000


def digests(number: int) -> Digests:
    """The digests of media ``number``."""
    sha256 = hashlib.sha256(number.to_bytes(8, "big")).digest()
    return Digests(sha256[:16], sha256[:20], sha256)


class Contents:
    """The media of a case of ``count`` and the ADDED ones after them, by number."""

    def __init__(self, count: int, folder: Path) -> None:
        chance = np.random.default_rng(count)
        total = count + ADDED
        self.count = count
        self.pictures = np.load(make(total, folder / f"pictures-{total}.npy"), mmap_mode="r")
        draw = chance.random(total)
        self.is_video = draw < SHARE_OF_VIDEOS
        self.is_other = draw > 1 - SHARE_OF_OTHERS
        self.is_plain = chance.random(total) < 0.06
        self.bordered = chance.random(total) < 0.02
        self.still = chance.random(total) < 0.001
        self.video_number = np.cumsum(self.is_video) - 1
        videos = int(self.is_video.sum())
        scenes = folder / f"scenes-{total}.npy"
        if not scenes.exists():
            np.save(scenes, _scenes(videos * SCENES, chance))
        self.scenes = np.load(scenes).reshape(videos, SCENES, 32)
        self.copied = chance.random(videos) < 0.1
        self.original = (chance.random(videos) * np.arange(videos)).astype(int)
        near = chance.permutation(np.flatnonzero(~self.is_video[:count] & ~self.is_other[:count]))
        self.near = near[:ADDED_NEAR]

    def record(self, number: int) -> MediaRecord:
        """One media."""
        if self.is_video[number]:
            kind, finding = MP4, self._video(number)
        elif self.is_other[number]:
            kind, finding = PDF, Finding(name="type", version=1)
        else:
            kind, finding = JPEG, self._picture(number)
        size = 20_000 + number * 7919 % 3_000_000
        return MediaRecord(digests=digests(number), size=size, type=kind, findings=(finding,))

    def bits(self, number: int) -> bytes:
        """The fingerprint of a picture."""
        chance = np.random.default_rng(number)
        added = number - self.count
        if 0 <= added < ADDED_NEAR:
            return noisy(self.pictures[self.near[added]][None], chance).tobytes()
        if self.still[number] and self.video_number[number] >= 0:
            return noisy(self._of_video(self.video_number[number])[2:3], chance, 12).tobytes()
        return self.pictures[number].tobytes()

    def _picture(self, number: int) -> Finding:
        bits, quality = self.bits(number), 20 if self.is_plain[number] else 60 + number % 41
        width, height = SIZES[number % len(SIZES)]
        frames: tuple[Frame, ...] = ()
        if self.bordered[number]:
            inside = self.pictures[number - 1].tobytes()
            frames = (Frame(FrameRole.INSIDE, 0, 0, Fingerprint(inside, 90)),)
        return Finding(
            name="picture",
            version=2,
            facts=Facts(width=width, height=height, sharpness=float(number % 977)),
            fingerprint=Fingerprint(bits, quality),
            frames=frames,
        )

    def _of_video(self, video: int) -> np.ndarray:
        return self.scenes[self.original[video] if self.copied[video] else video]

    def _video(self, number: int) -> Finding:
        video = int(self.video_number[number])
        moving = noisy(
            np.repeat(self._of_video(video), SECONDS, axis=0), np.random.default_rng(number)
        )
        frames = [
            Frame(FrameRole.SECOND, second * 25, second * 1000, Fingerprint(bits.tobytes(), 100))
            for second, bits in enumerate(moving)
        ]
        frames += [
            Frame(FrameRole.SCENE, one.number, one.at_ms, one.fingerprint)
            for one in frames[::SECONDS]
        ]
        facts = Facts(width=1280, height=720, duration_ms=len(moving) * 1000)
        return Finding(name="video", version=2, facts=facts, frames=tuple(frames))

    def rows(self, first: int, last: int) -> Iterator[Logged]:
        """Occurrences of the media from ``first`` up to ``last``."""
        for number in range(first, last):
            record = self.record(number)
            yield _logged(number, record.digests.sha256, record)
            if number % 5 == 4:
                yield _logged(number, digests(first + (number - first) // 3).sha256, None)


def _scenes(count: int, chance: np.random.Generator) -> np.ndarray:
    """First frames of scenes: pictures of which no two are near by chance, though all are windows
    of a few photographs; one in 100 is a sign or opening that is in other videos too."""
    found = of_pictures(count, None, first=1_000_000)
    found ^= np.packbits(chance.random((count, 256), np.float32) < 0.15, axis=1)
    shared = chance.random(count) < 0.01
    found[shared] = found[chance.integers(0, min(200, count), np.count_nonzero(shared))]
    return found


def _logged(number: int, sha256: bytes, record: MediaRecord | None) -> Logged:
    part = "data" if record else "backup"
    path = f"{part}/media/{number // 400:05}/IMG_{number % 400:04}.jpg".encode()
    return Logged(
        entry=Entry(path=path, size=record.size if record else 1, locator=str(number)),
        state=OccurrenceState.LOGGED,
        sha256=sha256,
        size=record.size if record else 1,
        media=record,
    )


def take_in(
    database: Database, officer: Officer, case: Case, name: str, rows: Iterator[Logged], packs: Path
) -> None:
    """Log an exhibit."""
    exhibit = ensure_exhibit(database, officer, case, name)
    with database.session(officer) as session:
        acquisition_id = begin_acquisition(session, exhibit.id, ["/haul"], {})
        root = add_root(session, acquisition_id)
        session.audit(Act.INTAKE_BEGIN, case_id=case.id, subject="", detail={})
    done = 0
    with PackWriter(packs / str(acquisition_id)) as writer:
        while some := list(islice(rows, SLICE)):
            with database.session(officer) as session:
                current = container(session, root.id)
                write_slice(
                    session,
                    container=current,
                    first=current.done,
                    rows=some,
                    thumbnails=writer,
                    open_depth=8,
                )
                session.audit(Act.INTAKE_SLICE, case_id=case.id, subject="", detail={})
            done += len(some)
            if done % (SLICE * 50) == 0:
                print(f"  {name}: {done:,} files", flush=True)
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


def opened(workspace: Workspace) -> tuple[Database, Officer, Case]:
    """A case that was built."""
    database = Database.open(workspace.sqlite_url)
    with database.reader() as reader:
        officer = officer_by_name(reader, OFFICER)
    return database, officer, find_case(database, officer, CASE)


def build(workspace: Workspace, contents: Contents, lists: Lists) -> None:
    """The case with two exhibits and two hash sets, not matched."""
    workspace.make()
    database = Database.create(workspace.sqlite_url)
    officer = bootstrap(database, OFFICER)
    case = add_case(database, officer, CASE)
    half = contents.count // 2
    packs = workspace.folder / "thumbnails"
    take_in(database, officer, case, "S/1", contents.rows(0, half), packs)
    take_in(database, officer, case, "S/2", contents.rows(half, contents.count), packs)
    good, illegal = workspace.folder / "good.txt", workspace.folder / "illegal.csv"
    write_good(good, contents, lists.good)
    write_known(illegal, contents, lists.illegal, 300, seed=1)
    given = database, officer, workspace
    add_list(*given, good, Order("good", Purpose.KNOWN_GOOD))
    add_list(*given, illegal, Order("known", Purpose.ILLEGAL, "project-vic-us"))
    good.unlink()
    illegal.unlink()
    database.close()


def add_exhibit(workspace: Workspace, contents: Contents) -> None:
    """The exhibit of ADDED files."""
    database, officer, case = opened(workspace)
    rows = contents.rows(contents.count, contents.count + ADDED)
    take_in(database, officer, case, "S/3", rows, workspace.folder / "thumbnails")
    database.close()


def add_later_list(workspace: Workspace, contents: Contents, lists: Lists) -> None:
    """One more hash set."""
    database, officer, _ = opened(workspace)
    path = workspace.folder / "later.csv"
    write_known(path, contents, lists.later, 50, seed=2)
    order = Order("later", Purpose.ILLEGAL, "project-vic-us")
    add_list(database, officer, workspace, path, order)
    path.unlink()
    database.close()


def write_good(path: Path, contents: Contents, entries: int) -> None:
    """A bare list of MD5s, among them those of one media in five of the case."""
    chance = np.random.default_rng(3)
    known = range(0, contents.count, 5)
    with path.open("wb") as file:
        for number in known:
            file.write(digests(number).md5.hex().encode() + b"\n")
        for first in range(len(known), entries, 1 << 18):
            some = chance.bytes(16 * min(1 << 18, entries - first))
            file.write(hexlify(some, b"\n", 16) + b"\n")


def write_known(path: Path, contents: Contents, entries: int, hits: int, seed: int) -> None:
    """A table with categories and fingerprints; ``hits`` entries name media of the case by
    digest, as many look like one, and ADDED_KNOWN name media of the added exhibit."""
    chance = np.random.default_rng(seed)
    case = contents.count
    seen = np.flatnonzero(~contents.is_video[:case] & ~contents.is_other[:case])
    named = chance.choice(seen, hits, replace=False).tolist()
    looked = chance.choice(seen, hits, replace=False)
    added = list(range(case + ADDED - ADDED_KNOWN, case + ADDED))
    others = of_pictures(entries - 2 * hits - len(added), None, first=2_000_000 + seed * 1_000_000)
    with path.open("w") as file:
        file.write("MD5,SHA1,PDQ,Category\n")
        for number in named + added:
            of = digests(number)
            _line(file, of.md5, of.sha1, contents.bits(number), number)
        for bits in (*noisy(contents.pictures[looked], chance), *others):
            some = chance.bytes(36)
            _line(file, some[:16], some[16:], bits.tobytes(), some[0])


def _line(file: object, md5: bytes, sha1: bytes, bits: bytes, category: int) -> None:
    print(md5.hex(), sha1.hex(), bits.hex(), category % 5, sep=",", file=file)
