"""Stills taken from videos."""

from __future__ import annotations

import io
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image
from reels_made import noisy, reel, shots

from trawl.errors import Stopped
from trawl.matching.clips.reels import Reel
from trawl.matching.clips.stills import Stills, stills_in
from trawl.matching.sight.turns import TURNS, turned
from trawl.model.matching import NEAR, Turn
from trawl.passes.base import content_of
from trawl.passes.filetype import detect
from trawl.passes.picture import PicturePass

ONE, OTHER = shots(1, 30), shots(2, 30)


def stills(bits: np.ndarray, quality: int = 100) -> Stills:
    count = len(bits)
    return Stills(np.arange(100, 100 + count), bits, np.full(count, quality, np.uint8))


def test_a_still_says_when() -> None:
    hit, other = stills_in(stills(noisy(ONE[[4, 9]], 25)), [reel(1, ONE), reel(2, OTHER)])
    assert (hit.query_id, hit.found_id, hit.at_ms, hit.distance) == (100, 1, 4000, 25)
    assert (other.query_id, other.at_ms, other.turn, other.frames) == (101, 9000, Turn.NONE, 1)


def test_looking_stops_when_told_to() -> None:
    with pytest.raises(Stopped):
        stills_in(stills(ONE[:1]), [reel(1, ONE)], stop=lambda: True)


def test_in_any_turn() -> None:
    back = {Turn.ROTATED_90: Turn.ROTATED_270, Turn.ROTATED_270: Turn.ROTATED_90}
    for turn in TURNS:
        (hit,) = stills_in(stills(turned(ONE[5:6], turn)), [reel(1, ONE)])
        assert (hit.at_ms, hit.distance, hit.turn) == (5000, 0, back.get(turn, turn))


def test_few_frames_and_many_stills_are_compared_the_other_way_with_the_same_answers() -> None:
    """Then the frames are turned, not the stills."""
    many = np.concatenate([turned(noisy(ONE[4:6], 8), turn) for turn in TURNS] * 3)
    one_reel = reel(1, ONE[4:6])
    together = stills_in(stills(many), [one_reel])
    assert len(many) > 2 * len(TURNS)
    one_by_one = [
        hit._replace(query_id=100 + number)
        for number, bits in enumerate(many)
        for hit in stills_in(stills(bits[None]), [one_reel])
    ]
    assert together == one_by_one
    assert {hit.turn for hit in together} == set(TURNS)


def test_one_hit_for_each_video_at_its_nearest() -> None:
    standing = noisy(np.repeat(ONE[:1], 20, axis=0), 10)
    standing[7] = ONE[0]
    (hit,) = stills_in(stills(ONE[:1]), [reel(1, standing)])
    assert (hit.at_ms, hit.distance, hit.frames) == (7000, 0, 20)


def test_plain_stills_and_frames_are_left_out() -> None:
    assert stills_in(stills(ONE, 49), [reel(1, ONE)]) == []
    assert stills_in(stills(ONE), [reel(1, ONE, quality=49)]) == []
    assert stills_in(stills(ONE[:0]), []) == []


def test_stills_of_real_videos(shared_data: Path, real: dict[str, Reel]) -> None:
    """A frame of each video as a JPEG of half its size, as a screenshot is kept."""
    files = sorted((shared_data / "videos").glob("*.*"))
    reels = list(real.values())
    for one, file in zip(reels, files, strict=True):
        with av.open(str(file)) as container:
            picture = next(iter(container.decode(video=0))).to_image()  # type: ignore[no-untyped-call]
        kept = io.BytesIO()
        picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS).save(
            kept, "JPEG", quality=60
        )
        data = kept.getvalue()
        found = PicturePass().run(content_of(data), detect(data[:4096], len(data)))
        assert found.fingerprint is not None
        bits = np.frombuffer(found.fingerprint.bits, np.uint8)[None]
        hits = stills_in(stills(bits, found.fingerprint.quality), reels)
        assert hits, file.name
        assert hits[0].distance <= NEAR
        assert one.media_id in {hit.found_id for hit in hits}
        assert {files[hit.found_id].stem[:4] for hit in hits} == {file.stem[:4]}
