"""Small clips made for the tests."""

from __future__ import annotations

import io
from collections.abc import Iterable

import av
import cv2
import numpy as np
import numpy.typing as npt

Pictures = Iterable[npt.NDArray[np.uint8]]

WIDTH, HEIGHT, RATE = 176, 144, 10
TINTS = ((220, 60, 40), (40, 200, 70), (50, 70, 220), (210, 200, 50))


def scene(number: int, frames: int, width: int = WIDTH, height: int = HEIGHT) -> Pictures:
    """One shot: a texture of its own tint that moves slowly."""
    rng = np.random.default_rng(number)
    rough = rng.integers(0, 256, (9, 11), dtype=np.uint8)
    texture = cv2.resize(rough, (width + frames, height), interpolation=cv2.INTER_CUBIC)
    tint = np.array(TINTS[number % len(TINTS)]) / 255
    for at in range(frames):
        grey = texture[:, at // 2 : at // 2 + width, None]
        yield np.asarray(np.clip(20 + grey * tint * 0.9, 0, 255), dtype=np.uint8)


def scenes(count: int, frames: int) -> Pictures:
    for number in range(count):
        yield from scene(number, frames)


def black(frames: int) -> Pictures:
    for _ in range(frames):
        yield np.zeros((HEIGHT, WIDTH, 3), dtype=np.uint8)


def clip(
    pictures: Pictures,
    form: str = "mp4",
    codec: str = "mpeg4",
    *,
    pix_fmt: str = "yuv420p",
    rate: int = RATE,
    tags: dict[str, str] | None = None,
    sound: bool = False,
    muxing: dict[str, str] | None = None,
    **options: str,
) -> bytes:
    """The bytes of a video of these RGB pictures."""
    target = io.BytesIO()
    with av.open(target, "w", format=form, options=muxing or {}) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.pix_fmt = pix_fmt
        audio = container.add_stream("aac", rate=44100, layout="mono") if sound else None
        sized = False
        for picture in pictures:
            if not sized:
                stream.height, stream.width = picture.shape[:2]
                sized = True
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if audio is not None:
            _put_sound(container, audio)
    return target.getvalue()


def sound_only() -> bytes:
    """An MP4 that has a second of sound and no pictures."""
    target = io.BytesIO()
    with av.open(target, "w", format="mp4") as container:
        _put_sound(container, container.add_stream("aac", rate=44100, layout="mono"))
    return target.getvalue()


def _put_sound(container: av.container.OutputContainer, stream: av.AudioStream) -> None:
    wave = (np.sin(np.arange(1024) / 9) * 8000).astype(np.int16)[None, :]
    for _ in range(43):
        frame = av.AudioFrame.from_ndarray(wave, format="s16", layout="mono")
        frame.sample_rate = 44100
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def turned(mp4: bytes) -> bytes:
    """The MP4 with the display matrix of a phone held upright: a quarter turn clockwise."""
    at = mp4.index(b"tkhd") + 4 + 40
    one = (1 << 16).to_bytes(4, "big")
    minus = (-(1 << 16)).to_bytes(4, "big", signed=True)
    nought, unit = bytes(4), (1 << 30).to_bytes(4, "big")
    matrix = b"".join((nought, one, nought, minus, nought, nought, nought, nought, unit))
    return mp4[:at] + matrix + mp4[at + 36 :]
