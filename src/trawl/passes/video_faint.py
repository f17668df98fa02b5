"""A blurred stretch of a video: the few grey pixels that are left of each picture, and its sound.

Like this, and not encoded, it leaves the process that has had the seized file in its decoders:
whoever encodes it can see that there is no more in it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import av
import numpy as np
from av.error import FFmpegError

from trawl.passes.clarity import Pixels, spread
from trawl.passes.video_writing import SOUND_RATE, SegmentWriter

# Blurred, there is nothing to be seen in more.
BLURRED_SIDE = 256
SAMPLE_BYTES = 4  # of sound: 16 bits, two channels
_PIECE = 1024


@dataclass(slots=True)
class Faint:
    """``pixels``: uint8 (pictures, rows, columns), each picture shown since its time in ``times``
    (milliseconds from the beginning). ``sound``: 16 bits, stereo, 48 kHz, from ``heard_ms`` on."""

    rows: int
    columns: int
    times: list[int] = field(default_factory=list)
    pixels: bytearray = field(default_factory=bytearray)
    heard_ms: int | None = None
    sound: bytearray = field(default_factory=bytearray)
    _resampler: av.AudioResampler | None = None

    def picture(self, since_ms: int, pixels: Pixels) -> None:
        """One more picture, already of these rows and columns."""
        self.times.append(since_ms)
        self.pixels += np.ascontiguousarray(pixels).tobytes()

    def heard(self, since_ms: int, frame: av.AudioFrame) -> None:
        """Some more sound; sound that changes its form half-way ends there."""
        if self._resampler is None:
            self._resampler = av.AudioResampler("s16", "stereo", SOUND_RATE)
        frame.pts = None
        try:
            found = self._resampler.resample(frame)
        except (FFmpegError, ValueError):
            return
        if self.heard_ms is None:
            self.heard_ms = since_ms
        for piece in found:
            self.sound += piece.to_ndarray().tobytes()


def encode_faint(faint: Faint, height: int, width: int, *, sound: bool) -> bytes:
    """The MP4 of it, each picture spread over height and width."""
    writer = SegmentWriter(height, width, sound=sound)
    size = faint.rows * faint.columns
    for number, since_ms in enumerate(faint.times):
        raw = faint.pixels[number * size : (number + 1) * size]
        pixels = np.frombuffer(raw, np.uint8).reshape(faint.rows, faint.columns)
        writer.picture(since_ms, spread(pixels, height, width))
    step = _PIECE * SAMPLE_BYTES
    for at in range(0, len(faint.sound) if sound else 0, step):
        samples = np.frombuffer(faint.sound[at : at + step], np.int16)
        frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "s16", "stereo")
        frame.sample_rate = SOUND_RATE
        since_ms = round(at / SAMPLE_BYTES / SOUND_RATE * 1000)
        writer.heard((faint.heard_ms or 0) + since_ms, frame)
    return writer.finish()
