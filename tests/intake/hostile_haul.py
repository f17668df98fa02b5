"""Files an adversary would leave: each is to be logged, none may stop the intake."""

from __future__ import annotations

import io
import os
import random
import socket
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

import pillow_heif
from PIL import Image
from small_haul import picture, zip_of
from tests.passes.clips import clip, scenes
from tests.sources.raw_zip import RawMember, deflated, raw_zip

ESCAPES = (
    "../escaped.txt",
    "../../../../../../../../tmp/trawl-escaped.txt",
    "/tmp/trawl-absolute.txt",
    "a/../../escaped.txt",
    "..\\escaped.txt",
    "C:\\escaped.txt",
)


def fuzzed(count: int, seed: int = 7) -> dict[str, bytes]:
    """``count`` damaged variants of each format: cut, with flipped bits, with runs of noise."""
    base = Image.open(io.BytesIO(picture(1, size=(320, 240))))
    heif = io.BytesIO()
    pillow_heif.from_pillow(base).save(heif, quality=60)
    samples = {
        "jpg": picture(1, size=(320, 240)),
        "png": picture(1, "PNG"),
        "tif": picture(1, "TIFF"),
        "heic": heif.getvalue(),
        "mp4": clip(scenes(2, 6)),
    }
    chance, files = random.Random(seed), {}
    for form, data in samples.items():
        for number in range(count):
            files[f"{form}/{number:03}.{form}"] = _damaged(data, chance, number)
    return files


def _damaged(data: bytes, chance: random.Random, number: int) -> bytes:
    broken = bytearray(data)
    if number % 3 == 0:
        del broken[chance.randrange(len(broken)) :]
    elif number % 3 == 1:
        for _ in range(chance.choice((1, 8, 64))):
            broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    else:
        at = chance.randrange(min(400, len(broken)))
        broken[at : at + 40] = chance.randbytes(40)
    return bytes(broken)


def png_of_size(width: int, height: int, *, real: bool) -> bytes:
    """A one-bit PNG; ``real``: with all its rows, else with hardly any."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    packer, row = zlib.compressobj(1), bytes(1 + -(-width // 8))
    rows = b"".join(packer.compress(row * 100) for _ in range(height // 100 if real else 1))
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows + packer.flush())
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def nested_zip(depth: int) -> bytes:
    data = b"at the bottom"
    name = "bottom.txt"
    for level in range(depth):
        data, name = zip_of({name: data}), f"level{level}.zip"
    return data


def many_copies(levels: int, copies: int) -> bytes:
    """A zip with copies of a zip with copies of …: ``copies ** levels`` files at the bottom."""
    data, name = b"\0" * 100_000, "bottom.bin"
    for level in range(levels):
        data, name = zip_of({f"{n}-{name}": data for n in range(copies)}), f"{level}.zip"
    return data


def overlapping() -> bytes:
    """A zip of which many entries name the same packed bytes."""
    packed = deflated(bytes(1 << 20))
    first = RawMember(name=b"0", packed=packed, data=bytes(1 << 20), method=8)
    others = [
        RawMember(name=b"%d" % n, packed=packed, data=bytes(1 << 20), method=8, header_at=0)
        for n in range(1, 200)
    ]
    return raw_zip(first, *others)


def endless_video() -> bytes:
    """An elementary stream that goes on for longer than anyone looks."""
    part = clip(scenes(2, 12), "mpeg1video", "mpeg1video", rate=25)
    return part * (40_000_000 // len(part))


def enormous_duration() -> bytes:
    """An MP4 that says that it lasts for years."""
    data = bytearray(clip(scenes(1, 6)))
    at = data.index(b"mvhd") + 4
    data[at + 16 : at + 20] = b"\x7f\xff\xff\xff"
    return bytes(data)


def escaping_tar() -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for name in ESCAPES:
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"out"))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        through = tarfile.TarInfo("link/through")
        through.size = 3
        archive.addfile(through, io.BytesIO(b"out"))
    return into.getvalue()


def build(haul: Path, variants: int) -> Path:
    """The haul in a new folder, with ``variants`` of each fuzzed format."""
    haul.mkdir(parents=True)
    files = {f"fuzzed/{name}": data for name, data in fuzzed(variants).items()}
    files |= {
        "ratio.zip": _ratio_bomb(),
        "overlapping.zip": overlapping(),
        "copies.zip": many_copies(6, 10),
        "deep.zip": nested_zip(100),
        "escaping.zip": zip_of(dict.fromkeys(ESCAPES, b"out")),
        "escaping.tar": escaping_tar(),
        "enormous header.png": png_of_size(60_000, 60_000, real=False),
        "enormous.png": png_of_size(60_000, 60_000, real=True),
        "endless.mpg": endless_video(),
        "years.mp4": enormous_duration(),
        "last.jpg": picture(5),
    }
    for name, data in files.items():
        target = haul / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    odd = os.fsencode(haul) + b"/\xff\xfe\n\t\x1b[31m.jpg"
    Path(os.fsdecode(odd)).write_bytes(picture(6))
    os.mkfifo(haul / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        here = Path.cwd()
        os.chdir(haul)  # the name of a socket may not be long
        try:
            listening.bind("socket")
        finally:
            os.chdir(here)
    (haul / "passwd").symlink_to("/etc/passwd")
    (haul / "loop").symlink_to(".")
    (haul / "a").symlink_to("b")
    (haul / "b").symlink_to("a")
    return haul


def _ratio_bomb() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("harmless.txt", b"harmless")
        with archive.open("bomb.bin", "w") as member:
            for _ in range(120):
                member.write(bytes(1 << 20))
    return into.getvalue()
