"""The video pass on files that are broken or mean harm, and on those that are very long."""

from __future__ import annotations

import io
import itertools
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from watching import VIDEO, of_role, watched

from clips import HEIGHT, RATE, WIDTH, clip, scene, scenes
from trawl.errors import PassFailed, Unreadable
from trawl.model.media import Finding, FindingState, FrameRole
from trawl.passes import video_decoding, video_streams
from trawl.passes.base import PassLimits, content_of
from trawl.passes.video import VideoPass


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 5000,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/hostname\n#EXT-X-ENDLIST\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/hostname\n",
        b"ffconcat version 1.0\nfile http://127.0.0.1:9/a.mp4\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        b"m=video 5004 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"></MPD>',
        b"%s" % ("text " * 2000).encode(),
    ],
)
def test_what_is_no_video_or_names_other_files_is_refused(data: bytes) -> None:
    with pytest.raises(PassFailed):
        watched(data)


@pytest.mark.parametrize("named", ["real.mp4", "{here}/real.mp4", "file:{here}/real.mp4"])
def test_a_playlist_beside_a_real_video_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    (tmp_path / "real.mp4").write_bytes(clip(scene(0, 5)))
    monkeypatch.chdir(tmp_path)
    playlist = f"ffconcat version 1.0\nfile '{named.format(here=tmp_path)}'\n".encode()
    if named == "real.mp4":  # left to itself libav would follow this one
        with av.open(io.BytesIO(playlist)) as container:
            assert container.format.name == "concat"
    with pytest.raises(PassFailed):
        watched(playlist)


def test_a_stream_that_begins_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_streams, "PROBE_BYTES", 5000)
    pictures = list(scenes(2, 30))
    silent = clip(pictures, "mpegts", "mpeg2video", rate=25)
    loud = clip(pictures, "mpegts", "mpeg2video", rate=25, sound=True)
    finding = watched(silent * 3 + loud + silent * 20)
    assert finding.facts is not None
    assert finding.facts.codec == "mpeg2video"
    assert len(of_role(finding, FrameRole.SECOND)) >= 50


def test_an_mp4_cut_before_its_index_is_refused() -> None:
    with pytest.raises(PassFailed, match="cannot be opened as a video"):
        watched(clip(scenes(2, 20))[:-400])


