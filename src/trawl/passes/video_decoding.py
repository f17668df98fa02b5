"""Decoding no more of a video than the wanted frames need, each exactly as a full decode gives it.

Where packets bear times, the number of a frame is the rank of its time, known before it is
decoded. A group of pictures (a key frame and what follows up to the next) is then decoded only as
far as its last wanted frame, and on the way the frames that no other leans on are left out.
Where packets cannot tell, every frame is decoded and counted.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

import av
from av.container import InputContainer
from av.error import FFmpegError
from av.packet import Packet
from av.stream import Discard
from av.video.stream import VideoStream

from trawl.passes.base import Content
from trawl.passes.video_sampling import Choice, Clock, Wanted
from trawl.passes.video_streams import TimedStream, codec_name, reason_of

# Codecs whose every shown packet is one frame. Those that show frames in another order than they
# are stored can be planned only where the container keeps the times of showing (AVI does not).
IN_ORDER = frozenset(
    {
        "mjpeg",
        "prores",
        "dnxhd",
        "dvvideo",
        "ffv1",
        "huffyuv",
        "utvideo",
        "png",
        "cinepak",
        "svq1",
        "h263",
        "flv1",
        "wmv1",
        "wmv2",
        "msmpeg4v1",
        "msmpeg4v2",
        "msmpeg4v3",
        "rawvideo",
        "qtrle",
    }
)
REORDERED = frozenset({"h264", "hevc", "vp9", "av1", "svq3"})
KEEPS_TIMES = frozenset({"mov", "matroska", "flv", "mpegts"})
# A group larger than this is not held in memory; from there on every frame is decoded.
GROUP_PACKETS = 1_000
GROUP_BYTES = 32 << 20
# Half a minute to a minute of one core: what 2.5 minutes of 1080p or 18 of 640 x 480 have, at 30
# frames a second. Only the bytes decide when it is reached, so the same video is always sampled
# the same way.
WORK_PIXELS = 10_000_000_000
# No decoder holds back more frames than this before it shows one.
HELD_BACK = 64

Picked = tuple[av.VideoFrame, Wanted]


@dataclass(slots=True)
class Decoding:
    """Goes through one video once. What it says of itself holds when ``frames`` is done.

    ``stopped``: why it ended before the end; ``damaged``: how many packets could not be decoded
    whole, ``damage`` what was wrong with the first; ``count``: frames passed; ``reached_ms``: the
    end of the last; ``thrifty_from_ms``: from where on only key frames were looked at.
    """

    content: Content
    container: InputContainer
    stream: VideoStream
    bytes_in: TimedStream
    clock: Clock = field(init=False)
    choice: Choice = field(init=False)
    count: int = 0
    reached_ms: int = 0
    stopped: str | None = None
    damaged: int = 0
    damage: str = ""
    thrifty_from_ms: int | None = None
    _pixels: int = 0
    _packets_seen: int = 0
    _skipped: bool = False
    _awaited: dict[int, Wanted] = field(default_factory=dict)
    _passing: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock = Clock.of(self.stream)
        self.choice = Choice.at(self.clock.rate)
        for other in self.container.streams:
            if other.index != self.stream.index:
                other.discard = Discard.all

    def frames(self) -> Iterator[Picked]:
        """The wanted frames, nearly in order of time (a decoder may hold one back), and those
        that are decoded on the way."""
        packets = self._packets()
        yield from self._by_plan(packets) if self._can_plan() else self._by_count(packets)

    def _can_plan(self) -> bool:
        codec = codec_name(self.stream)
        family = self.container.format.name.partition(",")[0]
        return codec in IN_ORDER or (codec in REORDERED and family in KEEPS_TIMES)

    # The packets of the stream, until it ends, breaks or has cost too much.

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        limits = self.content.limits
        packets = iter(self.container.demux(self.stream))
        while self.stopped is None:
            try:
                packet = next(packets, None)
            except IndexError:
                # PyAV knows the streams there were at opening; a packet of one that begins
                # later trips it. It is not ours: go on behind it.
                packets = iter(self.container.demux(self.stream))
                continue
            except FFmpegError as error:
                self._note_damage(reason_of(error))
                break
            if self._is_late() or packet is None:
                break
            if self._packets_seen >= limits.video_frames:
                self.stopped = f"stopped after {limits.video_frames:,} frames"
            elif packet.size:
                self._packets_seen += 1
                self.content.beat()
                yield packet

    def _is_late(self) -> bool:
        if self.bytes_in.late and self.stopped is None:
            seconds = self.content.limits.video_seconds
            self.stopped = f"stopped after {seconds:g} s of work"
        return self.bytes_in.late

    # With numbers known beforehand.

    def _by_plan(self, packets: Iterator[Packet[VideoStream]]) -> Iterator[Picked]:
        held: list[Packet[VideoStream]] = []
        group: list[Packet[VideoStream]] = []
        size = 0
        for packet in packets:
            if packet.is_keyframe and group:
                yield from self._decode_group(held, before=group)
                held, group, size = group, [], 0
            group.append(packet)
            size += packet.size
            if packet.pts is None or len(group) > GROUP_PACKETS or size > GROUP_BYTES:
                yield from self._drain()
                yield from self._by_count(itertools.chain(held, group, packets))
                return
        yield from self._decode_group(held, before=group)
        yield from self._decode_group(group, before=[])
        yield from self._drain()

    def _decode_group(
        self, group: list[Packet[VideoStream]], before: list[Packet[VideoStream]]
    ) -> Iterator[Picked]:
        """Decode what is wanted of ``group``; ``before`` is the group that comes after it."""
        if not group or self._is_late():
            return
        first = self.count
        self._plan(group)
        wanted = [index for index, packet in enumerate(group) if packet.pts in self._awaited]
        last = wanted[-1] if wanted else -1
        leading = range(self.count, self.count + _leading(before))
        if self.choice.may_want(leading):
            last = len(group) - 1
        # Frames shown before their key frame lean on the group before it; when that was not
        # decoded to its end they cannot be decoded (and are not wanted, see above).
        orphans = _leading(group) if self._skipped or first == 0 else 0
        for index, packet in enumerate(group[: last + 1]):
            if index and orphans and packet.pts is not None and packet.pts < (group[0].pts or 0):
                continue
            if self._is_late():
                # The whole group was planned, but this far it was seen.
                self.reached_ms = self.clock.at_ms(packet.pts, self.count)
                return
            whole = index == 0 or packet.pts in self._awaited
            yield from self._decode(packet, "DEFAULT" if whole else "NONREF")
        if last == len(group) - 1:
            self._skipped = False
        elif last >= 0 or not self._skipped:
            yield from self._drain()
            self._skipped = True

    def _plan(self, group: list[Packet[VideoStream]]) -> None:
        """Number the frames of a group and note those wanted."""
        since = self.count - HELD_BACK
        self._passing = {pts: number for pts, number in self._passing.items() if number >= since}
        shown = sorted((p.pts or 0, p.duration or 0) for p in group if not p.is_discard)
        opening = group[0].pts if group[0].is_keyframe else None
        for pts, duration in shown:
            wanted = self.choice.look(
                self.count, self.clock.at_ms(pts, self.count), key=pts == opening
            )
            if wanted is not None:
                self._awaited[pts] = wanted
            else:
                self._passing[pts] = self.count
            self._pass(pts + duration)

    # With numbers counted as frames come.

    def _by_count(self, packets: Iterator[Packet[VideoStream]]) -> Iterator[Picked]:
        for packet in packets:
            skip = "NONKEY" if self.choice.thrifty else "DEFAULT"
            if self.choice.thrifty and not packet.is_keyframe:
                self._pass(packet.pts)
                continue
            yield from self._counted(self._decoded(packet, skip))
        yield from self._counted(self._decoded(None, "DEFAULT"))

    def _counted(self, frames: list[av.VideoFrame]) -> Iterator[Picked]:
        for frame in frames:
            at_ms = self.clock.at_ms(frame.pts, self.count)
            wanted = self.choice.look(self.count, at_ms, key=frame.key_frame)
            passing = Wanted(self.count, at_ms, second=False, candidate=False)
            self._pass(None if frame.pts is None else frame.pts + (frame.duration or 0))
            yield frame, wanted or passing

    # The decoder.

    def _decode(self, packet: Packet[VideoStream] | None, skip: str) -> Iterator[Picked]:
        for frame in self._decoded(packet, skip):
            wanted = self._wanted(frame.pts)
            if wanted is not None:
                yield frame, wanted

    def _wanted(self, pts: int | None) -> Wanted | None:
        """What a decoded frame is wanted for; None when it was never planned."""
        if pts is None:
            return None
        number = self._passing.pop(pts, None)
        if number is None:
            return self._awaited.pop(pts, None)
        return Wanted(number, self.clock.at_ms(pts, number), second=False, candidate=False)

    def _decoded(self, packet: Packet[VideoStream] | None, skip: str) -> list[av.VideoFrame]:
        self.content.beat()
        decoder = self.stream.codec_context
        decoder.skip_frame = skip  # type: ignore[assignment]
        try:
            frames = decoder.decode(packet)
        except FFmpegError as error:
            self._note_damage(reason_of(error))
            return []
        for frame in frames:
            self._pixels += frame.width * frame.height
            if frame.is_corrupt:
                self._note_damage("a frame is damaged")
        if self._pixels > WORK_PIXELS and not self.choice.thrifty:
            self.choice.thrifty, self.thrifty_from_ms = True, self.reached_ms
        return frames

    def _drain(self) -> Iterator[Picked]:
        """Take what the decoder still holds and make it ready for a key frame."""
        yield from self._decode(None, "DEFAULT")
        self.stream.codec_context.flush_buffers()

    def _pass(self, end: int | None) -> None:
        self.count += 1
        self.reached_ms = max(self.reached_ms, self.clock.at_ms(end, self.count))

    def _note_damage(self, what: str) -> None:
        self.damaged += 1
        self.damage = self.damage or what


def _leading(group: list[Packet[VideoStream]]) -> int:
    """How many frames of a group are shown before the key frame that opens it."""
    if not group or not group[0].is_keyframe or group[0].pts is None:
        return 0
    opening = group[0].pts
    return sum(1 for packet in group if packet.pts is not None and packet.pts < opening)
