"""The video pass on clips of every container, honest and hostile."""

from __future__ import annotations

import io
import itertools
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import av
import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clips import HEIGHT, RATE, WIDTH, black, clip, scene, scenes, sound_only, turned
from trawl.errors import PassFailed, Unreadable
from trawl.model.media import FileType, Finding, FindingState, Frame, FrameRole, Kind
from trawl.passes import video_decoding, video_streams
from trawl.passes.base import PassLimits, content_of
from trawl.passes.scenes import bits_apart
from trawl.passes.video import VideoPass
from trawl.passes.video_frames import hashed, luma_of

VIDEO = FileType("video/mp4", Kind.VIDEO)


def watched(data: bytes, limits: PassLimits | None = None) -> Finding:
    return VideoPass().run(content_of(data, "clip", limits), VIDEO)


def of_role(finding: Finding, role: FrameRole) -> list[Frame]:
    return [frame for frame in finding.frames if frame.role is role]


def in_full(data: bytes, every: int) -> dict[int, bytes]:
    """What the reference does: decode all, count, hash every so many."""
    with av.open(io.BytesIO(data)) as container:
        decoded = enumerate(container.decode(video=0))
        return {n: hashed(luma_of(f)).bits for n, f in decoded if n % every == 0}


CONTAINERS = [
    # form, codec, pixels, container said, codec said
    ("mp4", "mpeg4", "yuv420p", "mp4", "mpeg4"),
    ("mp4", "libx264", "yuv420p", "mp4", "h264"),
    ("mp4", "libx265", "yuv420p10le", "mp4", "hevc"),
    ("mov", "mjpeg", "yuvj420p", "mov", "mjpeg"),
    ("3gp", "h263", "yuv420p", "3gp", "h263"),
    ("avi", "mpeg4", "yuv420p", "avi", "mpeg4"),
    ("avi", "libx264", "yuv420p", "avi", "h264"),
    ("avi", "mjpeg", "yuvj420p", "avi", "mjpeg"),
    ("avi", "rawvideo", "bgr24", "avi", "rawvideo"),
    ("matroska", "libx264", "yuv420p", "matroska", "h264"),
    ("matroska", "ffv1", "yuv420p", "matroska", "ffv1"),
    ("webm", "libvpx", "yuv420p", "webm", "vp8"),
    ("webm", "libvpx-vp9", "yuv420p", "webm", "vp9"),
    ("flv", "flv", "yuv420p", "flv", "flv1"),
    ("asf", "wmv2", "yuv420p", "asf", "wmv2"),
    ("mpeg", "mpeg1video", "yuv420p", "mpeg", "mpeg1video"),
    ("vob", "mpeg2video", "yuv420p", "mpeg", "mpeg2video"),
    ("mpegts", "libx264", "yuv420p", "mpegts", "h264"),
    ("mjpeg", "mjpeg", "yuvj420p", "mjpeg", "mjpeg"),
]


@pytest.mark.parametrize(("form", "codec", "pix_fmt", "container", "said"), CONTAINERS)
def test_every_container(form: str, codec: str, pix_fmt: str, container: str, said: str) -> None:
    rate = 25 if codec.startswith("mpeg") else RATE
    fast = {"preset": "ultrafast"} if codec.startswith("libx") else {}
    quiet = {"x265-params": "log-level=none"} if codec == "libx265" else {}
    data = clip(scenes(2, 30), form, codec, pix_fmt=pix_fmt, rate=rate, **fast, **quiet)
    finding = watched(data)
    facts = finding.facts
    assert finding.state is FindingState.OK, finding.reason
    assert facts is not None
    assert (facts.container, facts.codec) == (container, said)
    assert (facts.width, facts.height, facts.frame_count) == (WIDTH, HEIGHT, 60)
    if form != "mjpeg":  # a bare stream of pictures has no clock of its own
        assert facts.duration_ms == pytest.approx(60_000 / rate, abs=1500 / rate)
        every = rate
        seconds = of_role(finding, FrameRole.SECOND)
        assert {f.number: f.fingerprint.bits for f in seconds} == in_full(data, every)
    assert len(of_role(finding, FrameRole.SCENE)) == 2
    assert finding.thumbnail is not None
    assert finding.fingerprint is None


