"""Clips in videos: invented frames, generated clips, real families."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from reels_made import WIDTH, Picture, coded, film, noisy, reel, reel_of, shots

from trawl.errors import Stopped
from trawl.matching.clips.reels import Reel
from trawl.matching.clips.search import ClipHit, clips_among, clips_between, is_same
from trawl.model.matching import NEAR, Span, Turn

ONE, OTHER = shots(1, 60), shots(2, 60)


def only(hits: list[ClipHit]) -> ClipHit:
    assert len(hits) == 1, hits
    return hits[0]


def test_a_clip_in_a_longer_video_says_which_seconds() -> None:
    clip = reel(7, noisy(ONE[20:32], 20))
    hit = only(clips_between([clip], [reel(1, ONE), reel(2, OTHER)]))
    assert (hit.query_id, hit.found_id) == (7, 1)
    assert (hit.query, hit.found) == (Span(0, 12_000), Span(20_000, 32_000))
    assert (hit.share, hit.frames, hit.distance, hit.turn) == (1.0, 12, 20, Turn.NONE)
    assert not hit.faint
    assert not is_same(hit)


def test_copies_are_the_same_and_a_clip_is_not() -> None:
    copy = noisy(ONE, 15)
    assert is_same(only(clips_among([reel(1, ONE), reel(2, copy)])))
    assert is_same(only(clips_among([reel(1, ONE), reel(2, copy[5:55])])))
    assert not is_same(only(clips_among([reel(1, ONE), reel(2, copy[:45])])))
    longer = np.concatenate([copy, shots(3, 30)])
    assert not is_same(only(clips_among([reel(1, ONE), reel(2, longer)])))


def test_what_may_hide_in_plain_frames_is_not_the_same() -> None:
    partly = reel(2, ONE)
    partly.quality[30:] = 20
    hit = only(clips_among([reel(1, ONE), partly]))
    assert hit.frames == 30
    assert not is_same(hit)


@pytest.mark.parametrize("speed", [0.96, 1.0417, 1.02])
def test_a_copy_that_runs_at_another_speed(speed: float) -> None:
    slow = np.repeat(shots(4, 150), 2, axis=0)  # each picture lasts two seconds
    at = np.minimum((np.arange(240) * speed).astype(int), len(slow) - 1)
    hit = clips_between([reel(7, slow[at])], [reel(1, slow)])[0]
    assert hit.share > 0.9
    assert hit.found.to_ms == pytest.approx(240_000 * speed, abs=4000)


def test_a_few_frames_in_common_are_no_run() -> None:
    mixed = shots(5, 40)
    mixed[[3, 30]] = ONE[[3, 50]]
    assert clips_between([reel(7, mixed)], [reel(1, ONE)]) == []
    mixed[4:6] = ONE[4:6]
    assert only(clips_between([reel(7, mixed)], [reel(1, ONE)])).query == Span(3000, 6000)


def test_a_short_clip_needs_four_fifths_of_itself() -> None:
    assert only(clips_between([reel(7, ONE[40:42])], [reel(1, ONE)])).found == Span(40_000, 42_000)
    half = np.concatenate([ONE[40:41], shots(6, 1)])
    assert clips_between([reel(7, half)], [reel(1, ONE)]) == []


def test_a_picture_that_stands_still_lies_where_it_begins() -> None:
    still = np.repeat(ONE[:1], 40, axis=0)
    hit = only(clips_among([reel(1, still), reel(2, noisy(still, 3)[:30])]))
    assert hit.query.from_ms == hit.found.from_ms == 0
    opening = np.concatenate([still[:20], OTHER[:20]])
    hit = only(clips_between([reel(7, opening[10:])], [reel(1, opening)]))
    assert (hit.query, hit.found) == (Span(0, 30_000), Span(10_000, 40_000))


def test_two_excerpts_are_two_runs() -> None:
    made_of = np.concatenate([ONE[40:50], OTHER[:10], ONE[10:18]])
    hits = clips_between([reel(7, made_of)], [reel(1, ONE)])
    assert {(hit.query, hit.found) for hit in hits} == {
        (Span(0, 10_000), Span(40_000, 50_000)),
        (Span(20_000, 28_000), Span(10_000, 18_000)),
    }


def test_all_near_none_within_the_threshold_is_faint() -> None:
    far = noisy(ONE, 60)
    far[7] = noisy(ONE[7:8], 40)[0]
    hit = only(clips_between([reel(7, far)], [reel(1, ONE)]))
    assert hit.faint
    assert hit.distance > NEAR
    assert hit.frames == 0
    assert not is_same(hit)
    # One standing camera: as near at any other moment, so nothing is said.
    room = noisy(np.repeat(ONE[:1], 40, axis=0), 22, seed=3)
    day, night = noisy(room, 12, seed=4), noisy(room, 12, seed=5)
    assert all(not hit.faint for hit in clips_between([reel(7, day)], [reel(1, night)]))


def test_plain_frames_are_never_used() -> None:
    assert clips_between([reel(7, ONE, quality=49)], [reel(1, ONE)]) == []


def test_among_is_between_each_and_those_before() -> None:
    reels = [reel(1, ONE), reel(2, noisy(ONE, 9)[10:50]), reel(3, OTHER), reel(4, OTHER[5:25])]
    each = [hit for at, one in enumerate(reels) for hit in clips_between([one], reels[:at])]
    assert clips_among(reels) == sorted(each)
    assert {(hit.query_id, hit.found_id) for hit in each} == {(2, 1), (4, 3)}


def test_nothing_to_look_for() -> None:
    assert clips_between([], [reel(1, ONE)]) == clips_between([reel(1, ONE)], []) == []
    assert clips_among([reel(1, ONE[:0])]) == []


@pytest.mark.parametrize("after", [0, 1, 2])  # before, after looking up, between pairs
def test_looking_stops_when_told_to(after: int) -> None:
    reels = [reel(1, ONE), reel(2, noisy(ONE, 9)), reel(3, noisy(ONE, 8))]
    among, between = itertools.count(), itertools.count()
    with pytest.raises(Stopped):
        clips_among(reels, stop=lambda: next(among) >= after)
    with pytest.raises(Stopped):
        clips_between(reels[:1], reels[1:], stop=lambda: next(between) >= after)
    assert len(clips_among(reels, stop=lambda: False)) == 3


# Clips through the video pass.


@pytest.fixture(scope="module")
def generated() -> dict[str, Reel]:
    """A film of ten shots, edited in many ways, and another film."""
    whole = film(*range(10))

    def logo(picture: Picture) -> Picture:
        drawn = cv2.circle(picture.copy(), (WIDTH - 20, 20), 10, (255, 255, 0), -1)
        return np.asarray(cv2.addWeighted(picture, 0.5, drawn, 0.5, 0), np.uint8)

    def small(picture: Picture) -> Picture:
        return np.asarray(cv2.resize(picture, (160, 120), interpolation=cv2.INTER_AREA), np.uint8)

    edits = {
        "film": coded(whole),
        "cut": coded(whole[60:160]),
        "small": coded(map(small, whole)),
        "logo": coded(map(logo, whole)),
        "bars": coded(np.pad(picture, ((40, 40), (0, 0), (0, 0))) for picture in whole),
        "mirrored": coded(np.ascontiguousarray(picture[:, ::-1]) for picture in whole),
        "coarse": coded(whole, crf=36),
        "other": coded(film(*range(30, 38))),
    }
    return {name: reel_of(at, data) for at, (name, data) in enumerate(edits.items())}


@pytest.mark.parametrize("name", ["small", "logo", "coarse", "bars", "mirrored", "cut"])
def test_an_edited_film_is_found(generated: dict[str, Reel], name: str) -> None:
    bank = [generated["film"], generated["other"]]
    hit = only(clips_between([generated[name]], bank))
    assert hit.found_id == generated["film"].media_id
    assert hit.turn is (Turn.FLIPPED_X if name == "mirrored" else Turn.NONE)
    assert hit.share >= 0.8
    assert is_same(hit) is (name != "cut")
    if name == "cut":
        assert hit.found == Span(6000, 16_000)


def test_another_film_stays_apart(generated: dict[str, Reel]) -> None:
    others = [one for name, one in generated.items() if name != "other"]
    assert clips_between([generated["other"]], others) == []


# Real material.


@pytest.mark.slow
def test_families_hold_together_and_apart(real: dict[str, Reel]) -> None:
    names = list(real)
    pairs = {(names[hit.found_id], names[hit.query_id]) for hit in clips_among(list(real.values()))}
    for one, other in itertools.combinations(names, 2):
        assert ((one, other) in pairs) is (one.split("-")[0] == other.split("-")[0]), (one, other)


def test_ten_seconds_of_a_family_are_found(real: dict[str, Reel]) -> None:
    for name, one in real.items():
        part = one.at_ms < 10_000
        cut = Reel(99, one.at_ms[part], one.bits[part], one.quality[part], one.role[part])
        found = {hit.found_id for hit in clips_between([cut], list(real.values()))}
        family = {other.media_id for key, other in real.items() if key[:4] == name[:4]}
        assert one.media_id in found
        assert found <= family
