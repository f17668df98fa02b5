"""A case with made-up media, hash sets as files, and a workspace to match in."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tests.store.store_samples import Bench, digests, logged, media

from trawl.matching.adding_lists import Order, add_list
from trawl.matching.match import Matched, match_case
from trawl.model.hash_set import ListImport, Purpose
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
from trawl.store.database import Database
from trawl.store.hits import SetHit, hits_of
from trawl.store.media import stored_media
from trawl.workspace import Workspace

VIDEO = FileType("video/mp4", Kind.VIDEO, ("mp4",))
TEXT = FileType("text/plain", Kind.OTHER, ("txt",))


def bits_of(seed: int) -> bytes:
    """A fingerprint with 128 bits set, as PDQ has them."""
    bits = np.zeros(256, np.uint8)
    bits[np.random.default_rng(seed).permutation(256)[:128]] = 1
    return np.packbits(bits).tobytes()


def away(bits: bytes, distance: int, seed: int = 0) -> bytes:
    """A fingerprint that differs in so many bits."""
    flipped = np.unpackbits(np.frombuffer(bits, np.uint8))
    flipped[np.random.default_rng(seed).permutation(256)[:distance]] ^= 1
    return np.packbits(flipped).tobytes()


def picture(
    name: str,
    bits: bytes,
    *,
    quality: int = 100,
    width: int = 640,
    height: int = 480,
    size: int = 1000,
    inside: bytes | None = None,
) -> MediaRecord:
    """A picture with a fingerprint; ``inside``: that of what lies within its border."""
    frames = ()
    if inside is not None:
        frames = (Frame(FrameRole.INSIDE, 0, 0, Fingerprint(inside, 100)),)
    finding = Finding(
        name="picture",
        version=2,
        facts=Facts(width=width, height=height),
        fingerprint=Fingerprint(bits, quality),
        frames=frames,
    )
    return media(name, size=size, findings=(finding,))


def video(name: str, seconds: Iterable[bytes]) -> MediaRecord:
    """A video with one frame a second."""
    frames = tuple(
        Frame(FrameRole.SECOND, number * 25, number * 1000, Fingerprint(bits, 100))
        for number, bits in enumerate(seconds)
    )
    finding = Finding(name="video", version=2, facts=Facts(width=640, height=360), frames=frames)
    return media(name, kind=VIDEO, findings=(finding,))


@dataclass
class Lab:
    """A case and its workspace."""

    bench: Bench
    workspace: Workspace
    folder: Path
    written: list[MediaRecord] = field(default_factory=list)

    @classmethod
    def open(cls, database: Database, folder: Path) -> Lab:
        workspace = Workspace(folder / "workspace")
        workspace.make()
        return cls(Bench.begin(database, folder / "packs", "Heron"), workspace, folder)

    @property
    def database(self) -> Database:
        return self.bench.database

    @property
    def given(self) -> tuple[Any, ...]:
        """The first arguments of every service."""
        return self.bench.database, self.bench.officer, self.workspace

    def take_in(self, **records: MediaRecord) -> None:
        """Log media, each at a path of its own name."""
        self.bench.write([logged(f"{name}.jpg", record) for name, record in records.items()])

    def copy(self, path: str, record: MediaRecord) -> None:
        """Log one more occurrence."""
        self.bench.write([logged(path, record)])

    def list_file(self, name: str, content: str | bytes | dict[str, Any]) -> Path:
        path = self.folder / name
        if isinstance(content, dict):
            content = json.dumps(content)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def add(
        self,
        content: str | bytes | dict[str, Any],
        purpose: Purpose = Purpose.ILLEGAL,
        *,
        name: str = "known",
        scheme: str | None = None,
        format_: str | None = None,
        file: str = "list.txt",
    ) -> ListImport:
        """Read a list into a set."""
        path = self.list_file(file, content)
        return add_list(*self.given, path, Order(name, purpose, scheme, format_))

    def match(self, **changes: Any) -> Matched:
        return match_case(*self.given, self.bench.case, **changes)

    def hits(self, name: str) -> list[SetHit]:
        """What counts of the hits on one media."""
        with self.database.reader() as reader:
            sha256 = digests(name).sha256
            return hits_of(reader, [stored_media(reader, [sha256])[sha256].id])


def vics(*media_entries: dict[str, Any]) -> dict[str, Any]:
    """A bare list of VICS 2.0."""
    schema = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml"
    return {"@odata.context": f"{schema}/US/$metadata#Media", "value": list(media_entries)}


def md5(name: str) -> str:
    return digests(name).md5.hex().upper()
