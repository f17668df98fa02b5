"""Reels from columns, tracks from reels."""

from __future__ import annotations

import numpy as np
import pytest
from reels_made import shots

from trawl.matching.clips.reels import BETWEEN, INSIDE, SCENE, SECOND, Reel, reels_of, tracks_of
from trawl.model.media import FrameRole

BITS = shots(1, 6)


def test_roles_are_numbered_as_in_the_model() -> None:
    assert [list(FrameRole)[at] for at in (SCENE, SECOND, INSIDE, BETWEEN)] == [
        FrameRole.SCENE,
        FrameRole.SECOND,
        FrameRole.INSIDE,
        FrameRole.BETWEEN,
    ]


def test_columns_of_many_videos() -> None:
    media = np.array([9, 4, 9, 4, 9, 4])
    at_ms = np.array([0, 1, 2, 3, 4, 5])
    role = np.full(6, SECOND, np.uint8)
    one, other = reels_of(media, at_ms, BITS, np.full(6, 80, np.uint8), role)
    assert (one.media_id, one.at_ms.tolist()) == (4, [1, 3, 5])
    assert (other.media_id, other.at_ms.tolist()) == (9, [0, 2, 4])
    assert np.array_equal(other.bits, BITS[::2])
    assert reels_of(media[:0], at_ms[:0], BITS[:0], role[:0], role[:0]) == []


def test_a_track_is_in_order_of_time_and_without_plain_frames() -> None:
    role = np.array([SECOND, SECOND, SECOND, INSIDE, SCENE, SECOND], np.uint8)
    at_ms = np.array([2000, 0, 1000, 0, 500, 2000])
    quality = np.array([90, 90, 10, 90, 90, 90], np.uint8)
    whole, inside = tracks_of([Reel(1, at_ms, BITS, quality, role)])
    assert (whole.at_ms.tolist(), whole.frames, whole.inside) == ([0, 2000], 3, False)
    assert np.array_equal(whole.bits, BITS[[1, 0]])
    assert (inside.at_ms.tolist(), inside.frames, inside.inside) == ([0], 1, True)


def test_frames_between_belong_to_the_second_before() -> None:
    role = np.array([SECOND, BETWEEN, BETWEEN, SECOND, BETWEEN, SECOND], np.uint8)
    at_ms = np.array([0, 200, 400, 1000, 1000, 2000])
    quality = np.array([10, 90, 90, 90, 90, 10], np.uint8)
    (track,) = tracks_of([Reel(1, at_ms, BITS, quality, role)])
    assert track.at_ms.tolist() == [200, 400, 1000]
    assert np.array_equal(track.bits, BITS[1:4])
    assert (track.starts.tolist(), track.seconds_ms.tolist()) == ([0, 2], [200, 1000])
    assert (track.frames, track.step_ms) == (3, 1000)


def test_scenes_stand_in_where_there_is_nothing_else() -> None:
    role = np.full(6, SCENE, np.uint8)
    (track,) = tracks_of([Reel(1, np.arange(6) * 700, BITS, np.full(6, 99, np.uint8), role)])
    assert len(track) == 6


def test_columns_that_differ_in_length() -> None:
    with pytest.raises(ValueError, match="differ"):
        Reel(1, np.arange(5), BITS, np.full(6, 9, np.uint8), np.full(6, SECOND, np.uint8))
