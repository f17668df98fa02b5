"""What looks like a picture."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from matching_lab import Lab, away, bits_of, picture, video
from tests.store.store_samples import digests

from trawl.errors import AccessRefused, MatchingError, NotFound, TooPlain
from trawl.matching.rejecting import reject
from trawl.matching.sight.turns import turned
from trawl.matching.similar import search
from trawl.matching.sought import (
    Region,
    cut,
    really_turned,
    sought_media,
    sought_picture,
)
from trawl.model.access import Officer, Role
from trawl.model.matching import Turn
from trawl.model.media import Fingerprint
from trawl.passes.pdq import fingerprint
from trawl.passes.thumbnail import thumbnail_of


def noise(seed: int, height: int = 300, width: int = 400) -> np.ndarray:
    """A picture with something in it at every scale, as photographs have: RGB."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 8):
        coarse = random.normal(0, 0.5**octave, (2**octave, 2**octave, 3)).astype(np.float32)
        total += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    total -= total.min()
    return np.asarray(255 * total / total.max(), np.uint8)


def grey(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def names(found: list) -> list[str]:
    return [one.path.removesuffix(".jpg") for one in found]


def test_near_ones_come_first_and_far_ones_not_at_all(lab_on_both: Lab) -> None:
    lab = lab_on_both
    a = bits_of(1)
    lab.take_in(
        far=picture("far", away(a, 61)),
        alike=picture("alike", away(a, 60)),
        near=picture("near", away(a, 31)),
        same=picture("same", a),
        plain=picture("plain", a, quality=20),
    )
    lab.match()
    sought = sought_picture(Fingerprint(a, 100), None)
    found = search(*lab.given, [lab.bench.case], sought)
    assert [(one.distance, one.same) for one in found] == [(0, True), (31, True), (60, False)]
    assert names(found) == ["same", "near", "alike"]
    assert names(search(*lab.given, [lab.bench.case], sought, most=1)) == ["same"]
    assert names(search(*lab.given, [lab.bench.case], sought, threshold=0)) == ["same"]


@pytest.mark.parametrize("turn", list(Turn))
def test_every_turn_is_told_as_what_makes_the_found_one(lab: Lab, turn: Turn) -> None:
    pixels = noise(3)
    there = fingerprint(grey(really_turned(pixels, turn)))
    lab.take_in(a=picture("a", there.bits))
    lab.match()
    sought = sought_picture(fingerprint(grey(pixels)), thumbnail_of(pixels))
    (found,) = search(*lab.given, [lab.bench.case], sought)
    assert found.turn is turn
    assert found.same


def test_hashes_turn_as_pictures_do() -> None:
    pixels = grey(noise(4, 512, 512))
    own = np.frombuffer(fingerprint(pixels).bits, np.uint8).reshape(1, 32)
    for turn in Turn:
        real = np.frombuffer(fingerprint(really_turned(pixels, turn)).bits, np.uint8)
        assert np.bitwise_count(turned(own, turn)[0] ^ real).sum() <= 31, turn


def test_a_frame_of_a_video_is_found_with_its_time(lab: Lab) -> None:
    lab.take_in(film=video("film", [bits_of(n) for n in range(20)]))
    lab.match()
    (found,) = search(
        *lab.given, [lab.bench.case], sought_picture(Fingerprint(away(bits_of(7), 5), 100), None)
    )
    assert (found.path, found.kind, found.at_ms, found.distance) == ("film.jpg", "video", 7000, 5)


def test_what_lies_inside_a_border_is_found(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1), inside=away(bits_of(2), 3)))
    lab.match()
    (found,) = search(
        *lab.given, [lab.bench.case], sought_picture(Fingerprint(bits_of(2), 100), None)
    )
    assert (found.distance, found.at_ms) == (3, None)


