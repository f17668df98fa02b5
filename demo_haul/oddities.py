"""What makes an intake stumble: names that lie, names that are no text, broken and empty files,
links and pipes."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from demo_haul.pictures import Original, jpeg
from demo_haul.seeds import chance, date, moment, put

FOLDER = "laptop/Users/kit/Downloads"
UNDECODABLE = b"Urlaub \xfcber alles \xff.jpg"  # Latin-1, as an old camera wrote it


def oddities(haul: Path, sources: Sequence[Image.Image], taken: Sequence[Original]) -> int:
    """One of each kind. Kinds that the file system cannot hold are left out."""
    picture = ImageOps.fit(sources[0], (800, 600))
    plain = jpeg(picture, 85)
    files: dict[str, bytes] = {
        "truncated.jpg": plain[: len(plain) * 3 // 5],
        "header only.jpg": plain[:400],
        "flipped bytes.jpg": _flipped(jpeg(ImageOps.fit(sources[1], (800, 600)), 85)),
        "flipped bytes.png": _flipped(_png(picture)),
        "noise.jpg": chance(8, 0).bytes(9_000),
        "notes.jpg": b"This is a text file. Its name says that it is a picture.\n" * 20,
        "shopping list.txt": jpeg(ImageOps.fit(sources[2], (1024, 768)), 82),
        "letter.docx": jpeg(ImageOps.fit(sources[3], (1024, 768)), 82),
        "system.dll": jpeg(ImageOps.fit(sources[4], (1024, 768)), 82),
        "IMG_0004.png": taken[3 % len(taken)].path.read_bytes(),
        "no ending": jpeg(ImageOps.fit(sources[5], (1024, 768)), 82),
        "empty.jpg": b"",
        "empty": b"",
        "zeros.bmp": bytes(50_000),
        "picture then more.jpg": jpeg(ImageOps.fit(sources[6], (640, 480)), 80)
        + b"PK hidden " * 90,
        "línea número 🌊.jpg": jpeg(ImageOps.fit(sources[7], (640, 480)), 80),
        "Cafe\u0301.jpg": jpeg(ImageOps.fit(sources[8], (640, 480)), 80),
        "Ảnh gia đình.jpg": jpeg(ImageOps.fit(sources[9], (640, 480)), 80),
        "תמונה.jpg": jpeg(ImageOps.fit(sources[10], (640, 480)), 80),
        "new\nline.jpg": jpeg(ImageOps.fit(sources[11], (640, 480)), 80),
        "-rf.jpg": jpeg(ImageOps.fit(sources[12], (640, 480)), 80),
        "long " + "name " * 45 + ".jpg": jpeg(ImageOps.fit(sources[13], (640, 480)), 80),
        "Thumbs.db": chance(8, 1).bytes(4_000),
    }
    for number, (name, data) in enumerate(files.items()):
        put(haul / FOLDER / name, data, moment(50_000 + number))
    return len(files) + _special(haul / FOLDER, jpeg(ImageOps.mirror(picture), 80))


def _special(folder: Path, data: bytes) -> int:
    """A name that is no UTF-8, links and a pipe; how many the file system took."""
    made = 0
    try:
        put(folder / os.fsdecode(UNDECODABLE), data, moment(51_000))
        made += 1
        for name, target in (("to a picture", "truncated.jpg"), ("to nowhere", "gone/away.jpg")):
            link = folder / f"link {name}"
            link.unlink(missing_ok=True)
            link.symlink_to(target)
            made += 1
        os.mkfifo(folder / "pipe")
        date(folder / "pipe", moment(51_001))
        made += 1
    except OSError as error:
        print(f"    left out what this file system cannot hold: {error.strerror}")
    return made


def _flipped(data: bytes) -> bytes:
    """The bytes with every 97th one turned over, the first 300 untouched."""
    spoilt = bytearray(data)
    for at in range(300, len(spoilt), 97):
        spoilt[at] ^= 0xFF
    return bytes(spoilt)


def _png(picture: Image.Image) -> bytes:
    into = io.BytesIO()
    picture.save(into, "PNG", compress_level=3)
    return into.getvalue()
