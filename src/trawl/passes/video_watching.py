"""A video from a given moment on: what is shown then, and all that comes after it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard, Stream
from av.video.stream import VideoStream

from trawl.errors import PassFailed
from trawl.passes.base import Content
from trawl.passes.video_sampling import Clock
from trawl.passes.video_streams import TimedStream, opened, oversize, prepare, video_stream

# Where a container's index leads to a key frame behind the moment that was asked for, it is asked
# for one further back, and at last for one before the first: the video is gone through from its
# beginning.
FURTHER_BACK_MS = (0, 2_000, 10_000)
BEFORE_ALL_MS = -10_000

Heard = av.VideoFrame | av.AudioFrame


@dataclass(slots=True)
class Watching:
    """A video opened to be looked at. ``ended``: whether the last frames given are its last."""

    content: Content
    container: InputContainer
    stream: VideoStream
    bytes_in: TimedStream
    sound: AudioStream | None = None
    clock: Clock = field(init=False)
    ended: bool = False
    _count: int = 0
    _packets: int = 0

    def __post_init__(self) -> None:
        self.clock = Clock.of(self.stream)
        for other in self.container.streams:
            if other.index not in (self.stream.index, self.sound.index if self.sound else -1):
                other.discard = Discard.all

    def from_moment(self, at_ms: int) -> Iterator[tuple[int, Heard]]:
        """Frames with their times in milliseconds: of the pictures first the one that is shown
        at ``at_ms`` (or the first there is behind it), then all that follow; in between those
        of the sound, from ``at_ms`` on."""
        shown: tuple[int, Heard] | None = None
        for at, frame in self._near(at_ms):
            if isinstance(frame, av.AudioFrame):
                if at >= at_ms:
                    yield at, frame
            elif at <= at_ms:
                shown = at, frame
            else:
                if shown is not None:
                    yield shown
                    shown = None
                yield at, frame
        if shown is not None:
            yield shown

    def _near(self, at_ms: int) -> Iterator[tuple[int, Heard]]:
        """All frames from a key frame before ``at_ms`` on."""
        for go_to_ms in (*(at_ms - back for back in FURTHER_BACK_MS), BEFORE_ALL_MS):
            if go_to_ms < 0 and go_to_ms != BEFORE_ALL_MS:
                continue
            self._go_to(go_to_ms)
            frames = self._frames()
            early = list[tuple[int, Heard]]()
            for found in frames:
                early.append(found)
                if isinstance(found[1], av.VideoFrame):
                    break
            first = early[-1] if early else None
            is_before = first is not None and first[0] <= at_ms
            if is_before or go_to_ms == BEFORE_ALL_MS or self.is_over():
                yield from early
                yield from frames
                return

    def _go_to(self, at_ms: int) -> None:
        """Before the last key frame at or before a moment; where nothing bears times, or the
        container cannot be entered in its middle, one stays where one is."""
        tick = self.stream.time_base
        if self.clock.start is None or tick is None:
            return
        self._count, self.ended = 0, False
        for wanted_ms in (at_ms, 0):
            pts = self.clock.start + int(wanted_ms / 1000 / tick)
            try:
                self.container.seek(pts, stream=self.stream, backward=True)
            except (FFmpegError, OverflowError):
                continue
            return

    def _frames(self) -> Iterator[tuple[int, Heard]]:
        for packet in self._demuxed():
            try:
                frames = packet.decode()
            except FFmpegError:
                continue  # a damaged packet; those after it may be whole
            for frame in frames:
                if isinstance(frame, av.VideoFrame):
                    pts = frame.dts if frame.pts is None else frame.pts
                    yield self.clock.at_ms(pts, self._count), frame
                    self._count += 1
                elif isinstance(frame, av.AudioFrame):
                    yield self._sound_at_ms(frame), frame

    def _demuxed(self) -> Iterator[Packet[Stream]]:
        streams = [self.stream] if self.sound is None else [self.stream, self.sound]
        packets = iter(self.container.demux(streams))
        while not self.is_over():
            try:
                packet = next(packets, None)
            except IndexError:  # of a stream that began later than the file was opened
                packets = iter(self.container.demux(streams))
                continue
            except FFmpegError:
                packet = None
            if packet is None:
                self.ended = not self.is_over()
                return
            self._packets += 1
            self.content.beat()
            yield packet

    def is_over(self) -> bool:
        """Whether time or patience ran out."""
        return self.bytes_in.late or self._packets > self.content.limits.video_frames

    def _sound_at_ms(self, frame: av.AudioFrame) -> int:
        """On the clock of the pictures."""
        if frame.pts is None or frame.time_base is None or self.clock.tick is None:
            return -1
        begin = (self.clock.start or 0) * self.clock.tick
        return round((frame.pts * frame.time_base - begin) * 1000)


@contextmanager
def watching(content: Content, seconds: float, *, sound: bool = False) -> Iterator[Watching]:
    """The video, opened for so many seconds of work. Raises PassFailed when it cannot be opened
    or has no pictures that may be decoded."""
    deadline = time.monotonic() + seconds
    with content.open() as raw:
        bytes_in = TimedStream(content, raw, deadline)
        with opened(bytes_in) as container:
            stream = video_stream(container)
            if stream is None:
                raise PassFailed("it holds no moving pictures")
            too_large = oversize(content, stream)
            if too_large is not None:
                raise PassFailed(too_large)
            prepare(content, stream)
            yield Watching(content, container, stream, bytes_in, _sound(container, wanted=sound))


def _sound(container: InputContainer, *, wanted: bool) -> AudioStream | None:
    streams = container.streams.audio if wanted else ()
    return next((one for one in streams if one.codec_context is not None), None)
