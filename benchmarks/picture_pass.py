"""What the picture pass costs a JPEG, stage by stage, in milliseconds, against the floor's decode.

The floor: one scaled RGB decode to at least 512 px by simplejpeg with fastdct. One process, one
core; the best of several rounds over all pictures. Figures of a busy machine are too high: the
ratio of the same run is what counts.

    python benchmarks/picture_pass.py [--count 24] [--pictures FOLDER] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

import cv2  # noqa: E402
import simplejpeg  # noqa: E402

from pictures import CAMERA, WEB, make, photographs  # noqa: E402
from trawl.passes import jpeg  # noqa: E402
from trawl.passes.base import content_of  # noqa: E402
from trawl.passes.exif import read_exif  # noqa: E402
from trawl.passes.filetype import detect  # noqa: E402
from trawl.passes.picture import PicturePass, fingerprint_upright  # noqa: E402
from trawl.passes.thumbnail import thumbnail_of  # noqa: E402

ROUNDS = 7
FLOOR_SIDE = 512
Times = dict[str, float]


def one_round(files: list[bytes]) -> Times:
    """Milliseconds a picture for each stage, as the pass runs them, one after the other."""
    spent: Times = defaultdict(float)
    for data in files:
        marks = [time.perf_counter()]

        def done(stage: str, marks: list[float] = marks) -> None:
            marks.append(time.perf_counter())
            spent[stage] += marks[-1] - marks[-2]

        detect(data[:4096], len(data))
        done("type")
        header = jpeg.read_header(data)
        read_exif(header.exif)
        done("header and EXIF")
        pixels, _ = jpeg.decode(data, header)
        done("decode")
        fingerprint_upright(pixels, (header.height, header.width), 1)
        done("PDQ")
        thumbnail_of(pixels)
        done("thumbnail")
    return {stage: seconds / len(files) * 1000 for stage, seconds in spent.items()}


def timed(call: Callable[[bytes], object], files: list[bytes]) -> float:
    """Milliseconds a picture, the best of the rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for data in files:
            call(data)
        best = min(best, time.perf_counter() - started)
    return best / len(files) * 1000


def whole_pass(data: bytes) -> object:
    content = content_of(data)
    return PicturePass().run(content, detect(content.head, content.size))


def floor(data: bytes) -> object:
    return simplejpeg.decode_jpeg(
        data, "RGB", fastdct=True, min_height=FLOOR_SIDE, min_width=FLOOR_SIDE
    )


def measure(files: list[bytes]) -> Times:
    """All figures of one size."""
    rounds = [one_round(files) for _ in range(ROUNDS)]
    times = {stage: min(done[stage] for done in rounds) for stage in rounds[0]}
    times["the whole pass"] = timed(whole_pass, files)
    times["the floor's decode"] = timed(floor, files)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--json", type=Path)
    wanted = parser.parse_args()
    cv2.setNumThreads(1)
    sources = photographs(wanted.pictures)
    results = {}
    with tempfile.TemporaryDirectory() as scratch:
        for size in (WEB, CAMERA):
            folder = make(size, wanted.count, Path(scratch), sources)
            files = [path.read_bytes() for path in sorted(folder.rglob("*.jpg"))]
            results[size] = measure(files)
            print(f"{size}: {len(files)} pictures, {sum(map(len, files)) // len(files):,} bytes")
            for stage, milliseconds in results[size].items():
                print(f"  {stage:20} {milliseconds:7.3f} ms")
    if wanted.json:
        wanted.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
