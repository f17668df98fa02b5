"""What every pass must hold, whatever it is given."""

from __future__ import annotations

import io
import re
import time

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from trawl.errors import PassFailed
from trawl.model.media import Facts, FileType, Finding, FindingState, Kind
from trawl.passes.base import Content, Pass, PassLimits, content_of
from trawl.passes.filetype import detect
from trawl.passes.registry import PASSES, passes_for

LIMITS = PassLimits(whole_file_bytes=1 << 24, pixels=4_000_000, video_seconds=5)
SECONDS = 20  # for any one small file, on a busy machine


def picture(form: str) -> bytes:
    ramp = np.add.outer(np.arange(96), np.arange(128)).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(ramp).convert("RGB").save(file, form)
    return file.getvalue()


def clip(form: str, codec: str) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=form) as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for at in range(6):
            frame = np.full((48, 64, 3), 40 * at, np.uint8)
            frame[8:30, 8 * at : 8 * at + 9] = 255
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode(None))
    return file.getvalue()


def sound() -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        wave = (np.sin(np.arange(4000) / 9) * 9000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(wave[None, :], format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


SAMPLES = {
    **{form: picture(form) for form in ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF")},
    **{form: picture(form) for form in ("AVIF", "JPEG2000", "ICO", "PPM", "TGA")},
    "mp4": clip("mp4", "mpeg4"),
    "avi": clip("avi", "mpeg4"),
    "wav": sound(),
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R/Encrypt 1 0 R>>\n",
    "zip": b"PK\x05\x06" + bytes(18),
    "7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(24),
    "ole": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1600),
    "unknown": np.random.default_rng(1).integers(0, 256, 1 << 18, dtype=np.uint8).tobytes(),
}
KINDS = {name: detect(data[:4096], len(data)) for name, data in SAMPLES.items()}
PAIRS = [
    pytest.param(one, name, id=f"{one.name}-{name}")
    for one in PASSES
    for name, kind in KINDS.items()
    if one.wants(kind)
]


def outcome(one: Pass, content: Content, kind: FileType) -> Finding | str:
    """The finding, or the reason there is none. Anything else that is raised fails the test."""
    try:
        return one.run(content, kind)
    except PassFailed as error:
        return str(error)


def check(one: Pass, found: Finding | str) -> None:
    if isinstance(found, str):
        assert found.strip()
        assert "\n" not in found
        return
    assert (found.name, found.version) == (one.name, one.version)
    assert found.reason or found.state is FindingState.OK
    assert all(isinstance(v, (str, int, float)) for v in found.extra.values())
    assert all(len(v) <= 1024 for v in found.extra.values() if isinstance(v, str))
    if found.thumbnail:
        assert 1 <= max(found.thumbnail.width, found.thumbnail.height) <= 256
    if found.facts:
        check_facts(found.facts)


def check_facts(facts: Facts) -> None:
    assert facts.width is None or facts.width > 0
    assert facts.height is None or facts.height > 0
    assert facts.orientation is None or 1 <= facts.orientation <= 8
    assert facts.latitude is None or -90 <= facts.latitude <= 90
    assert facts.longitude is None or -180 <= facts.longitude <= 180
    assert facts.duration_ms is None or facts.duration_ms >= 0


def test_names_and_versions() -> None:
    names = [one.name for one in PASSES]
    assert len(set(names)) == len(names)
    for one in PASSES:
        assert re.fullmatch(r"[a-z][a-z-]*", one.name)
        assert isinstance(one.version, int)
        assert one.version >= 1
        assert one.__class__.__doc__


def test_every_kind_of_content_that_has_a_pass_finds_it() -> None:
    assert [p.name for p in passes_for(FileType("image/x", Kind.IMAGE))] == ["picture"]
    assert [p.name for p in passes_for(FileType("video/x", Kind.VIDEO))] == ["video"]
    assert [p.name for p in passes_for(FileType("audio/x", Kind.AUDIO))] == ["audio"]
    assert [p.name for p in passes_for(FileType("x/x", Kind.ENCRYPTED))] == ["encryption"]
    assert passes_for(FileType("text/plain", Kind.DOCUMENT)) == ()
    assert passes_for(FileType("application/x-empty", Kind.EMPTY)) == ()


@pytest.mark.parametrize(("one", "name"), PAIRS)
def test_the_same_bytes_give_the_same_finding(one: Pass, name: str) -> None:
    data, kind = SAMPLES[name], KINDS[name]
    first = outcome(one, content_of(data, "a", LIMITS), kind)
    again = outcome(one, content_of(data, "another.name", LIMITS), kind)
    assert first == again
    check(one, first)


@pytest.mark.parametrize(("one", "name"), PAIRS)
def test_a_stream_gives_what_memory_gives(one: Pass, name: str) -> None:
    data, kind = SAMPLES[name], KINDS[name]
    streamed = Content(
        name=name,
        size=len(data),
        head=data[:4096],
        opener=lambda: io.BytesIO(data),
        limits=LIMITS,
    )
    assert outcome(one, streamed, kind) == outcome(one, content_of(data, name, LIMITS), kind)


@pytest.mark.parametrize(("one", "name"), PAIRS)
def test_broken_bytes_give_a_finding_or_a_reason(
    one: Pass, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.data())
    def broken(draw: st.DataObject) -> None:
        data = bytearray(SAMPLES[name])
        for at in draw.draw(st.lists(st.integers(0, min(len(data), 3000) - 1), max_size=12)):
            data[at] = draw.draw(st.integers(0, 255))
        keep = draw.draw(st.integers(len(data) // 3, len(data)))
        started = time.monotonic()
        check(one, outcome(one, content_of(bytes(data[:keep]), name, LIMITS), KINDS[name]))
        assert time.monotonic() - started < SECONDS

    broken()
    written = capfd.readouterr()
    assert written.out == ""
    # libtiff inside Pillow cannot be told to keep quiet; a worker's standard error is /dev/null.
    assert written.err == "" or name == "TIFF"


@pytest.mark.parametrize("one", PASSES, ids=[one.name for one in PASSES])
def test_bytes_of_another_kind_give_a_finding_or_a_reason(one: Pass) -> None:
    """A pass may be handed anything: the type is told by a few bytes only."""
    wanted = [kind for kind in {*KINDS.values()} if one.wants(kind)]
    for kind in wanted:
        for data in (b"", b"\0", b"\xff" * 300, SAMPLES["unknown"][:5000], SAMPLES["JPEG"][:40]):
            check(one, outcome(one, content_of(data, "x", LIMITS), kind))
