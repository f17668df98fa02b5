"""Parts of videos, cut at any moment and coded anew, found in what they were cut from."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from reels_made import Picture, coded, reel_of, sweep

from trawl.matching import case_index
from trawl.matching.case_clips import AMONG, CaseClips
from trawl.matching.clips.reels import SECOND, Reel
from trawl.matching.clips.search import clips_among, clips_between
from trawl.matching.kin import kin_of
from trawl.model.matching import Turn

FAST = 30
TICK = Fraction(1, 12_800)


def plain(picture: Picture) -> Picture:
    return picture


def small(picture: Picture) -> Picture:
    half = picture.shape[1] // 4 * 2, picture.shape[0] // 4 * 2
    return np.asarray(cv2.resize(picture, half, interpolation=cv2.INTER_AREA), np.uint8)


def mirrored(picture: Picture) -> Picture:
    return np.ascontiguousarray(picture[:, ::-1])


EDITS: dict[str, Callable[[Picture], Picture]] = {
    "plain": plain,
    "small": small,
    "mirrored": mirrored,
}


# Generated: a camera that is swept round.


@pytest.fixture(scope="module")
def swept() -> list[Picture]:
    return list(sweep(5, 14 * FAST))


def by_the_second(reel: Reel) -> Reel:
    """What a list would hold of it."""
    some = reel.role == SECOND
    return Reel(
        reel.media_id, reel.at_ms[some], reel.bits[some], reel.quality[some], reel.role[some]
    )


@pytest.mark.parametrize("edit", list(EDITS))
@pytest.mark.parametrize("start", [11, 44, 77])  # frames, of 30 a second
def test_a_cut_of_what_moves_is_found_at_any_phase(
    swept: list[Picture], edit: str, start: int
) -> None:
    whole = reel_of(1, coded(swept, rate=FAST))
    other = reel_of(2, coded(sweep(6, 8 * FAST), rate=FAST))
    part = swept[start : start + 10 * FAST]
    cut = reel_of(7, coded(map(EDITS[edit], part), crf=28, rate=FAST))
    (hit,) = clips_between([cut], [whole, other])
    assert hit.found_id == 1
    assert hit.turn is (Turn.FLIPPED_X if edit == "mirrored" else Turn.NONE)
    assert hit.found.from_ms == pytest.approx(start * 1000 / FAST, abs=150)
    # A list has one frame a second; those of the cut that are more make up for it.
    assert [one.found_id for one in clips_between([cut], [by_the_second(whole)])] == [1]
    assert [one.found_id for one in clips_between([by_the_second(cut)], [whole])] == [1]
    assert clips_between([by_the_second(cut)], [by_the_second(whole)]) == []


# Real: ten seconds of each video, made anew.


@dataclass(frozen=True)
class Cut:
    start: float
    edit: str

    def of(self, path: Path) -> bytes:
        """Ten seconds from ``start`` on, each frame at its own time."""
        target = io.BytesIO()
        with av.open(str(path)) as source, av.open(target, "w", format="mp4") as out:
            rate = source.streams.video[0].average_rate
            options = {"crf": "27", "preset": "ultrafast"}
            stream = out.add_stream("libx264", rate=rate, options=options)
            stream.pix_fmt = "yuv420p"
            for at, (time, picture) in enumerate(self._pictures(source)):
                if at == 0:
                    stream.height, stream.width = picture.shape[:2]
                    first, stream.time_base = time, TICK
                frame = av.VideoFrame.from_ndarray(picture, "rgb24")
                frame.time_base, frame.pts = TICK, round((time - first) / TICK)
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
        return target.getvalue()

    def _pictures(self, source: av.container.InputContainer) -> Iterator[tuple[float, Picture]]:
        for frame in source.decode(video=0):
            if frame.time is not None and self.start <= frame.time < self.start + 10:
                yield (
                    frame.time,
                    EDITS[self.edit](np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)),
                )


STARTS = {
    "chair": (0.37, 3.5, 7.81),
    "pattern": (0.0, 0.37, 1.15),  # seven seconds long
    "tree": (0.5, 8.13, 17.7),
    "vtest": (1.5, 3.3, 41.27),
}
# Its own frames are 42 to 64 bits from those of the others: some cuts have none within reach.
MUCH_COVERED = "pattern-sd-with-large-logo-bar"


def family(name: str) -> str:
    return name.split("-")[0]


@pytest.mark.slow
@pytest.mark.parametrize("turn", [0, 1, 2])
def test_ten_seconds_coded_anew_are_found_in_all_of_the_family(
    shared_data: Path, real: dict[str, Reel], turn: int
) -> None:
    names = list(real)
    both = [(names[one.query_id], names[one.found_id]) for one in clips_among(list(real.values()))]
    for path in sorted((shared_data / "videos").glob("*.*")):
        name = path.stem
        expected = {name, *(pair[1 - pair.index(name)] for pair in both if name in pair)}
        for at, edit in enumerate(EDITS):
            start = STARTS[family(name)][(at + turn) % 3]
            cut = reel_of(99, Cut(start, edit).of(path))
            for hits in (
                {one.found_id for one in clips_between([cut], list(real.values()))},
                {one.query_id for one in clips_between(list(real.values()), [cut])},
            ):
                found = {names[one] for one in hits}
                assert found <= expected, (name, start, edit)
                covered = {MUCH_COVERED} if name != MUCH_COVERED else expected - {name}
                assert expected - covered <= found, (name, start, edit)


@pytest.mark.slow
@pytest.mark.parametrize("edit", list(EDITS))
def test_a_much_covered_copy_is_found_through_the_others(
    shared_data: Path, real: dict[str, Reel], tmp_path: Path, edit: str
) -> None:
    """From a cut that nothing of it is near to, as the case it lies in would be asked."""
    path = shared_data / "videos" / "pattern-sd-with-small-logo-bar.mp4"
    cut = reel_of(99, Cut(0.0, edit).of(path))
    reels = [*real.values(), cut]
    clips = CaseClips(clips_among(reels, turns=AMONG), [])
    names = {reel.media_id: name for name, reel in real.items()}
    near = {names[one.found_id] for one in clips.runs if one.query_id == 99}
    index = case_index.empty()
    for name in ("at_ms", "bits", "quality", "role"):
        index.frames[name] = np.concatenate([getattr(reel, name) for reel in reels])
    owners = [np.full(len(reel.at_ms), reel.media_id) for reel in reels]
    index.frames["media"] = np.concatenate(owners).astype(np.int64)
    case_index.save(tmp_path, index)
    kin = {names[one.found_id] for one in kin_of(tmp_path, clips, 99)}
    assert near == {"pattern-sd-grey-bar", "pattern-sd-with-small-logo-bar"}
    assert kin == {MUCH_COVERED}