@pytest.mark.parametrize("form", ["mp4", "matroska"])
@pytest.mark.parametrize(
    "params", ["open-gop=1:keyint=7:bframes=4", "keyint=250:bframes=3", "keyint=13:bframes=0"]
)
def test_sampled_frames_are_exactly_those_of_a_full_decode(form: str, params: str) -> None:
    options = {"preset": "veryfast", "x264-params": f"{params}:log-level=-1"}
    data = clip(scenes(4, 25), form, "libx264", **options)
    seconds = of_role(watched(data), FrameRole.SECOND)
    assert {f.number: f.fingerprint.bits for f in seconds} == in_full(data, RATE)
    assert [f.at_ms for f in seconds] == [100 * f.number for f in seconds]


def test_fewer_frames_are_decoded_than_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded = []
    original = video_decoding.Decoding._decoded

    def counting(self: video_decoding.Decoding, packet: object, skip: str) -> object:
        frames = original(self, packet, skip)  # type: ignore[arg-type]
        decoded.extend(frames)
        return frames

    monkeypatch.setattr(video_decoding.Decoding, "_decoded", counting)
    watched(clip(scenes(2, 50), "avi", "mjpeg", pix_fmt="yuvj420p"))
    assert 10 <= len(decoded) <= 21  # ten seconds, and candidates half a second apart


def test_three_scenes_give_three_frames_and_a_scene_that_returns_gives_none() -> None:
    shots = itertools.chain(scenes(3, 25), scene(0, 25))
    frames = of_role(watched(clip(shots)), FrameRole.SCENE)
    assert len(frames) == 3
    starts = [frame.at_ms for frame in frames]
    assert all(abs(at - due) <= 1000 for at, due in zip(starts, (0, 2500, 5000), strict=True))
    for frame in frames:
        assert frame.thumbnail is not None
        assert max(frame.thumbnail.width, frame.thumbnail.height) <= 256
        assert frame.thumbnail.data.startswith(b"\xff\xd8")


def test_a_still_scene_is_one_frame() -> None:
    one = next(iter(scene(1, 2)))
    assert len(of_role(watched(clip([one] * 100)), FrameRole.SCENE)) == 1


def test_no_more_scenes_than_allowed() -> None:
    limits = PassLimits(scene_frames=2)
    frames = of_role(watched(clip(scenes(4, 20)), limits), FrameRole.SCENE)
    assert len(frames) == 2
    assert frames[0].number == 0


def test_a_black_opening_is_neither_scene_nor_cover() -> None:
    finding = watched(clip(itertools.chain(black(30), scene(2, 20))))
    frames = of_role(finding, FrameRole.SCENE)
    assert [frame.at_ms >= 2000 for frame in frames] == [True]
    assert finding.thumbnail == frames[0].thumbnail


def test_an_all_black_video_still_has_its_one_frame() -> None:
    finding = watched(clip(black(25)))
    assert len(of_role(finding, FrameRole.SCENE)) == 1
    assert of_role(finding, FrameRole.SCENE)[0].fingerprint.quality == 0


def test_one_frame() -> None:
    finding = watched(clip(scene(3, 1)))
    assert finding.state is FindingState.OK
    assert [frame.number for frame in finding.frames] == [0, 0]
    assert finding.facts is not None
    assert finding.facts.frame_count == 1