def test_an_mp4_cut_in_the_middle_is_partial() -> None:
    data = clip(scenes(4, 25), muxing={"moov_size": "8000"})
    finding = watched(data[: len(data) * 6 // 10])
    assert finding.state is FindingState.PARTIAL
    assert finding.reason is not None
    assert "of 10.0" in finding.reason
    assert 1 <= len(of_role(finding, FrameRole.SECOND)) < 10


def test_frames_over_the_limit_are_not_decoded() -> None:
    finding = watched(clip(scene(0, 3)), PassLimits(pixels=WIDTH * HEIGHT - 1))
    assert finding.state is FindingState.FAILED
    assert finding.facts is not None
    assert finding.facts.width == WIDTH
    assert finding.frames == ()


@pytest.mark.parametrize("side", [9_000, 65_535])
@pytest.mark.parametrize(
    ("form", "codec", "pix_fmt", "before", "little"),
    [
        ("avi", "mjpeg", "yuvj420p", b"\xff\xc0\x00\x11\x08", False),
        ("mov", "rawvideo", "rgb24", b"", False),
        ("matroska", "libvpx", "yuv420p", b"\x9d\x01\x2a", True),
    ],
)
def test_enormous_frames_are_never_allocated(
    form: str, codec: str, pix_fmt: str, before: bytes, little: bool, side: int
) -> None:
    order: Literal["little", "big"] = "little" if little else "big"
    sides = (WIDTH, HEIGHT) if little or codec == "rawvideo" else (HEIGHT, WIDTH)
    honest = b"".join(length.to_bytes(2, order) for length in sides)
    data = clip(scene(0, 3), form, codec, pix_fmt=pix_fmt)
    assert before + honest in data
    lie = min(side, 0x3FFF if little else side).to_bytes(2, order)
    before_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    finding = watched(data.replace(before + honest, before + lie + lie))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before_mb < 60_000
    assert finding.state is FindingState.FAILED
    assert finding.reason is not None


def test_dimensions_that_change_on_the_way() -> None:
    large = clip(scene(0, 15, 352, 288), "mjpeg", "mjpeg", pix_fmt="yuvj420p")
    finding = watched(clip(scene(1, 15), "mjpeg", "mjpeg", pix_fmt="yuvj420p") + large)
    assert finding.facts is not None
    assert (finding.facts.width, finding.facts.height) == (WIDTH, HEIGHT)
    assert finding.facts.frame_count == 30
    assert len(of_role(finding, FrameRole.SCENE)) == 2


def test_the_limit_of_frames_is_said() -> None:
    finding = watched(clip(scenes(2, 30)), PassLimits(video_frames=35))
    assert finding.state is FindingState.PARTIAL
    assert finding.reason == "stopped after 35 frames, at second 3.5 of the video"


class Endless(io.RawIOBase):
    """The bytes of a clip, again and again."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = {0: 0, 1: self._at, 2: 1 << 50}[whence] + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        start = self._at % len(self._data)
        piece = self._data[start : start + max(1, size)]
        self._at += len(piece)
        return piece


@pytest.mark.parametrize(
    ("form", "codec", "pix_fmt"),
    [("mpegts", "mpeg2video", "yuv420p"), ("mjpeg", "mjpeg", "yuvj420p")],
)
def test_a_video_that_never_ends(form: str, codec: str, pix_fmt: str) -> None:
    data = clip(scenes(2, 30), form, codec, pix_fmt=pix_fmt, rate=25)
    beats: Iterator[int] = itertools.count()
    content = content_of(data, "endless", PassLimits(video_seconds=1.0))
    content.whole, content.size = None, 1 << 50
    content.opener = lambda: Endless(data)  # type: ignore[return-value,assignment]
    content.beat = lambda: next(beats) and None
    started = time.monotonic()
    finding = VideoPass().run(content, VIDEO)
    assert time.monotonic() - started < 4
    assert finding.state is FindingState.PARTIAL
    assert finding.reason is not None
    assert finding.reason.startswith("stopped after 1 s of work")
    assert len(of_role(finding, FrameRole.SCENE)) == 2
    assert next(beats) > 50


class Breaking(io.BytesIO):
    """Bytes of a source that cannot be read beyond a point."""

    limit = 0

    def read(self, size: int | None = -1) -> bytes:
        left = self.limit - self.tell()
        if left <= 0:
            raise Unreadable("the disk has a bad sector")
        return super().read(left if size is None or size < 0 else min(size, left))


def _broken_at(part: float) -> Finding:
    data = clip(scenes(3, 40), muxing={"moov_size": "8000"}, b="4000k")
    content = content_of(data)
    source = Breaking(data)
    source.limit = int(len(data) * part)
    content.whole, content.opener = None, lambda: source
    return VideoPass().run(content, VIDEO)


def test_a_source_that_breaks_off() -> None:
    with pytest.raises(PassFailed, match="bad sector"):
        _broken_at(0)
    finding = _broken_at(0.5)
    assert finding.state is FindingState.PARTIAL
    assert finding.reason is not None
    assert finding.reason.startswith("its bytes break off: the disk has a bad sector")
    assert finding.frames


def test_time_is_watched_inside_a_long_group(monkeypatch: pytest.MonkeyPatch) -> None:
    original = video_decoding.Decoding._decoded

    def slow(self: video_decoding.Decoding, packet: object, skip: str) -> object:
        time.sleep(0.05)
        return original(self, packet, skip)  # type: ignore[arg-type]

    monkeypatch.setattr(video_decoding.Decoding, "_decoded", slow)
    options = {"preset": "ultrafast", "x264-params": "keyint=500:scenecut=0:log-level=-1"}
    data = clip(scene(1, 200), codec="libx264", **options)
    started = time.monotonic()
    finding = watched(data, PassLimits(video_seconds=1.0))
    assert time.monotonic() - started < 3
    assert finding.state is FindingState.PARTIAL
    assert finding.reason is not None
    reached = float(finding.reason.split("second ")[1].split()[0])
    assert 0.5 < reached < 5
    assert all(frame.at_ms <= 1000 * reached for frame in finding.frames)


def test_a_dear_video_goes_on_by_key_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_decoding, "WORK_PIXELS", 30 * WIDTH * HEIGHT)
    options = {"preset": "ultrafast", "x264-params": "keyint=15:scenecut=0:log-level=-1"}
    finding = watched(clip(scenes(4, 30), codec="libx264", **options))
    seconds = [frame.number for frame in of_role(finding, FrameRole.SECOND)]
    thrifty = finding.extra["key_frames_only_from_second"]
    assert finding.state is FindingState.OK
    assert isinstance(thrifty, int)
    early = [number for number in seconds if number < RATE * thrifty]
    late = [number for number in seconds if number >= RATE * (thrifty + 2)]
    assert early == list(range(0, RATE * thrifty, RATE))
    assert late
    assert all(number % 15 == 0 for number in late)


def _comes_back(data: bytes) -> None:
    """A finding or a plain reason, nothing else."""
    limits = PassLimits(video_seconds=2.0, video_frames=300)
    try:
        finding = watched(data, limits)
    except PassFailed:
        return
    assert len(of_role(finding, FrameRole.SCENE)) <= limits.scene_frames
    for frame in finding.frames:
        assert frame.number >= 0
        assert 0 <= frame.at_ms <= 1 << 42
    if finding.state is not FindingState.OK:
        assert finding.reason


SMALL = {
    "mp4": clip(scenes(2, 8)),
    "avi": clip(scenes(2, 8), "avi", "mjpeg", pix_fmt="yuvj420p"),
    "matroska": clip(scenes(2, 8), "matroska", "libvpx", deadline="realtime"),
    "mpegts": clip(scenes(2, 8), "mpegts", "mpeg2video", rate=25),
    "flv": clip(scenes(2, 8), "flv", "flv"),
    "asf": clip(scenes(2, 8), "asf", "wmv2"),
}


@pytest.mark.parametrize("form", sorted(SMALL))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(drawn=st.data())
def test_flipped_bytes(form: str, drawn: st.DataObject) -> None:
    data = bytearray(SMALL[form])
    places = st.one_of(st.integers(0, 600), st.integers(0, len(data) - 1))
    changes = st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=20)
    for at, value in drawn.draw(changes):
        data[at % len(data)] = value
    cut = drawn.draw(st.one_of(st.just(len(data)), st.integers(0, len(data))))
    _comes_back(bytes(data[:cut]))
