"""A stretch of a video, as an officer is shown it. Nothing of the seized file is in it but its
pictures and, where they are asked for, its sound: no tags, no other streams."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import av

from trawl.errors import PassFailed
from trawl.model.looking import SEGMENT_MS, SEGMENT_SIDE, Clarity
from trawl.passes.base import Content
from trawl.passes.clarity import Pixels
from trawl.passes.video_faint import BLURRED_SIDE, Faint
from trawl.passes.video_showing import Showing
from trawl.passes.video_watching import Heard, Watching, watching
from trawl.passes.video_writing import SOUND_RATE, SegmentWriter

# No more than 30 frames a second: those closer than this to the one before are left out.
CLOSEST_MS = 31
# Sound that comes before the first picture is known is held, no more than a minute of it.
MOST_WAITING = 60 * SOUND_RATE
# A segment begins and ends with whole frames, but one that stands longer than this is cut.
STANDING_MS = 500
# How far behind its pictures the sound of a file may lie.
INTERLEAVED_MS = 1_000
# Twice what is asked for at most: enough where encoding goes half as fast as it is played.
SEGMENT_SECONDS = 40.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment: ``made`` is an MP4, or what is left of a blurred one, to be encoded at
    ``height`` and ``width``. ``from_ms``: where in the video it begins, which is where its first
    frame does unless that has stood for long, ``to_ms``: where it ends; ``ends``: whether the
    video ends there."""

    made: bytes | Faint
    height: int
    width: int
    from_ms: int
    to_ms: int
    ends: bool
    sound: bool


def segment_to_show(
    content: Content, from_ms: int, to_ms: int, clarity: Clarity, longest: int, *, sound: bool
) -> Stretch:
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
        how = Showing.of(watched, first[1], clarity, longest, even=True)
        stands = first[0] <= from_ms - STANDING_MS and not watched.ended and not watched.is_over()
        begin_ms = from_ms if stands else first[0]
        return _stretch(watched, how, begin_ms, [*waiting, first], frames, to_ms)


def _stretch(
    watched: Watching,
    how: Showing,
    begin_ms: int,
    first: list[tuple[int, Heard]],
    frames: Iterator[tuple[int, Heard]],
    to_ms: int,
) -> Stretch:
    """``first``: what was decoded already, its picture last."""
    heard = watched.sound is not None
    into: SegmentWriter | Faint
    if how.clarity is Clarity.BLURRED:
        into = Faint(*how.faint)
    else:
        into = SegmentWriter(how.height, how.width, sound=heard)
    thinned = _Thinned(how, begin_ms, into)
    after_ms = _pass_on(thinned, first, frames, to_ms, watched)
    end_ms = thinned.end_ms if after_ms is None else after_ms
    if after_ms is not None and after_ms > to_ms + STANDING_MS:
        end_ms = to_ms
    end_ms = max(begin_ms + 1, min(end_ms, begin_ms + SEGMENT_MS + STANDING_MS))
    thinned.stand_until(end_ms)
    return Stretch(
        made=into if isinstance(into, Faint) else into.finish(),
        height=how.height,
        width=how.width,
        from_ms=begin_ms,
        to_ms=end_ms,
        ends=watched.ended and after_ms is None,
        sound=heard,
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


def _pass_on(
    thinned: _Thinned,
    first: list[tuple[int, Heard]],
    frames: Iterator[tuple[int, Heard]],
    to_ms: int,
    watched: Watching,
) -> int | None:
    """Pass on all frames before ``to_ms``. Returns when the first that was left out is shown;
    None when there was none."""
    for at_ms, frame in first:
        if at_ms < to_ms:
            thinned.put(at_ms, frame)
    after_ms: int | None = None
    for at_ms, frame in frames:
        watched.content.beat()
        if at_ms < to_ms:
            thinned.put(at_ms, frame)
        elif isinstance(frame, av.VideoFrame) and after_ms is None:
            after_ms = at_ms
        if after_ms is not None and (watched.sound is None or at_ms >= to_ms + INTERLEAVED_MS):
            break
    return after_ms


class _Into(Protocol):
    def picture(self, since_ms: int, pixels: Pixels, /) -> None: ...
    def heard(self, since_ms: int, frame: av.AudioFrame, /) -> None: ...


@dataclass(slots=True)
class _Thinned:
    """Frames on their way, as they are to be seen and no more of them than are needed, timed from
    ``begin_ms``."""

    how: Showing
    begin_ms: int
    into: _Into
    end_ms: int = 0
    _last_ms: int = -CLOSEST_MS
    _last: Pixels | None = None

    def put(self, at_ms: int, frame: Heard) -> None:
        """One frame of picture or sound."""
        if isinstance(frame, av.AudioFrame):
            if at_ms >= self.begin_ms:
                self.into.heard(at_ms - self.begin_ms, frame)
            return
        since_ms = max(0, at_ms - self.begin_ms)
        tick = frame.time_base or 0
        self.end_ms = max(self.end_ms, at_ms + round((frame.duration or 0) * tick * 1000))
        if since_ms >= self._last_ms + CLOSEST_MS:
            self._last_ms, self._last = since_ms, self.how.pixels(frame)
            self.into.picture(since_ms, self._last)

    def stand_until(self, end_ms: int) -> None:
        """Give the last picture once more at the end where it stands for long: a file has no end
        behind its last picture."""
        since_ms = end_ms - self.begin_ms - CLOSEST_MS
        if self._last is not None and since_ms > self._last_ms + STANDING_MS:
            self.into.picture(since_ms, self._last)
