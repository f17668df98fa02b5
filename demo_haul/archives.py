"""Archives: nested, compressed in several ways, and locked."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import py7zr
import pyzipper
import zstandard
from PIL import Image, ImageOps

from demo_haul.papers import zipped
from demo_haul.pictures import jpeg
from demo_haul.seeds import PASSWORD, moment, put

FOLDER = "laptop/Users/kit/Backup"


def archives(haul: Path, sources: Sequence[Image.Image]) -> int:
    """All archives, each with pictures that lie nowhere else."""

    def pictures(first: int, count: int = 5) -> dict[str, bytes]:
        return {
            f"pictures/IMG_{number:04d}.jpg": jpeg(
                ImageOps.mirror(ImageOps.fit(sources[number % len(sources)], (800 + first, 600))),
                80,
            )
            for number in range(first, first + count)
        }

    innermost = zipped({**pictures(20), "readme.txt": b"The inner zip.\n"})
    files = {
        "two deep.zip": zipped({**pictures(1), "inner.zip": innermost, "note.txt": b"Outer.\n"}),
        "locked.zip": _locked_zip(pictures(30)),
        "pictures.7z": _seven_zip(pictures(40)),
        "locked.7z": _seven_zip(pictures(50), PASSWORD),
        "pictures.tar.gz": gzip.compress(_tar(pictures(60)), mtime=0),
        "pictures.tar.zst": zstandard.compress(_tar(pictures(70))),
        "notes.txt.gz": gzip.compress(b"One single compressed file.\n" * 40, mtime=0),
        "half a zip.zip": zipped(pictures(80))[:100_000],
    }
    for number, (name, data) in enumerate(files.items()):
        put(haul / FOLDER / name, data, moment(70_000 + number))
    return len(files)


def _locked_zip(files: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with pyzipper.AESZipFile(
        into, "w", compression=pyzipper.ZIP_DEFLATED, encryption=pyzipper.WZ_AES
    ) as archive:
        archive.setpassword(PASSWORD.encode())
        for name, data in files.items():
            archive.writestr(name, data)
    return into.getvalue()


def _seven_zip(files: Mapping[str, bytes], password: str | None = None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "made.7z"
        with py7zr.SevenZipFile(
            target, "w", password=password, header_encryption=bool(password)
        ) as archive:
            for name, data in files.items():
                archive.write(put(Path(folder) / name, data, moment(65_000)), name)
        return target.read_bytes()


def _tar(files: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size, member.mtime = len(data), int(moment(65_000).timestamp())
            archive.addfile(member, io.BytesIO(data))
    return into.getvalue()
