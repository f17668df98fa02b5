"""The video pass: what a video says of itself, its scenes, and its fingerprints by the second."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import ClassVar

import av
from av.container import InputContainer
from av.video.stream import VideoStream

from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding, FindingState, Frame, FrameRole, Kind
from trawl.passes.base import Content
from trawl.passes.scenes import Scene, SceneBook
from trawl.passes.video_bars import Bars
from trawl.passes.video_between import Between
from trawl.passes.video_decoding import Decoding, Picked
from trawl.passes.video_facts import (
    sound_extra,
    sound_facts,
    trouble_of,
    video_extra,
    video_facts,
)
from trawl.passes.video_frames import hashed, luma_of, quarter_turns, small_of, upright
from trawl.passes.video_sampling import Wanted
from trawl.passes.video_streams import TimedStream, opened, oversize, prepare, video_stream


class VideoPass:
    """Container, codec, duration, dimensions, tags; scenes with a thumbnail each; vPDQ.

    Frames of the role SCENE are hashed upright, so that they match pictures taken from the
    video. Frames of the role SECOND are hashed as stored, unturned, as the reference does, so
    that they match the hash sets of others; ``extra["rotation"]`` says how the frames are
    turned (degrees counter-clockwise) to stand. Where bars surround the pictures, what is
    inside them is hashed by the second too, in frames of the role INSIDE, unturned as well.
    Where the picture moves, frames of the role BETWEEN are hashed as those by the second are.
    """

    name: ClassVar[str] = "video"
    version: ClassVar[int] = 2

    def wants(self, kind: FileType) -> bool:
        return kind.kind is Kind.VIDEO

    def run(self, content: Content, kind: FileType) -> Finding:  # noqa: ARG002
        """Raises PassFailed when it cannot be opened. When no frame of it can be decoded, or its
        frames are over the pixel limit, the facts are given with the state FAILED."""
        deadline = time.monotonic() + content.limits.video_seconds
        with content.open() as raw:
            bytes_in = TimedStream(content, raw, deadline)
            with opened(bytes_in) as container:
                stream = video_stream(container)
                if stream is None:
                    return self._sound_only(content, container)
                decoding = Decoding(content, container, stream, bytes_in)
                too_large = oversize(content, stream)
                if too_large is not None:
                    return self._unseen(content, decoding, too_large)
                prepare(content, stream)
                return self._watch(content, decoding)

    def _watch(self, content: Content, decoding: Decoding) -> Finding:
        seen = _Seen(decoding.stream, SceneBook(content.limits.scene_frames))
        for picked in decoding.frames():
            seen.note(picked)
        cover = seen.book.cover()
        trouble = trouble_of(decoding)
        return Finding(
            name=self.name,
            version=self.version,
            state=_state(trouble, found=cover is not None),
            reason=trouble if cover else f"no picture could be decoded{_because(trouble)}",
            facts=video_facts(content, decoding, seen.turns or 0, seen.size),
            thumbnail=cover.small.thumbnail() if cover else None,
            frames=seen.frames(),
            extra=video_extra(decoding, seen.turns or 0),
        )

    def _unseen(self, content: Content, decoding: Decoding, reason: str) -> Finding:
        """What is said of a video none of whose frames may be decoded."""
        return Finding(
            name=self.name,
            version=self.version,
            state=FindingState.FAILED,
            reason=reason,
            facts=video_facts(content, decoding, 0, None),
            extra=video_extra(decoding, 0),
        )

    def _sound_only(self, content: Content, container: InputContainer) -> Finding:
        """What is said of a container that may hold pictures but has only sound."""
        if not container.streams.audio:
            raise PassFailed("holds neither pictures nor sound")
        return Finding(
            name=self.name,
            version=self.version,
            facts=sound_facts(content, container),
            extra={"pictures": "none, only sound", **sound_extra(container)},
        )


@dataclass(slots=True)
class _Seen:
    """What was seen of a video so far. ``turns``: quarters that the pictures are to be turned by;
    ``size``: width and height of the first, as stored."""

    stream: VideoStream
    book: SceneBook
    seconds: list[Frame] = field(default_factory=list)
    between: Between = field(default_factory=Between)
    bars: Bars = field(default_factory=Bars)
    turns: int | None = None
    size: tuple[int, int] | None = None

    def note(self, picked: Picked) -> None:
        """Hash a frame where it is wanted, and put it where it belongs."""
        frame, wanted = picked
        if self.turns is None:
            self.turns, self.size = quarter_turns(frame), (frame.width, frame.height)
        if not wanted.second:
            self.between.look(wanted.number, wanted.at_ms, frame)
        if wanted.second or wanted.candidate:
            self._note_wanted(frame, wanted, self.turns)

    def _note_wanted(self, frame: av.VideoFrame, wanted: Wanted, turns: int) -> None:
        luma = luma_of(frame)
        stored = hashed(luma) if wanted.second or not turns else None
        if wanted.second and stored is not None:
            second = Frame(FrameRole.SECOND, wanted.number, wanted.at_ms, stored)
            self.seconds.append(second)
            self.between.pass_second(second)
            self.bars.look(second, luma)
        if wanted.candidate:
            standing = hashed(upright(luma, turns)) if stored is None or turns else stored
            if not self.book.recognise(standing):
                small = small_of(frame, turns, pixel_aspect(self.stream))
                self.book.offer(wanted.number, wanted.at_ms, standing, small)

    def frames(self) -> tuple[Frame, ...]:
        """All that are kept, by role, then in the order of time."""
        self.seconds.sort(key=lambda frame: frame.number)
        scenes = (_scene_frame(scene) for scene in self.book.scenes())
        return (*scenes, *self.seconds, *self.between.frames(), *self.bars.frames())


def pixel_aspect(stream: VideoStream) -> float:
    """How wide a pixel is against its height; 1 when the file says nothing or nonsense."""
    aspect = float(stream.codec_context.sample_aspect_ratio or 1)
    return aspect if 0.25 <= aspect <= 4 else 1.0


def _scene_frame(scene: Scene) -> Frame:
    return Frame(
        FrameRole.SCENE, scene.number, scene.at_ms, scene.fingerprint, scene.small.thumbnail()
    )


def _state(trouble: str | None, *, found: bool) -> FindingState:
    if not found:
        return FindingState.FAILED
    return FindingState.PARTIAL if trouble else FindingState.OK


def _because(trouble: str | None) -> str:
    return f": {trouble}" if trouble else ""
