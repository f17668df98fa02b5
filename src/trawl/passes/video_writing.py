"""Pictures and sound of our own making encoded as MP4 (H.264, AAC), which every browser plays."""

from __future__ import annotations

import io
from fractions import Fraction

import av
import numpy as np
from av.error import FFmpegError

from trawl.passes.clarity import Pixels

SOUND_RATE = 48_000
# Room kept for the index at the beginning of the file, so that a browser can begin at once: some
# 40 bytes a frame of picture or sound.
INDEX_BYTES = 1 << 16

_MILLISECOND = Fraction(1, 1000)
_PICTURES = {"preset": "veryfast", "crf": "26", "bf": "0", "g": "60"}


class SegmentWriter:
    """Encodes into memory. Times are milliseconds since the beginning; sides must be even. The
    same pictures and sound give the same bytes."""

    def __init__(self, height: int, width: int, *, sound: bool) -> None:
        self._target = io.BytesIO()
        self._into = av.open(
            self._target, "w", format="mp4", options={"moov_size": str(INDEX_BYTES)}
        )
        self._pictures = self._into.add_stream("libx264", rate=30, options=_PICTURES)
        self._pictures.width, self._pictures.height = width, height
        self._pictures.pix_fmt = "yuv420p"
        self._pictures.codec_context.time_base = _MILLISECOND
        self._pictures.codec_context.thread_count = 1
        self._sound = (
            self._into.add_stream("aac", rate=SOUND_RATE, layout="stereo") if sound else None
        )

    def picture(self, since_ms: int, pixels: Pixels) -> None:
        """One picture, RGB (height, width, 3) or grey (height, width); times must grow."""
        form = "rgb24" if pixels.ndim == 3 else "gray"
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), form)
        frame.pts, frame.time_base = since_ms, _MILLISECOND
        self._into.mux(self._pictures.encode(frame))

    def heard(self, since_ms: int, frame: av.AudioFrame) -> None:
        """Some sound, in any form, as long as it is the same throughout; the rest is left out."""
        if self._sound is None:
            return
        rate = frame.sample_rate or SOUND_RATE
        frame.pts, frame.time_base = round(since_ms * rate / 1000), Fraction(1, rate)
        try:
            self._into.mux(self._sound.encode(frame))
        except (FFmpegError, ValueError):
            return

    def finish(self) -> bytes:
        """What the encoders still hold, and the whole."""
        self._into.mux(self._pictures.encode(None))
        if self._sound is not None:
            self._into.mux(self._sound.encode(None))
        self._into.close()
        return self._target.getvalue()
