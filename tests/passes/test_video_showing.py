"""Frames of videos at a moment, and stretches of them encoded anew."""

from __future__ import annotations

import io
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import pytest
from tests.passes.clips import RATE, clip, scenes, sound_only, turned

from trawl.errors import PassFailed
from trawl.model.looking import Clarity
from trawl.passes.base import Content, PassLimits, content_of
from trawl.passes.clarity import FAINT_SIDE
from trawl.passes.video_faint import Faint, encode_faint
from trawl.passes.video_segment import Stretch, segment_to_show
from trawl.passes.video_showing import frame_to_show

FRAMES = 60


def counting(frames: int = FRAMES) -> Iterator[npt.NDArray[np.uint8]]:
    """Frames that say their number: bars of black and white, one a bit."""
    for number in range(frames):
        picture = np.full((96, 128, 3), 128, np.uint8)
        for bit in range(8):
            picture[:, bit * 16 : bit * 16 + 16] = 235 if number >> bit & 1 else 20
        yield picture


def number_in(pixels: npt.NDArray[np.uint8]) -> int:
    grey = pixels if pixels.ndim == 2 else pixels.mean(axis=2)
    middles = [int((bit + 0.5) * grey.shape[1] / 8) for bit in range(8)]
    row = grey[grey.shape[0] // 2]
    return sum(int(row[at] > 128) << bit for bit, at in enumerate(middles))


def numbers_in(data: bytes) -> list[int]:
    with av.open(io.BytesIO(data)) as container:
        return [number_in(f.to_ndarray(format="gray")) for f in container.decode(video=0)]


# B-frames, groups longer than the clip, containers whose index is coarse or missing.
CLIPS = {
    "mp4": clip(counting(), codec="libx264", g="250", bf="3"),
    "short groups": clip(counting(), codec="libx264", g="7"),
    "mpeg4": clip(counting(), g="12"),
    "mkv": clip(counting(), "matroska", "libvpx"),
    "avi": clip(counting(), "avi", "mpeg4", g="12"),
    "ts": clip(counting(), "mpegts", "mpeg2video", rate=25),
    "bare": clip(counting(), "h264", "libx264", rate=25, bf="0"),
    "flv": clip(counting(), "flv", "flv"),
    "gif": clip(counting(), "gif", "gif", pix_fmt="gray"),
    "wmv": clip(counting(), "asf", "wmv2"),
}
RATES = {"ts": 25, "bare": 25}


@pytest.mark.parametrize("name", CLIPS)
@pytest.mark.parametrize("clarity", [Clarity.CLEAR, Clarity.GREY])
def test_the_frame_of_a_moment_is_the_one_a_player_shows(name: str, clarity: Clarity) -> None:
    content, rate = content_of(CLIPS[name]), RATES.get(name, RATE)
    for at_ms in (0, 1, 1000, 1234, 1999, 2340):
        still = frame_to_show(content, at_ms, clarity, 512)
        assert number_in(still.pixels) == at_ms * rate // 1000
        assert still.at_ms <= at_ms < still.at_ms + 1000 // rate + 1
        assert still.pixels.shape[:2] == (still.height, still.width) == (96, 128)
    assert number_in(frame_to_show(content, 10**9, clarity, 512).pixels) == FRAMES - 1


def test_a_program_stream_entered_in_its_middle_is_one_frame_off_at_most() -> None:
    """Few of its packets bear times, and libav guesses those of the others."""
    content = content_of(clip(counting(), "mpeg", "mpeg2video", rate=25))
    for at_ms in (0, 500, 1000, 1999, 2340):
        found = number_in(frame_to_show(content, at_ms, Clarity.GREY, 512).pixels)
        assert abs(found - at_ms * 25 // 1000) <= 1


def test_a_turned_video_stands_upright() -> None:
    data = turned(clip(scenes(1, 5), codec="libx264"))
    assert frame_to_show(content_of(data), 0, Clarity.CLEAR, 512).pixels.shape == (176, 144, 3)
    made = segment_to_show(content_of(data), 0, 500, Clarity.CLEAR, 640, sound=False)
    assert (made.height, made.width) == (176, 144)


def test_a_blurred_frame_is_a_few_grey_pixels() -> None:
    still = frame_to_show(content_of(clip(scenes(1, 5))), 0, Clarity.BLURRED, 512)
    assert still.pixels.ndim == 2
    assert max(still.pixels.shape) <= min(FAINT_SIDE, 176 // 8)
    assert (still.height, still.width) == (144, 176)


@dataclass(frozen=True)
class Made(Stretch):
    """A stretch, encoded."""

    data: bytes = b""


def segment(data: bytes | Content, first: int, last: int, **how: Any) -> Made:
    content = data if isinstance(data, Content) else content_of(data)
    wanted = {"clarity": Clarity.CLEAR, "longest": 640, "sound": False} | how
    found = segment_to_show(content, first, last, **wanted)
    made = found.made
    if isinstance(made, Faint):
        assert max(made.rows, made.columns) <= FAINT_SIDE
        assert len(made.pixels) == len(made.times) * made.rows * made.columns
        made = encode_faint(made, found.height, found.width, sound=found.sound)
    return Made(**{one: getattr(found, one) for one in Stretch.__slots__}, data=made)


@pytest.mark.parametrize("name", CLIPS)
def test_segments_follow_one_another_without_gap_or_overlap(name: str) -> None:
    seen: list[int] = []
    at_ms, ends = 0, False
    for _ in range(20):
        made = segment(CLIPS[name], at_ms, at_ms + 1300)
        assert made.from_ms == at_ms
        seen += numbers_in(made.data)
        at_ms, ends = made.to_ms, made.ends
        if ends:
            break
    assert ends
    assert seen == list(range(FRAMES))
    assert at_ms == pytest.approx(FRAMES * 1000 / RATES.get(name, RATE), abs=RATE * 10)


def test_a_segment_begins_with_the_frame_that_is_shown_then() -> None:
    made = segment(CLIPS["mp4"], 1250, 2000)
    assert (made.from_ms, made.to_ms, made.ends) == (1200, 2000, False)
    assert numbers_in(made.data) == list(range(12, 20))


def test_a_frame_that_stands_for_long_is_cut() -> None:
    data = clip(itertools.islice(counting(), 4), codec="libx264", rate=1)
    made = segment(data, 1700, 2200)
    assert (made.from_ms, made.to_ms, made.ends) == (1700, 2200, False)
    assert numbers_in(made.data) == [1, 2]
    made = segment(data, 1000, 1800)
    assert (made.from_ms, made.to_ms, made.ends) == (1000, 2000, False)
    made = segment(data, 600, 1400)
    assert (made.from_ms, made.to_ms, numbers_in(made.data)) == (600, 1400, [0, 1])
    made = segment(data, 3600, 9000)
    assert (made.from_ms, made.to_ms, made.ends) == (3000, 4000, True)


def test_a_segment_is_never_longer_than_it_may_be() -> None:
    made = segment(clip(counting(250)), 1000, 10**9)
    assert (made.from_ms, made.to_ms) == (1000, 21_000)
    assert len(numbers_in(made.data)) == 200


def test_a_segment_is_bounded_in_size_and_rate() -> None:
    data = clip(scenes(1, 30), codec="libx264", rate=60)
    made = segment(data, 0, 500, longest=100)
    assert max(made.height, made.width) == 100
    assert len(numbers_in(made.data)) == 15


def test_sound_is_off_until_it_is_asked_for() -> None:
    data = clip(scenes(2, 8), codec="libx264", sound=True)
    for sound, clarity in itertools.product((False, True), Clarity):
        made = segment(data, 0, 900, sound=sound, clarity=clarity)
        assert made.sound is sound
        with av.open(io.BytesIO(made.data)) as container:
            assert len(container.streams.audio) == int(sound)
            assert container.streams.video[0].codec_context.name == "h264"
            if sound:
                heard = np.concatenate([f.to_ndarray() for f in container.decode(audio=0)], axis=1)
                assert 0.8 < heard.shape[1] / 48_000 < 1.1
                assert float(np.abs(heard).max()) > 0.1
    assert segment(CLIPS["mp4"], 0, 900, sound=True).sound is False


def edges_of(data: bytes) -> float:
    """The sharpest edge in a video, in levels from one pixel to the next."""
    with av.open(io.BytesIO(data)) as container:
        frames = [f.to_ndarray(format="gray").astype(float) for f in container.decode(video=0)]
    return float(np.abs(np.diff(np.stack(frames), axis=2)).max())


def test_a_blurred_segment_holds_no_detail_and_no_colour() -> None:
    rough = np.random.default_rng(1).integers(0, 256, (5, 144, 176, 3), dtype=np.uint8)
    data = clip(rough, codec="libx264", crf="5")
    assert edges_of(data) > 100
    made = segment(data, 0, 400, clarity=Clarity.BLURRED)
    assert edges_of(made.data) < 15
    with av.open(io.BytesIO(made.data)) as container:
        for frame in container.decode(video=0):
            _, u, v = (np.asarray(p, np.uint8) for p in np.split(frame.to_ndarray(), [144, 180]))
            assert int(np.abs(u.astype(int) - 128).max()) <= 2
            assert int(np.abs(v.astype(int) - 128).max()) <= 2


def test_nothing_but_pictures_goes_along() -> None:
    data = clip(counting(10), tags={"title": "a name that must not", "comment": "go along"})
    made = segment(data, 0, 900)
    assert b"a name" not in made.data
    assert b"go along" not in made.data


def test_the_index_stands_at_the_beginning() -> None:
    data = segment(CLIPS["mp4"], 0, 2000).data
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"only words",
        sound_only(),
        CLIPS["mp4"][:300],
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
    ],
    ids=["empty", "words", "sound", "cut", "playlist"],
)
def test_what_holds_no_pictures_says_so(data: bytes) -> None:
    for show in (
        lambda: frame_to_show(content_of(data), 0, Clarity.GREY, 100),
        lambda: segment(data, 0, 100),
    ):
        with pytest.raises(PassFailed, match=r"pictures|cannot be opened"):
            show()


@pytest.mark.parametrize("at", range(0, len(CLIPS["short groups"]), 997))
def test_a_damaged_video_is_shown_or_refused(at: int) -> None:
    data = bytearray(CLIPS["short groups"])
    data[at : at + 40] = bytes(40)
    try:
        made = segment(bytes(data), 0, 3000)
    except PassFailed:
        return
    assert len(numbers_in(made.data)) >= 1


class Endless(io.RawIOBase):
    """A stream of pictures that goes on for ever."""

    def __init__(self, data: bytes) -> None:
        self._pieces = itertools.cycle([data])
        self._left, self._at = b"", 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset if whence == 0 else self._at
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, size: int = -1) -> bytes:
        while len(self._left) < size:
            self._left += next(self._pieces)
        found, self._left = self._left[:size], self._left[size:]
        self._at += size
        return found


