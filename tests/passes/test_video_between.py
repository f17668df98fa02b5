"""Frames between those by the second."""

from __future__ import annotations

import itertools

import av
import cv2
import numpy as np
import pytest
from watching import of_role, watched

from clips import RATE, clip
from trawl.model.media import FindingState, Fingerprint, Frame, FrameRole
from trawl.passes import video_between
from trawl.passes.scenes import bits_apart
from trawl.passes.video_between import MOVED
from trawl.passes.video_frames import hashed, hashed_in_small, luma_of

WIDTH, HEIGHT = 240, 176


def swept(frames: int, pixels: int) -> list[np.ndarray]:
    """A landscape panned by so many pixels a frame."""
    rng = np.random.default_rng(3)
    wide = WIDTH + pixels * frames
    grey = np.full((HEIGHT, wide), 120, np.float32)
    for cells in (3, 6, 12, 24):
        octave = rng.normal(0, 70 / np.sqrt(cells), (cells, cells * wide // HEIGHT))
        grey += cv2.resize(octave.astype(np.float32), (wide, HEIGHT))
    whole = np.clip(grey, 0, 255).astype(np.uint8)
    starts = range(0, pixels * frames, pixels) if pixels else [0] * frames
    return [np.repeat(whole[:, at : at + WIDTH, None], 3, axis=2) for at in starts]


def between(pictures: list[np.ndarray]) -> list[Frame]:
    return of_role(watched(clip(pictures)), FrameRole.BETWEEN)


def test_what_moves_has_more_frames_and_those_by_the_second_stay() -> None:
    pictures = swept(50, 4)
    finding = watched(clip(pictures))
    more, seconds = of_role(finding, FrameRole.BETWEEN), of_role(finding, FrameRole.SECOND)
    assert finding.state is FindingState.OK
    assert [frame.number for frame in seconds] == [0, 10, 20, 30, 40]
    assert 15 <= len(more) <= 20  # every other frame of ten a second, but those by the second
    assert [frame.at_ms for frame in more] == [100 * frame.number for frame in more]
    assert all(frame.number % RATE and frame.thumbnail is None for frame in more)
    for frame in more:  # what is hashed in small is what the picture is
        whole = hashed(np.ascontiguousarray(pictures[frame.number][:, :, 0]))
        assert bits_apart(whole, frame.fingerprint) <= 20


def test_each_is_unlike_the_one_kept_before() -> None:
    finding = watched(clip(swept(50, 1)))
    kept = [
        frame for role in (FrameRole.SECOND, FrameRole.BETWEEN) for frame in of_role(finding, role)
    ]
    kept.sort(key=lambda frame: frame.number)
    for one, other in itertools.pairwise(kept):
        if other.role is FrameRole.BETWEEN:
            assert bits_apart(one.fingerprint, other.fingerprint) > MOVED


def test_a_picture_that_stands_still_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Fingerprint] = []

    def counting(frame: av.VideoFrame) -> Fingerprint:
        looked.append(hashed_in_small(frame))
        return looked[-1]

    monkeypatch.setattr(video_between, "hashed_in_small", counting)
    assert between(swept(100, 0)) == []
    assert len(looked) <= 4  # in the first second, where nothing is known yet


def test_it_is_seen_when_a_still_picture_begins_to_move() -> None:
    more = between([*swept(50, 0), *swept(50, 4)])
    assert len(more) >= 10
    assert all(frame.number > 45 for frame in more)


def test_when_there_are_too_many_every_other_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video_between, "MOST", 30)
    more = between(swept(120, 4))
    assert 15 <= len(more) <= 30
    assert more[0].at_ms < 3000
    assert more[-1].at_ms > 9000


def test_of_a_film_without_times() -> None:
    finding = watched(clip(swept(50, 4), "avi", "mpeg4"))
    assert len(of_role(finding, FrameRole.BETWEEN)) >= 15


def test_the_same_bytes_give_the_same_frames() -> None:
    data = clip(swept(60, 3), "mp4", "libx264", preset="veryfast")
    assert watched(data).frames == watched(data).frames


@pytest.mark.parametrize("size", [(320, 240), (960, 720), (1921, 1083)])
@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuvj420p", "rgb24", "gray"])
def test_in_small_a_frame_hashes_as_it_does_whole(size: tuple[int, int], pix_fmt: str) -> None:
    (grey,) = swept(1, 0)
    picture = cv2.resize(grey, size, interpolation=cv2.INTER_CUBIC)
    frame = av.VideoFrame.from_ndarray(np.asarray(picture, np.uint8), "rgb24")
    frame = frame.reformat(format=pix_fmt)
    whole, small = hashed(luma_of(frame)), hashed_in_small(frame)
    assert bits_apart(whole, small) <= 6
    assert abs(whole.quality - small.quality) <= 2


@pytest.mark.parametrize("size", [(2, 2), (4, 300), (8, 8)])
def test_the_smallest_frames(size: tuple[int, int]) -> None:
    frame = av.VideoFrame.from_ndarray(np.zeros((size[1], size[0], 3), np.uint8), "rgb24")
    assert hashed_in_small(frame).quality == 0
