"""Build the haul, stage by stage, each with its count and the time it took."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from demo_haul import pictures
from demo_haul.archives import archives
from demo_haul.clips import clips
from demo_haul.disks import disks
from demo_haul.formats import formats
from demo_haul.lists import lists
from demo_haul.oddities import oddities
from demo_haul.papers import papers
from demo_haul.photographs import photographs
from demo_haul.seeds import SEED

FILES = 2000
FEWEST_PICTURES = 20
EXTRAS = 78  # about what the stages make that do not scale, without the formats
# Their bytes carry a random salt or the moment they were made; every other file is repeated.
NOT_REPEATED = frozenset(
    {
        "Locked letter.docx",
        "Locked scan.pdf",
        "locked.zip",
        "locked.7z",
        "camera card.dd",
        "stick.img",
        "linux.raw",
        "server.001",
        "server.002",
        "server.003",
        "virtual disk.vhd",
    }
)


def build(into: Path, files: int = FILES, *, download: bool = True) -> Path:
    """The haul under ``into`` (``into/haul``) and, beside it in ``into/lists``, lists of what is
    known: about ``files`` files. A complete one of the same
    size is kept. ``download``: try to get the photographs; without, scenes are invented."""
    haul, marker = into / "haul", into / "haul.complete"
    wanted = f"seed {SEED}, {files} files, {'photographs' if download else 'invented scenes'}, "
    wanted += "lists of what is known\n"
    if marker.is_file() and marker.read_text() == wanted and haul.is_dir():
        print(f"The haul is there already: {haul}")
        return haul
    marker.unlink(missing_ok=True)
    if haul.exists():
        shutil.rmtree(haul)
    haul.mkdir(parents=True)
    started = time.monotonic()
    print(f"Building a haul of about {files:,} benign files in {haul}")
    made, taken = _build(haul, into / "cache", files, download)
    before = time.monotonic()
    _tell("beside it, lists of what is known", lists(into / "lists", haul, taken), before)
    marker.write_text(wanted)
    print(f"  {'in all':<36}{made:>6,} files {time.monotonic() - started:>7.1f} s")
    return haul


def _build(
    haul: Path, cache: Path, files: int, download: bool
) -> tuple[int, list[pictures.Original]]:
    large = files >= 500
    sources, origin = photographs(cache, scenes=30 if large else 14, download=download)
    print(f"  Made from {origin}.")
    rounds = 3 if large else 1
    count = max(FEWEST_PICTURES, files - EXTRAS - rounds * 22)
    shares = {
        "sent": count * pictures.SENT // 1000,
        "thumbnails": count * pictures.THUMBNAILS // 1000,
        "copies": count * pictures.COPIES // 1000,
        "screenshots": count * pictures.SCREENSHOTS // 1000,
        "edits": count * pictures.EDITS // 1000,
    }
    before = time.monotonic()
    taken = pictures.originals(haul, sources, count - sum(shares.values()))
    _tell("camera originals", len(taken), before)
    stages: list[tuple[str, Callable[[], int]]] = [
        ("sent by messenger", lambda: pictures.sent(haul, taken, shares["sent"])),
        ("thumbnails", lambda: pictures.thumbnails(haul, taken, shares["thumbnails"])),
        ("exact copies", lambda: pictures.copies(haul, taken, shares["copies"])),
        ("screenshots", lambda: pictures.screenshots(haul, sources, shares["screenshots"])),
        ("edits", lambda: pictures.edits(haul, taken, shares["edits"])),
        ("every picture format", lambda: formats(haul, sources, rounds)),
        ("videos and sounds", lambda: clips(haul, sources, 6 if large else 1)),
        ("documents", lambda: papers(haul, sources)),
        ("archives", lambda: archives(haul, sources)),
        ("disk images", lambda: disks(haul, sources)),
        ("odd, lying and broken files", lambda: oddities(haul, sources, taken)),
    ]
    made = len(taken)
    for name, stage in stages:
        before = time.monotonic()
        number = stage()
        _tell(name, number, before)
        made += number
    return made, taken


def _tell(stage: str, count: int, started: float) -> None:
    print(f"  {stage:<36}{count:>6,} files {time.monotonic() - started:>7.1f} s", flush=True)
