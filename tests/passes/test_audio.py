"""The audio pass on the formats phones and players write."""

from __future__ import annotations

import io
from contextlib import suppress

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pictures import type_of
from trawl.errors import PassFailed
from trawl.model.media import FileType, Finding, FindingState, Kind
from trawl.passes.audio import AudioPass
from trawl.passes.base import content_of

RATE = 48_000


def tone(form: str, codec: str, *, rate: int = RATE, tags: dict[str, str] | None = None) -> bytes:
    """Half a second of one tone."""
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        container.metadata.update(tags or {})
        stream = container.add_stream(codec, rate=rate, layout="mono")
        stream.bit_rate = 64_000
        wave = (np.sin(np.arange(rate // 2) / 20) * 9000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(
            format=stream.codec_context.format, layout="mono", rate=rate,
            frame_size=stream.codec_context.frame_size,
        )  # fmt: skip
        for whole in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(whole))
        container.mux(stream.encode(None))
    return file.getvalue()


def heard(data: bytes) -> Finding:
    return AudioPass().run(content_of(data, "voice"), type_of(data))


@pytest.mark.parametrize(
    ("form", "codec", "said"),
    [
        ("mp3", "libmp3lame", "mp3"),
        ("ipod", "aac", "aac"),
        ("adts", "aac", "aac"),
        ("ogg", "libopus", "opus"),
        ("flac", "flac", "flac"),
        ("wav", "pcm_s16le", "pcm_s16le"),
        ("asf", "wmav2", "wmav2"),
        ("aiff", "pcm_s16be", "pcm_s16be"),
    ],
)
def test_formats(form: str, codec: str, said: str) -> None:
    found = heard(tone(form, codec))
    assert found.state is FindingState.OK
    assert found.facts is not None
    assert found.facts.codec == said
    assert found.facts.duration_ms == pytest.approx(500, abs=160)
    assert found.extra["audio_hertz"] == RATE


def test_the_type_is_sound() -> None:
    for form, codec in (("mp3", "libmp3lame"), ("ipod", "aac"), ("adts", "aac"), ("asf", "wmav2")):
        assert type_of(tone(form, codec)).kind is Kind.AUDIO, form


def test_tags() -> None:
    found = heard(tone("mp3", "libmp3lame", tags={"title": "Voice 7", "artist": "A. Body"}))
    assert "Voice 7" in found.extra.values()


def test_what_is_no_sound_fails_with_a_reason() -> None:
    with pytest.raises(PassFailed, match="audio/mpeg"):
        AudioPass().run(content_of(bytes(5000)), FileType("audio/mpeg", Kind.AUDIO))


MP3 = tone("mp3", "libmp3lame")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_broken_sound_ends(draw: st.DataObject) -> None:
    changed = bytearray(MP3)
    for at in draw.draw(st.lists(st.integers(0, len(changed) - 1), max_size=20)):
        changed[at] = draw.draw(st.integers(0, 255))
    data = bytes(changed[: draw.draw(st.integers(0, len(changed)))])
    with suppress(PassFailed):
        found = AudioPass().run(content_of(data), FileType("audio/mpeg", Kind.AUDIO))
        assert found.name == "audio"