def test_a_video_held_upright() -> None:
    plain = clip(scene(0, 12))
    lying, standing = watched(plain), watched(turned(plain))
    assert standing.facts is not None
    assert lying.facts is not None
    assert (standing.facts.width, standing.facts.height) == (HEIGHT, WIDTH)
    assert standing.extra["rotation"] == 270
    # As the reference does: frames by the second are hashed as stored.
    assert of_role(standing, FrameRole.SECOND) == of_role(lying, FrameRole.SECOND)
    assert lying.thumbnail is not None
    assert standing.thumbnail is not None
    before = cv2.imdecode(np.frombuffer(lying.thumbnail.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    after = cv2.imdecode(np.frombuffer(standing.thumbnail.data, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert before is not None
    assert after is not None
    right = cv2.rotate(before, cv2.ROTATE_90_CLOCKWISE)
    assert np.abs(right.astype(int) - after.astype(int)).mean() < 4
    upright = of_role(standing, FrameRole.SCENE)[0].fingerprint
    with av.open(io.BytesIO(plain)) as container:
        luma = luma_of(next(container.decode(video=0)))
    assert bits_apart(upright, hashed(np.ascontiguousarray(np.rot90(luma, 3)))) == 0


def test_tags() -> None:
    tags = {
        "com.apple.quicktime.creationdate": "2024-07-05T14:03:21+0200",
        "com.apple.quicktime.location.ISO6709": "+52.5200+013.4050+034.0/",
        "com.apple.quicktime.make": "Apple",
        "com.apple.quicktime.model": "iPhone 12",
        "com.apple.quicktime.software": "17.5",
        "creation_time": "2024-07-05T12:03:21.000000Z",
        "comment": "hello\nthere",
    }
    data = clip(scene(0, 11), tags=tags, sound=True, muxing={"movflags": "use_metadata_tags"})
    finding = watched(data)
    facts = finding.facts
    assert facts is not None
    assert facts.taken_at_us == 1_720_188_201_000_000
    assert facts.taken_offset_min == 120
    assert (facts.latitude, facts.longitude, facts.altitude) == (52.52, 13.405, 34.0)
    assert (facts.camera_make, facts.camera_model) == ("Apple", "iPhone 12")
    assert facts.software == "17.5"
    assert finding.extra["audio_codec"] == "aac"
    assert finding.extra["tag.comment"] == "hello there"


def test_sound_alone_says_what_it_is() -> None:
    finding = watched(sound_only())
    assert finding.facts is not None
    assert (finding.facts.codec, finding.facts.container) == ("aac", "mp4")
    assert finding.facts.duration_ms == pytest.approx(1000, abs=60)
    assert finding.frames == ()
    assert finding.extra["pictures"] == "none, only sound"


def test_the_same_bytes_give_the_same_finding() -> None:
    data = clip(scenes(3, 15), "mpegts", "libx264", preset="ultrafast")
    assert watched(data) == watched(data)


# Hostile and broken.


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


# Real material.


def _references(shared_data: Path) -> list[Path]:
    return sorted((shared_data / "videos" / "vpdq").glob("*.txt"))


def test_second_fingerprints_against_the_reference(shared_data: Path) -> None:
    for reference in _references(shared_data):
        lines = [line.split(",") for line in reference.read_text().split()]
        video = reference.parents[1] / f"{reference.stem}.mp4"
        seconds = of_role(watched(video.read_bytes()), FrameRole.SECOND)
        expected = [line for line in lines if int(line[0]) % 30 == 0]
        apart = []
        for frame, (number, quality, bits, second) in zip(seconds, expected, strict=True):
            assert frame.number == int(number)
            assert abs(frame.at_ms - 1000 * float(second)) <= 1
            assert abs(frame.fingerprint.quality - int(quality)) <= 1
            theirs = frame.fingerprint._replace(bits=bytes.fromhex(bits))
            apart.append(bits_apart(frame.fingerprint, theirs))
        assert max(apart) <= 10
        assert sum(apart) / len(apart) <= 2


def test_families_lie_close(shared_data: Path) -> None:
    prints = {
        path.stem: [
            frame.fingerprint for frame in of_role(watched(path.read_bytes()), FrameRole.SECOND)
        ]
        for path in sorted((shared_data / "videos").glob("*.mp4"))
    }

    def nearness(one: str, other: str) -> float:
        return sum(min(bits_apart(a, b) for b in prints[other]) for a in prints[one]) / len(
            prints[one]
        )

    for one, other in itertools.combinations(prints, 2):
        same = one.split("-")[0] == other.split("-")[0]
        assert (nearness(one, other) < 100) is same, (one, other, nearness(one, other))


def test_avi_of_old_codecs(shared_data: Path) -> None:
    tree = watched((shared_data / "videos" / "tree.avi").read_bytes())
    walkers = watched((shared_data / "videos" / "vtest.avi").read_bytes())
    assert tree.facts is not None
    assert walkers.facts is not None
    assert (tree.facts.codec, tree.facts.width) == ("cinepak", 320)
    assert (walkers.facts.codec, walkers.facts.duration_ms) == ("msmpeg4v3", 79_500)
    assert len(of_role(walkers, FrameRole.SECOND)) == 80
    assert len(of_role(walkers, FrameRole.SCENE)) == 1  # one street, one fixed camera
