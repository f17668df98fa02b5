"""The facts of a video: what its container says, checked against what was seen."""

from __future__ import annotations

from dataclasses import replace

from av.container import InputContainer
from av.video.stream import VideoStream

from trawl.model.media import Facts
from trawl.passes.base import Content
from trawl.passes.video_decoding import Decoding
from trawl.passes.video_streams import codec_name
from trawl.passes.video_tags import (
    MAKE_KEYS,
    MODEL_KEYS,
    SOFTWARE_KEYS,
    first,
    merged,
    place_in,
    shown,
    taken_in,
)

# A video whose pictures end earlier than this part of what its header announces is cut short.
WHOLE = 0.9
# The header of some containers speaks for sound and pictures together: be slower to judge.
WHOLE_BY_CONTAINER = 0.5
SLACK_MS = 1000
LONGEST_MS = 1 << 42

Extra = dict[str, str | int | float]


def container_name(content: Content, container: InputContainer) -> str:
    """The container in the common word: libav has one name for a whole family."""
    family = container.format.name.partition(",")[0]
    if family == "mov":
        brand = container.metadata.get("major_brand", "qt")
        if brand.startswith("qt"):
            return "mov"
        return "3gp" if brand.startswith("3g") else "mp4"
    if family == "matroska" and b"webm" in content.head[:64]:
        return "webm"
    return family


def declared_ms(container: InputContainer, stream: VideoStream | None) -> int | None:
    """The duration that the container announces, else the stream."""
    if container.duration and container.duration > 0:
        return min(LONGEST_MS, container.duration // 1000)
    return declared_by(stream) if stream is not None else None


def declared_by(stream: VideoStream) -> int | None:
    """The duration that the stream announces."""
    if not stream.duration or stream.duration < 0 or not stream.time_base:
        return None
    return min(LONGEST_MS, round(stream.duration * stream.time_base * 1000))


def duration_ms(decoding: Decoding) -> int | None:
    """What is declared, else what was seen. Where libav only estimates (MPEG streams have no
    header that says it) the pictures may go on a little longer: then what was seen."""
    declared = declared_ms(decoding.container, decoding.stream)
    if declared is None or declared < decoding.reached_ms <= 2 * declared:
        return decoding.reached_ms or None
    return declared


def trouble_of(decoding: Decoding) -> str | None:
    """What kept the pass from seeing all of the video, in one sentence."""
    reached = f"{decoding.reached_ms / 1000:.1f}"
    if decoding.stopped:
        return f"{decoding.stopped}, at second {reached} of the video"
    said = []
    if decoding.bytes_in.broken:
        said.append(f"its bytes break off: {decoding.bytes_in.broken}")
    if decoding.damaged:
        said.append(f"{decoding.damaged} packets or frames are damaged ({decoding.damage})")
    declared, part = declared_by(decoding.stream), WHOLE
    if declared is None:
        declared, part = declared_ms(decoding.container, None), WHOLE_BY_CONTAINER
    if declared is not None and decoding.reached_ms + SLACK_MS < part * declared:
        said.append(f"its pictures end at second {reached} of {declared / 1000:.1f}")
    return "; ".join(said) or None


def with_tags(facts: Facts, tags: dict[str, str]) -> Facts:
    """The facts with time, place and camera from the tags."""
    taken, place = taken_in(tags), place_in(tags)
    return replace(
        facts,
        taken_at_us=taken.at_us if taken else None,
        taken_offset_min=taken.offset_min if taken else None,
        latitude=place.latitude if place else None,
        longitude=place.longitude if place else None,
        altitude=place.altitude if place else None,
        camera_make=first(tags, MAKE_KEYS),
        camera_model=first(tags, MODEL_KEYS),
        software=first(tags, SOFTWARE_KEYS),
    )


def video_facts(
    content: Content, decoding: Decoding, turns: int, size: tuple[int, int] | None
) -> Facts:
    """The facts of a video whose first frame had ``size`` and needs ``turns`` quarter turns."""
    stream = decoding.stream
    width, height = size or (stream.codec_context.width, stream.codec_context.height)
    if turns % 2:
        width, height = height, width
    whole = decoding.stopped is None and not decoding.damaged
    facts = Facts(
        width=width or None,
        height=height or None,
        frame_count=decoding.count if whole else (stream.frames or None),
        duration_ms=duration_ms(decoding),
        container=container_name(content, decoding.container),
        codec=codec_name(stream),
    )
    return with_tags(facts, merged(decoding.container.metadata, stream.metadata))


def sound_facts(content: Content, container: InputContainer) -> Facts:
    """The facts of a container that has only sound."""
    stream = container.streams.audio[0]
    facts = Facts(
        container=container_name(content, container),
        codec=codec_name(stream) if stream.codec_context else None,
        duration_ms=declared_ms(container, None),
    )
    return with_tags(facts, merged(container.metadata, stream.metadata))


def sound_extra(container: InputContainer) -> Extra:
    """Of the first sound stream, and the tags; empty where there is none."""
    said: Extra = dict(shown(merged(container.metadata)))
    if container.streams.audio and container.streams.audio[0].codec_context:
        codec = container.streams.audio[0].codec_context
        said["audio_codec"] = codec_name(container.streams.audio[0])
        said["audio_channels"] = codec.channels
        said["audio_hertz"] = codec.sample_rate
    return said


def video_extra(decoding: Decoding, turns: int) -> Extra:
    """What else is worth showing; bounded."""
    decoder = decoding.stream.codec_context
    said: Extra = sound_extra(decoding.container)
    said["streams"] = len(decoding.container.streams)
    if decoder.pix_fmt:
        said["pixels"] = decoder.pix_fmt
    if decoding.clock.rate:
        said["frames_per_second"] = round(decoding.clock.rate, 3)
    if turns:
        said["rotation"] = 90 * turns
    if decoding.thrifty_from_ms is not None:
        said["key_frames_only_from_second"] = decoding.thrifty_from_ms // 1000
    return said