def test_what_is_turned_is_found_within_31_bits_alone(lab: Lab) -> None:
    a = np.frombuffer(bits_of(1), np.uint8).reshape(1, 32)
    mirrored = turned(a, Turn.FLIPPED_X)[0].tobytes()
    lab.take_in(near=picture("near", away(mirrored, 31)), far=picture("far", away(mirrored, 32)))
    lab.match()
    sought = sought_picture(Fingerprint(bits_of(1), 100), None)
    assert names(search(*lab.given, [lab.bench.case], sought)) == ["near"]


def test_a_picture_is_found_from_one_that_has_a_border(lab_on_both: Lab) -> None:
    """A screenshot is held by its outside and by what it shows, from either side."""
    lab, shows = lab_on_both, away(bits_of(2), 3)
    mirrored = turned(np.frombuffer(bits_of(2), np.uint8).reshape(1, 32), Turn.FLIPPED_X)[0]
    lab.take_in(
        bare=picture("bare", bits_of(2)),
        mirrored=picture("mirrored", mirrored.tobytes()),
        framed=picture("framed", bits_of(1), inside=shows),
        dim=picture("dim", bits_of(3), quality=20, inside=shows),
    )
    lab.match()
    for name in ("framed", "dim"):
        sought = sought_media(*lab.given, [lab.bench.case], digests(name).sha256)
        found = {
            one.path: (one.distance, one.turn)
            for one in search(*lab.given, [lab.bench.case], sought)
        }
        assert found["bare.jpg"] == (3, Turn.NONE), name
        assert found["mirrored.jpg"][1] is Turn.FLIPPED_X
        assert found["framed.jpg"][0] == found["dim.jpg"][0] == 0
    outside = sought_picture(Fingerprint(bits_of(4), 12), None, [Fingerprint(shows, 80)])
    assert "bare" in names(search(*lab.given, [lab.bench.case], outside))


def test_a_plain_picture_is_answered_in_words() -> None:
    with pytest.raises(TooPlain, match="too plain to be matched by sight: its quality is 12"):
        sought_picture(Fingerprint(bits_of(1), 12), None, [Fingerprint(bits_of(2), 49)])


def test_a_media_is_asked_for_by_its_digest(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", away(bits_of(1), 4)))
    lab.match()
    sought = sought_media(*lab.given, [lab.bench.case], digests("a").sha256)
    found = search(*lab.given, [lab.bench.case], sought)
    assert names(found) == ["a", "b"]
    reject(
        lab.database,
        lab.bench.officer,
        lab.bench.case,
        digests("b").sha256,
        digests("a").sha256.hex(),
    )
    assert names(search(*lab.given, [lab.bench.case], sought)) == ["a"]
    with pytest.raises(NotFound):
        sought_media(*lab.given, [lab.bench.case], digests("nowhere").sha256)


def test_regions_are_cut_at_any_scale_and_must_lie_inside() -> None:
    pixels = np.arange(300 * 400, dtype=np.uint8).reshape(300, 400)
    whole = cut(pixels, Region(0, 0, 400, 300), (400, 300))
    assert np.array_equal(whole, pixels)
    assert cut(pixels, Region(200, 100, 800, 400), (1600, 1200)).shape == (100, 200)
    for wrong in (Region(0, 0, 401, 300), Region(-1, 0, 5, 5), Region(0, 0, 0, 5)):
        with pytest.raises(MatchingError, match="not inside"):
            cut(pixels, wrong, (400, 300))


def test_only_the_cases_named_are_searched(lab: Lab) -> None:
    from trawl.casework.cases import add_case

    lab.take_in(a=picture("a", bits_of(1)))
    lab.match()
    other = add_case(lab.database, lab.bench.officer, "Lapwing")
    sought = sought_picture(Fingerprint(bits_of(1), 100), None)
    assert search(*lab.given, [other], sought) == []
    assert [one.case for one in search(*lab.given, [other, lab.bench.case], sought)] == ["Heron"]
    with pytest.raises(AccessRefused):
        search(
            lab.database, Officer(9, "x", Role.EXAMINER), lab.workspace, [lab.bench.case], sought
        )