def test_a_stream_without_end_comes_to_one() -> None:
    def opener() -> Any:
        return Endless(CLIPS["bare"])

    limits = PassLimits(video_seconds=0.4)
    content = Content(name="", size=1 << 40, head=b"", opener=opener, limits=limits)
    began = time.monotonic()
    still = frame_to_show(content, 10**8, Clarity.GREY, 100)
    made = segment(content, 10**8, 10**8 + 1000)
    assert time.monotonic() - began < 8
    assert still.at_ms < 10**8
    assert made.ends is False
    assert made.to_ms <= 10**8


def test_a_frame_over_the_limit_of_pixels_is_not_decoded() -> None:
    content = content_of(CLIPS["mp4"], limits=PassLimits(pixels=1000))
    with pytest.raises(PassFailed, match="more than the limit of 1,000"):
        frame_to_show(content, 0, Clarity.GREY, 100)


@pytest.mark.slow
def test_real_videos_are_shown(shared_data: Path) -> None:
    videos = sorted(p for p in (shared_data / "videos").iterdir() if p.suffix in (".mp4", ".avi"))
    assert len(videos) >= 8
    for path in videos:
        content = content_of(path.read_bytes())
        still = frame_to_show(content, 2000, Clarity.CLEAR, 256)
        assert max(still.pixels.shape) == 256
        made = segment(content, 1000, 3000, sound=True)
        assert made.from_ms <= 1000
        assert 2900 <= made.to_ms <= 3400
        assert numbers_in(made.data)
