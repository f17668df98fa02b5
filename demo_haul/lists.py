"""Lists of what is known, as other units would hand them on, and a picture to ask for. They lie
beside the haul. What they say of its pictures is invented: all of these are harmless."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import numpy as np
from PIL import Image, ImageOps

from demo_haul.pictures import Original, jpeg
from trawl.formats.vics_case import VicsCase, VicsMedia
from trawl.formats.vics_writer import write_vics
from trawl.model.media import Fingerprint
from trawl.passes.pdq import fingerprint

KNOWN, HARMLESS, ASKED = "known.json", "harmless.csv", "asked for.jpg"
SCHEME = "project-vic-us"
# The pictures that the haul has copies, smaller ones, turned ones and edits of: each share of
# it begins with the first original and goes on in steps of its own.
NAMED = (0, 3, 7, 11, 15, 21, 33, 35, 55, 77)
CATEGORIES = (1, 2, 1, 3, 4)


def lists(into: Path, haul: Path, taken: Sequence[Original]) -> int:
    """Both lists and the picture, in a folder of their own. Returns how many files."""
    into.mkdir(exist_ok=True)
    named = [taken[number] for number in NAMED if number < len(taken)]
    with (into / KNOWN).open("wb") as out:
        write_vics(out, _CASE, _known(named))
    _harmless(into / HARMLESS, haul, taken)
    with Image.open(taken[0].path) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    picture.thumbnail((640, 640))
    (into / ASKED).write_bytes(jpeg(ImageOps.autocontrast(picture, cutoff=1), 45))
    return 3


_CASE = VicsCase(
    domain="US",
    case_id=UUID("5eed0000-0000-4000-8000-000000000001"),
    number="EXAMPLE-2024-17",
    contact_organization="Unit of nobody",
    seized=datetime(2024, 3, 1, 9, 0, tzinfo=UTC),
    application="Invented for a demo",
    application_version="1",
)


def _known(named: Sequence[Original]) -> Iterator[VicsMedia]:
    for number, one in enumerate(named):
        data = one.path.read_bytes()
        yield VicsMedia(
            md5=hashlib.md5(data, usedforsecurity=False).digest(),
            sha1=hashlib.sha1(data, usedforsecurity=False).digest(),
            pdq=_fingerprint(one.path).bits,
            media_id=number + 1,
            category=CATEGORIES[number % len(CATEGORIES)],
            size=len(data),
            series="Invented series" if number % 3 == 0 else None,
            victim_identified=number % 4 == 0,
        )


def _fingerprint(path: Path) -> Fingerprint:
    with Image.open(path) as opened:
        grey = ImageOps.exif_transpose(opened).convert("L")
    return fingerprint(np.asarray(grey, np.uint8))


def _harmless(path: Path, haul: Path, taken: Sequence[Original]) -> None:
    """Every third original that is in no other list, and the screenshots, as a plain table."""
    chosen = [one.path for number, one in enumerate(taken) if number % 3 == 1]
    other = {taken[number].path for number in NAMED if number < len(taken)}
    chosen += sorted((haul / "phone/Pictures/Screenshots").glob("*.png"))
    with path.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(["name", "size", "sha1"])
        for one in chosen:
            if one not in other:
                data = one.read_bytes()
                sha1 = hashlib.sha1(data, usedforsecurity=False).hexdigest()
                table.writerow([one.name, len(data), sha1])
