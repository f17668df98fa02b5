"""The picture pass on real photographs, against published hashes and the reference library."""

from __future__ import annotations

import csv
import io
import itertools
from pathlib import Path

import numpy as np
import pdqhash
import pytest
from PIL import Image

from pictures import apart, bits_of, seen
from trawl.model.media import FindingState, name_lies
from trawl.passes.filetype import detect

CAMERA = (4000, 3000)


def reference(data: bytes) -> tuple[bytes, int]:
    """The library's hash of the picture at full size, and its quality."""
    with Image.open(io.BytesIO(data)) as image:
        bits, quality = pdqhash.compute(np.asarray(image.convert("RGB")))
    return np.packbits(bits).tobytes(), int(quality)


def test_published_hashes(shared_data: Path) -> None:
    folder = shared_data / "pictures" / "pdq"
    rows = list(csv.DictReader((folder / "expected_pdq.csv").read_text().splitlines()))
    assert len(rows) == 11
    for row in rows:
        data = (folder / row["path"]).read_bytes()
        expected = bytes.fromhex(row["pdq"])
        found = seen(data)
        assert found.fingerprint is not None
        library, _ = reference(data)
        if found.fingerprint.quality >= 80:
            allowed = max(10, apart(library, expected))
            assert apart(found.fingerprint.bits, expected) <= allowed, row["path"]


def test_all_colour_modes_of_one_picture(shared_data: Path) -> None:
    files = sorted((shared_data / "pictures/pdq/misc-images/modes").iterdir())
    prints = [bits_of(seen(file.read_bytes())) for file in files]
    assert len(prints) == 14
    assert max(apart(a, b) for a, b in itertools.combinations(prints, 2)) <= 10


def test_photographs_against_the_library_at_full_size(shared_data: Path) -> None:
    distances = []
    for file in sorted((shared_data / "pictures/photos").iterdir()):
        data = file.read_bytes()
        expected, quality = reference(data)
        if quality >= 50:
            distances.append(apart(bits_of(seen(data)), expected))
    assert len(distances) >= 20
    assert np.mean(distances) <= 3
    assert np.percentile(distances, 95) <= 8


@pytest.mark.slow
def test_photographs_at_camera_size(shared_data: Path) -> None:
    distances = []
    for file in sorted((shared_data / "pictures/photos").iterdir())[::3]:
        with Image.open(file) as image:
            large = io.BytesIO()
            image.convert("RGB").resize(CAMERA, Image.Resampling.LANCZOS).save(large, "JPEG")
        expected, quality = reference(large.getvalue())
        if quality >= 50:
            distances.append(apart(bits_of(seen(large.getvalue())), expected))
    assert np.mean(distances) <= 3
    assert max(distances) <= 10


def test_exif_rotated_photographs_stand(shared_data: Path) -> None:
    """Two photographs of one desk, one stored lying on its side: both are shown upright."""
    folder = shared_data / "pictures/pdq/reg-test-input/exif-rotn"
    for name, size, orientation in (
        ("exif-rotn-1.jpg", (4032, 3024), 1),
        ("exif-rotn-8.jpg", (3024, 4032), 8),
    ):
        found = seen((folder / name).read_bytes())
        assert found.state is FindingState.OK
        assert found.facts is not None
        assert found.thumbnail is not None
        assert (found.facts.width, found.facts.height) == size
        assert found.facts.orientation == orientation
        assert (found.thumbnail.width > found.thumbnail.height) == (size[0] > size[1])
        assert found.facts.camera_model == "SM-G930V"
        assert found.facts.latitude == pytest.approx(38.977935)


def test_no_honest_name_lies(shared_data: Path) -> None:
    for file in sorted(shared_data.rglob("*")):
        if not file.is_file():
            continue
        with file.open("rb") as stream:

            def read_at(offset: int, length: int, stream: io.BufferedReader = stream) -> bytes:
                stream.seek(offset)
                return stream.read(length)

            kind = detect(stream.read(4096), file.stat().st_size, read_at)
        assert not name_lies(file.name, kind), (file.name, kind.mime)
