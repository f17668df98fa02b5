"""A small but rich haul: some 300 files, also in archives, an image and one another."""

from __future__ import annotations

import gzip
import io
import os
import random
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from demo_haul.images import fat_image
from PIL import Image, ImageDraw

DATE = (2024, 5, 12, 6, 0, 0)


def picture(seed: int, form: str = "JPEG", size: tuple[int, int] = (200, 150)) -> bytes:
    """Coloured shapes on a gradient, another for every seed."""
    chance = random.Random(seed)
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        box = sorted(chance.sample(range(size[0]), 2)), sorted(chance.sample(range(size[1]), 2))
        tint = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((box[0][0], box[1][0], box[0][1], box[1][1]), fill=tint)
    into = io.BytesIO()
    image.save(into, form)
    return into.getvalue()


def zip_of(files: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, DATE), data, zipfile.ZIP_DEFLATED)
    return into.getvalue()


def tar_gz_of(files: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), 1_715_493_600
            archive.addfile(member, io.BytesIO(data))
    return gzip.compress(into.getvalue(), mtime=0)


def pictures(first: int, count: int) -> dict[str, bytes]:
    return {f"DCIM/IMG_{n:04}.jpg": picture(n) for n in range(first, first + count)}


def build(haul: Path, clip: bytes) -> Path:
    """The haul in a new folder; ``clip``: the bytes of a video."""
    haul.mkdir(parents=True)
    inner = zip_of(pictures(400, 20) | {"deep.zip": zip_of(pictures(500, 5))})
    files: dict[bytes, bytes] = {}
    for name, data in pictures(0, 90).items():
        files[b"phone/" + name.encode()] = data
    for number in range(25):  # copies
        files[f"laptop/copy {number}.jpg".encode()] = picture(number * 3)
    for number in range(40):
        files[f"laptop/notes/{number:03}.txt".encode()] = f"note {number}\n".encode() * number
    files |= {
        b"laptop/a.zip": zip_of(pictures(200, 30) | {"inner.zip": inner, "again.zip": inner}),
        b"laptop/b.zip": zip_of({"inner.zip": inner, "other.jpg": picture(700)}),
        b"laptop/c.tar.gz": tar_gz_of(pictures(300, 25) | {"in.zip": zip_of(pictures(350, 10))}),
        b"laptop/odd \xff name.zip": zip_of({"x.jpg": picture(800)}),
        b"laptop/lie.txt": picture(801, "PNG"),
        b"laptop/broken.jpg": picture(802)[:2000],
        b"laptop/empty": b"",
        b"laptop/broken.zip": zip_of(pictures(0, 3))[:9000],
        b"phone/clip.mp4": clip,
        b"phone/copy of clip.mp4": clip,
    }
    for path, data in files.items():
        target = Path(os.fsdecode(os.fsencode(haul) + b"/" + path))
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    (haul / "laptop/link").symlink_to("/etc/passwd")
    card = {f"DCIM/{n}.JPG": picture(900 + n) for n in range(12)}
    fat_image(haul / "card.img", card | {"B.ZIP": inner}, 8, deleted=["DCIM/3.JPG"])
    return haul
