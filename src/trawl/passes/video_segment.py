"""A stretch of a video, encoded anew as an officer is shown it: MP4 with H.264 and, where sound
is asked for, AAC, which every browser plays. Nothing of the seized file is in it but the pictures:
no tags, no other streams."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

from trawl.errors import PassFailed
from trawl.model.looking import SEGMENT_MS, SEGMENT_SIDE, Clarity
from trawl.passes.base import Content
from trawl.passes.clarity import Pixels
from trawl.passes.video_showing import Showing
from trawl.passes.video_watching import Heard, watching

# Blurred, there is nothing to be seen in more.
BLURRED_SIDE = 256
# No more than 30 frames a second: those closer than this to the one before are left out.
CLOSEST_MS = 31
SOUND_RATE = 48_000
# Sound that comes before the first picture is known is held, no more than a minute of it.
MOST_WAITING = 60 * SOUND_RATE
# Room kept for the index at the beginning of the file, so that a browser can begin at once: some
# 40 bytes a frame of picture or sound.
INDEX_BYTES = 1 << 16
# Half a segment's time where encoding goes as fast as it is played.
SEGMENT_SECONDS = 40.0

_MILLISECOND = Fraction(1, 1000)
_PICTURES = {"preset": "veryfast", "crf": "26", "bf": "0", "g": "60"}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A segment: ``data`` is an MP4. ``from_ms``: the time of its first frame in the video,
    ``to_ms`` the end of its last; ``ends``: whether the video ends there."""

    data: bytes
    height: int
    width: int
    from_ms: int
    to_ms: int
    ends: bool
    sound: bool


def segment_to_show(
    content: Content, from_ms: int, to_ms: int, clarity: Clarity, longest: int, *, sound: bool
) -> Encoded:
    """What a player shows from one moment to another, at most SEGMENT_MS of it. When there is no
    time for all of it, it ends earlier; go on from ``to_ms``. Raises PassFailed when there is no
    picture."""
    longest = min(longest, BLURRED_SIDE if clarity is Clarity.BLURRED else SEGMENT_SIDE)
    to_ms = min(max(to_ms, from_ms + 1), from_ms + SEGMENT_MS)
    seconds = min(SEGMENT_SECONDS, content.limits.video_seconds)
    with watching(content, seconds, sound=sound) as watched:
        frames = watched.from_moment(from_ms)
        waiting, first = _until_picture(frames)
        if first is None:
            raise PassFailed("no picture of it could be decoded")
        begin_ms, picture = first
        how = Showing.of(watched, picture, clarity, longest, even=True)
        target = io.BytesIO()
        with av.open(target, "w", format="mp4", options={"moov_size": str(INDEX_BYTES)}) as into:
            writer = _Writer.into(into, how, begin_ms, sound=watched.sound is not None)
            done_ms = _write(writer, [*waiting, first], frames, to_ms, content.beat)
            writer.finish()
        return Encoded(
            data=target.getvalue(),
            height=how.height,
            width=how.width,
            from_ms=begin_ms,
            to_ms=max(begin_ms + 1, writer.end_ms if done_ms is None else done_ms),
            ends=watched.ended and done_ms is None,
            sound=watched.sound is not None,
        )


def _until_picture(
    frames: Iterator[tuple[int, Heard]],
) -> tuple[list[tuple[int, Heard]], tuple[int, av.VideoFrame] | None]:
    """The first picture, and the sound that came before it."""
    waiting, samples = list[tuple[int, Heard]](), 0
    for at_ms, frame in frames:
        if isinstance(frame, av.VideoFrame):
            return waiting, (at_ms, frame)
        samples += frame.samples
        if samples <= MOST_WAITING:
            waiting.append((at_ms, frame))
    return waiting, None


def _write(
    writer: _Writer,
    first: list[tuple[int, Heard]],
    frames: Iterator[tuple[int, Heard]],
    to_ms: int,
    beat: Callable[[], None],
) -> int | None:
    """Write all frames before ``to_ms``. Returns when the first that was left out is shown; None
    when there was none."""
    for at_ms, frame in first:
        writer.put(at_ms, frame)
    after_ms: int | None = None
    for at_ms, frame in frames:
        beat()
        if at_ms < to_ms:
            writer.put(at_ms, frame)
        elif isinstance(frame, av.VideoFrame) and after_ms is None:
            after_ms = at_ms
        if after_ms is not None and (writer.sound is None or at_ms >= to_ms + _INTERLEAVED_MS):
            break
    return after_ms


# How far behind its pictures the sound of a file may lie.
_INTERLEAVED_MS = 1_000


@dataclass(slots=True)
class _Writer:
    """Encodes frames whose times count from ``begin_ms``."""

    container: OutputContainer
    how: Showing
    begin_ms: int
    pictures: VideoStream
    sound: AudioStream | None
    end_ms: int = 0
    _last_ms: int = field(default=-CLOSEST_MS)
    _samples: int = 0

    @classmethod
    def into(cls, into: OutputContainer, how: Showing, begin_ms: int, *, sound: bool) -> _Writer:
        pictures = into.add_stream("libx264", rate=30, options=_PICTURES)
        pictures.width, pictures.height, pictures.pix_fmt = how.width, how.height, "yuv420p"
        pictures.codec_context.time_base = _MILLISECOND
        pictures.codec_context.thread_count = 1
        heard = into.add_stream("aac", rate=SOUND_RATE, layout="stereo") if sound else None
        return cls(into, how, begin_ms, pictures, heard)

    def put(self, at_ms: int, frame: Heard) -> None:
        """One frame of picture or sound."""
        since_ms = at_ms - self.begin_ms
        if isinstance(frame, av.VideoFrame):
            tick = frame.time_base or _MILLISECOND
            self.end_ms = max(self.end_ms, at_ms + round((frame.duration or 0) * tick * 1000))
            if since_ms >= self._last_ms + CLOSEST_MS:
                self._last_ms = since_ms
                self._put_picture(since_ms, self.how.spread(frame))
        elif self.sound is not None and since_ms >= 0:
            self._put_sound(since_ms, frame)

    def _put_picture(self, since_ms: int, pixels: Pixels) -> None:
        form = "rgb24" if pixels.ndim == 3 else "gray"
        picture = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), form)
        picture.pts, picture.time_base = since_ms, _MILLISECOND
        self.container.mux(self.pictures.encode(picture))

    def _put_sound(self, since_ms: int, frame: av.AudioFrame) -> None:
        assert self.sound is not None
        rate = frame.sample_rate or SOUND_RATE
        frame.pts, frame.time_base = round(since_ms * rate / 1000), Fraction(1, rate)
        try:
            self.container.mux(self.sound.encode(frame))
        except (FFmpegError, ValueError):
            return  # sound that changes its form half-way; the pictures go on

    def finish(self) -> None:
        """Write what the encoders still hold."""
        self.container.mux(self.pictures.encode(None))
        if self.sound is not None:
            self.container.mux(self.sound.encode(None))
