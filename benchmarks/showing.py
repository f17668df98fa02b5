"""What it costs to show things less clearly than they are: thumbnails at each clarity on two
threads of one process, against only decoding them; and segments of a video, against playing them.

    python benchmarks/showing.py [--count 2000] [--seconds 10] [--json FILE]
"""

from __future__ import annotations

import argparse
import io
import json
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import cv2
import numpy as np
import numpy.typing as npt

from trawl.model.looking import Clarity
from trawl.passes.base import content_of
from trawl.passes.clarity import render_thumbnail
from trawl.passes.thumbnail import thumbnail_of
from trawl.passes.video_faint import Faint, encode_faint
from trawl.passes.video_segment import segment_to_show

THREADS = 2
RATE = 30
Pixels = npt.NDArray[np.uint8]


def picture(seed: int, height: int, width: int) -> Pixels:
    """Noise in octaves, each as strong as it is coarse: the spectrum photographs have."""
    chance = np.random.default_rng(seed)
    made = np.full((height, width, 3), 120, np.float32)
    for cells in (3, 6, 12, 24, 48, 96):
        octave = chance.normal(0, 70 / np.sqrt(cells), (cells, cells, 3)).astype(np.float32)
        made += cv2.resize(octave, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(made, 0, 255).astype(np.uint8)


def per_second(call: Callable[[bytes], object], files: list[bytes], count: int) -> float:
    """Calls a second on THREADS threads, the best of three rounds."""

    def some(first: int) -> None:
        for number in range(first, count, THREADS):
            call(files[number % len(files)])

    best = 0.0
    with ThreadPoolExecutor(THREADS) as pool:
        for _ in range(3):
            began = time.perf_counter()
            list(pool.map(some, range(THREADS)))
            best = max(best, count / (time.perf_counter() - began))
    return best


def only_decoded(data: bytes) -> object:
    return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)


def video(seconds: int) -> bytes:
    """A picture that moves, 1920 x 1080, H.264, as telephones store it."""
    large, into = picture(1, 1400, 2400), io.BytesIO()
    with av.open(into, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 1920, 1080, "yuv420p"
        for frame in moving(large, seconds * RATE):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        container.mux(stream.encode(None))
    return into.getvalue()


def moving(large: Pixels, frames: int) -> Iterator[Pixels]:
    for number in range(frames):
        x, y = (int(160 * (1 + np.sin(number / pace))) for pace in (37, 53))
        yield np.ascontiguousarray(large[y : y + 1080, x : x + 1920])


def times_played(data: bytes, clarity: Clarity, seconds: int) -> float:
    """Seconds of video made in one second, on one core."""
    began = time.perf_counter()
    found = segment_to_show(content_of(data), 0, seconds * 1000, clarity, 640, sound=False)
    if isinstance(found.made, Faint):
        encode_faint(found.made, found.height, found.width, sound=False)
    return (found.to_ms - found.from_ms) / 1000 / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    files = [thumbnail_of(picture(seed, 384, 512)).data for seed in range(24)]
    floor = per_second(only_decoded, files, arguments.count)
    figures: dict[str, float] = {"thumbnails only decoded, a second": round(floor)}
    for clarity in Clarity:
        rate = per_second(lambda d, c=clarity: render_thumbnail(d, c, 256), files, arguments.count)
        figures[f"thumbnails {clarity}, a second"] = round(rate)
        figures[f"thumbnails {clarity} : only decoded"] = round(rate / floor, 2)
    clip = video(arguments.seconds)
    for clarity in Clarity:
        speed = times_played(clip, clarity, arguments.seconds)
        figures[f"segment {clarity}, times as fast as played"] = round(speed, 1)
    for name, value in figures.items():
        print(f"{name:<45} {value:>10,}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
