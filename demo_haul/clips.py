"""Short videos that pan and zoom over the pictures, with cuts between scenes, and sounds."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from PIL import Image

from demo_haul.parallel import in_parallel
from demo_haul.seeds import moment, put

RATE = 12  # frames a second
SOUND_RATE = 48_000  # samples a second


@dataclass(frozen=True, slots=True)
class Clip:
    """One video: where it lies, its container and codec, and what its tags say."""

    path: str
    form: str
    codec: str
    tags: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    sound: str = ""
    size: tuple[int, int] = (480, 360)


_HARBOUR = "+53.5436+009.9668+008.000/"
_PHONE = {"make": "Example", "model": "Phone 12", "location": _HARBOUR}
_FAST = {"preset": "ultrafast", "crf": "28"}
# Realtime, VP8 would choose its speed by the clock, and no two builds would be alike.
_STEADY = {"deadline": "good", "cpu-used": "5"}
_KIT = "laptop/Users/kit/Videos"
CLIPS = (
    Clip("phone/DCIM/100APPLE/IMG_9001.MOV", "mov", "libx264", _PHONE, _FAST, "aac"),
    Clip("phone/DCIM/100APPLE/IMG_9002.MOV", "mov", "libx264", _PHONE, _FAST),
    Clip(
        "phone/DCIM/Camera/VID_20240601.mp4", "mp4", "libx264", {"location": _HARBOUR}, _FAST, "aac"
    ),
    Clip("phone/DCIM/Camera/VID_20240602.3gp", "3gp", "mpeg4", {}, {}, "", (352, 288)),
    Clip(
        "phone/WhatsApp/Media/WhatsApp Video/VID-20240603-WA0001.mp4", "mp4", "libx264", {}, _FAST
    ),
    Clip(f"{_KIT}/harbour.mkv", "matroska", "libx264", {"title": "Harbour"}, _FAST, "flac"),
    Clip(f"{_KIT}/park.webm", "webm", "libvpx", {}, _STEADY),
    Clip(f"{_KIT}/station.webm", "webm", "libvpx-vp9", {}, _STEADY),
    Clip(f"{_KIT}/old camera.avi", "avi", "mjpeg", {}, {}, "pcm_s16le"),
    Clip(f"{_KIT}/older camera.avi", "avi", "mpeg4"),
    Clip(f"{_KIT}/stream.flv", "flv", "flv"),
    Clip(f"{_KIT}/windows.wmv", "asf", "wmv2"),
    Clip(f"{_KIT}/disc.mpg", "mpeg", "mpeg2video", {}, {}, "", (352, 288)),
    Clip("laptop/Users/kit/Downloads/beach.jpg", "mp4", "libx264", {}, _FAST),
)
# A longer film, and what someone cut out of it and sent on: smaller, coded anew.
FILM = Clip(f"{_KIT}/holiday.mp4", "mp4", "libx264", {"title": "Holiday"}, _FAST)
CUT = Clip(
    "phone/WhatsApp/Media/WhatsApp Video/VID-20240604-WA0007.mp4",
    *("mp4", "libx264", {}, {"preset": "ultrafast", "crf": "34"}, "", (320, 240)),
)
LONGER = 4  # the film is so many times as long as the others
SOUNDS = (
    ("phone/Recordings/Voice 001.m4a", "ipod", "aac"),
    ("laptop/Users/kit/Music/chirp.wav", "wav", "pcm_s16le"),
    ("laptop/Users/kit/Music/chirp.flac", "flac", "flac"),
    ("laptop/Users/kit/Music/chirp.ogg", "ogg", "libopus"),
    ("laptop/Users/kit/Music/chirp.mp3", "mp3", "libmp3lame"),
)


def clips(haul: Path, sources: Sequence[Image.Image], seconds: int) -> int:
    """All videos, each ``seconds`` long with a cut every two, and all sounds."""
    films = [clip for clip in CLIPS if clip.codec in av.codecs_available]

    def film(number: int) -> None:
        clip = films[number]
        some = [sources[(number * 3 + n) % len(sources)] for n in range(3)]
        data = _filmed(clip, _moving(some, clip.size, seconds), seconds)
        put(haul / clip.path, data, moment(60_000 + number * 60))

    def record(number: int) -> None:
        path, form, codec = sounds[number]
        put(haul / path, _recorded(form, codec, seconds), moment(61_000 + number * 60))

    sounds = [sound for sound in SOUNDS if sound[2] in av.codecs_available]
    made = len(in_parallel(film, range(len(films)))) + len(in_parallel(record, range(len(sounds))))
    return made + _film_and_cut(haul, sources, seconds)


def _film_and_cut(haul: Path, sources: Sequence[Image.Image], seconds: int) -> int:
    if FILM.codec not in av.codecs_available:
        return 0
    whole = list(_moving(sources[::-1], FILM.size, LONGER * seconds))
    part = whole[seconds * RATE : (2 * seconds + 2) * RATE]
    put(haul / FILM.path, _filmed(FILM, whole, LONGER * seconds), moment(60_900))
    smaller = [picture.resize(CUT.size) for picture in part]
    put(haul / CUT.path, _filmed(CUT, smaller, seconds), moment(60_960))
    return 2


def _opened(into: io.BytesIO, form: str) -> OutputContainer:
    # bitexact: no library versions and no random identifiers inside, so two builds are alike.
    return av.open(into, "w", format=form, options={"fflags": "+bitexact"})


def _filmed(clip: Clip, pictures: Iterable[Image.Image], seconds: int) -> bytes:
    """The bytes of a video of these pictures; ``seconds``: how long its sound is."""
    into = io.BytesIO()
    with _opened(into, clip.form) as container:
        container.metadata.update({"creation_time": "2024-06-01T10:20:30.000000Z", **clip.tags})
        stream = container.add_stream(clip.codec, rate=RATE, options=clip.options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height = clip.size
        stream.pix_fmt = "yuvj420p" if clip.codec == "mjpeg" else "yuv420p"
        stream.bit_rate = 600_000
        stream.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        sound = _sound_stream(container, clip.sound) if clip.sound else None
        for picture in pictures:
            frame = av.VideoFrame.from_ndarray(np.asarray(picture), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        if sound is not None:
            _put_sound(container, sound, seconds)
    return into.getvalue()


def _moving(
    sources: Sequence[Image.Image], size: tuple[int, int], seconds: int
) -> Iterator[Image.Image]:
    for number in range(seconds * RATE):
        source = sources[number // (2 * RATE) % len(sources)]
        share = 0.9 - 0.3 * (number % (2 * RATE)) / (2 * RATE)
        wide, tall = source.width * share, source.height * share
        left = (source.width - wide) * (number % (2 * RATE)) / (2 * RATE)
        top = (source.height - tall) / 2
        yield source.resize(
            size, Image.Resampling.BILINEAR, box=(left, top, left + wide, top + tall)
        )


def _recorded(form: str, codec: str, seconds: int) -> bytes:
    into = io.BytesIO()
    with _opened(into, form) as container:
        container.metadata.update({"title": "Chirp", "artist": "Nobody", "date": "2024-06-02"})
        _put_sound(container, _sound_stream(container, codec), seconds)
    return into.getvalue()


def _sound_stream(container: OutputContainer, codec: str) -> AudioStream:
    stream = container.add_stream(codec, rate=SOUND_RATE, layout="mono")
    assert isinstance(stream, AudioStream)
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def _put_sound(container: OutputContainer, stream: AudioStream, seconds: int) -> None:
    """A tone that rises from 200 Hz by 400 Hz each second."""
    time = np.arange(seconds * SOUND_RATE) / SOUND_RATE
    wave = (np.sin(2 * np.pi * (200 * time + 200 * time**2)) * 9000).astype(np.int16)[None, :]
    resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=SOUND_RATE)
    for at in range(0, wave.shape[1], 960):
        piece = np.ascontiguousarray(wave[:, at : at + 960])
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, at, Fraction(1, SOUND_RATE)
        for fitting in resampler.resample(frame):
            container.mux(stream.encode(fitting))
    container.mux(stream.encode(None))
