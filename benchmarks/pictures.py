"""Pictures to measure on: crops of photographs, each a different content, as JPEG with EXIF, at
web size (1600 px) and camera size (12 megapixels)."""

from __future__ import annotations

import io
import random
import struct
from pathlib import Path

import cv2
import numpy as np
import simplejpeg
from PIL import Image

WEB, CAMERA, SMALL = "web", "camera", "small"
# Longer side; a camera's pictures all have its own shape, others that of the photograph.
LONGER = {WEB: 1600, CAMERA: 4000, SMALL: 120}
QUALITY = {WEB: 85, CAMERA: 88, SMALL: 70}


def photographs(folder: Path | None) -> list[np.ndarray]:
    """RGB arrays of every picture in a folder; the real material beside the checkout if None."""
    folder = folder or Path(__file__).resolve().parents[2] / "shared/data/pictures/photos"
    found = []
    for path in sorted(folder.glob("*")):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png"):
            with Image.open(path) as picture:
                found.append(np.asarray(picture.convert("RGB")))
    if not found:
        raise SystemExit(f"No pictures in {folder}; name a folder with --pictures.")
    return found


def _exif(number: int) -> bytes:
    """An APP1 segment such as a telephone writes."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0131] = "Example", f"Model {number % 7}", "1.0"
    exif[0x0132] = f"2024:{number % 12 + 1:02d}:{number % 28 + 1:02d} 12:00:00"
    details = exif.get_ifd(0x8769)
    details[0x9003] = exif[0x0132]
    details[0xA431] = f"SN{number:08d}"
    held = io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "JPEG", exif=exif)
    data = held.getvalue()
    start = data.index(b"\xff\xe1")
    (length,) = struct.unpack(">H", data[start + 2 : start + 4])
    return data[start : start + 2 + length]


def _shape(size: str, width: int, height: int) -> tuple[int, int]:
    if size == CAMERA:
        return 4000, 3000
    share = LONGER[size] / max(width, height)
    return max(1, round(width * share)), max(1, round(height * share))


def make(size: str, count: int, into: Path, sources: list[np.ndarray]) -> Path:
    """``count`` pictures of one size in ``into/size``; those already there are kept."""
    folder = into / f"{size}-{count}"
    done = folder.with_suffix(".done")
    if done.exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    chance = random.Random(size)
    noise = np.random.default_rng(1)
    grains = [noise.integers(0, 12, (3000, 4000, 3), np.uint8) for _ in range(3)]
    for number in range(count):
        source = sources[number % len(sources)]
        full_height, full_width = source.shape[:2]
        share = chance.uniform(0.6, 0.98)
        w, h = int(full_width * share), int(full_height * share)
        x, y = chance.randint(0, full_width - w), chance.randint(0, full_height - h)
        crop = np.ascontiguousarray(source[y : y + h, x : x + w])
        if chance.random() < 0.5:
            crop = np.ascontiguousarray(crop[:, ::-1])
        width, height = _shape(size, w, h)
        picture = cv2.resize(crop, (width, height), interpolation=cv2.INTER_CUBIC)
        if size == CAMERA:  # an enlarged photograph lacks a sensor's grain; give it some
            picture = cv2.add(picture, grains[number % len(grains)])
        data = simplejpeg.encode_jpeg(
            np.ascontiguousarray(picture), QUALITY[size], "RGB", "420", fastdct=True
        )
        target = folder / f"{number // 500:03d}" / f"IMG_{number:05d}.jpg"
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data[:2] + _exif(number) + data[2:])
    done.touch()
    return folder
