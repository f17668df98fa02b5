"""Reels made for the tests: by the video pass of generated clips, or of invented frames."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import av
import cv2
import numpy as np
import numpy.typing as npt

from trawl.matching.clips.reels import SECOND, Reel
from trawl.model.media import FileType, FrameRole, Kind
from trawl.passes.base import content_of
from trawl.passes.video import VideoPass

Picture = npt.NDArray[np.uint8]

WIDTH, HEIGHT, RATE = 256, 192, 10
ROLES = list(FrameRole)
VIDEO = FileType("video/mp4", Kind.VIDEO)


def shot(seed: int, frames: int) -> Iterator[Picture]:
    """Noise in octaves, as photographs have it, panned by a pixel every other frame."""
    rng = np.random.default_rng(seed)
    wide = WIDTH + frames
    picture = np.full((HEIGHT, wide), 120, np.float32)
    for cells in (3, 6, 12, 24, 48):
        octave = rng.normal(0, 70 / np.sqrt(cells), (cells, cells + cells // 3))
        size = (wide, HEIGHT)
        picture += cv2.resize(octave.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    for at in range(frames):
        yield np.repeat(grey[:, at // 2 : at // 2 + WIDTH, None], 3, axis=2)


def sweep(seed: int, frames: int, pixels: int = 2) -> Iterator[Picture]:
    """A wide landscape of such noise, panned by so many pixels a frame."""
    rng = np.random.default_rng(seed)
    wide = WIDTH + pixels * frames
    picture = np.full((HEIGHT, wide), 120, np.float32)
    for cells in (3, 6, 12, 24, 48):
        octave = rng.normal(0, 70 / np.sqrt(cells), (cells, cells * wide // HEIGHT))
        size = (wide, HEIGHT)
        picture += cv2.resize(octave.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    for at in range(0, pixels * frames, pixels):
        yield np.repeat(grey[:, at : at + WIDTH, None], 3, axis=2)


def film(*seeds: int) -> list[Picture]:
    """Shots of two seconds."""
    return [picture for seed in seeds for picture in shot(seed, 2 * RATE)]


def coded(pictures: Iterable[Picture], crf: int = 23, rate: int = RATE) -> bytes:
    """An MP4 of RGB pictures."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        options = {"crf": str(crf), "preset": "ultrafast"}
        stream = container.add_stream("libx264", rate=rate, options=options)
        stream.pix_fmt = "yuv420p"
        for at, picture in enumerate(pictures):
            if at == 0:
                stream.height, stream.width = picture.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return target.getvalue()


def reel_of(media_id: int, data: bytes) -> Reel:
    """The frames that the video pass finds in these bytes."""
    frames = VideoPass().run(content_of(data, "clip"), VIDEO).frames
    bits = b"".join(frame.fingerprint.bits for frame in frames)
    return Reel(
        media_id,
        np.array([frame.at_ms for frame in frames], np.int64),
        np.frombuffer(bits, np.uint8).reshape(-1, 32),
        np.array([frame.fingerprint.quality for frame in frames], np.uint8),
        np.array([ROLES.index(frame.role) for frame in frames], np.uint8),
    )


def shots(seed: int, seconds: int) -> npt.NDArray[np.uint8]:
    """Fingerprints of so many unlike seconds, uint8 (seconds, 32)."""
    return np.random.default_rng(seed).integers(0, 256, (seconds, 32), dtype=np.uint8)


def noisy(bits: npt.NDArray[np.uint8], flips: int, seed: int = 1) -> npt.NDArray[np.uint8]:
    """The fingerprints with so many bits turned over in each."""
    rng = np.random.default_rng(seed)
    changed = np.unpackbits(bits, axis=1)
    for row in changed:
        row[rng.choice(256, flips, replace=False)] ^= 1
    return np.packbits(changed, axis=1)


def reel(
    media_id: int, bits: npt.NDArray[np.uint8], step_ms: float = 1000, quality: int = 100
) -> Reel:
    """A reel of these fingerprints by the second."""
    count = len(bits)
    return Reel(
        media_id,
        np.rint(np.arange(count) * step_ms).astype(np.int64),
        bits,
        np.full(count, quality, np.uint8),
        np.full(count, SECOND, np.uint8),
    )
