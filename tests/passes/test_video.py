"""The video pass on clips of every container, honest and hostile."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from watching import of_role, watched

from clips import HEIGHT, RATE, WIDTH, black, clip, scene, scenes, sound_only, turned
from trawl.model.media import FindingState, FrameRole
from trawl.passes import video_decoding
from trawl.passes.base import PassLimits
from trawl.passes.scenes import bits_apart
from trawl.passes.video_frames import hashed, luma_of


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
    fast |= {"deadline": "realtime", "cpu-used": "8"} if codec.startswith("libvpx") else {}
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
