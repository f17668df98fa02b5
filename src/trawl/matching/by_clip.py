"""The videos of a case against the videos of a list, and its pictures against their frames."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from trawl.matching.arrays import Array
from trawl.matching.case_clips import reels_of, stills_of, videos_of
from trawl.matching.case_index import ROLES, CaseIndex
from trawl.matching.clips.reels import Reel
from trawl.matching.clips.search import ClipHit, clips_between
from trawl.matching.clips.stills import StillHit, Stills, stills_in
from trawl.matching.held_lists import read_prints, set_folder
from trawl.matching.hit_making import Categories
from trawl.matching.sight.turns import undone
from trawl.matching.steps import Step, Stop, Tell, heed
from trawl.model.hash_set import ListImport, Prints
from trawl.model.matching import PLAIN, Means
from trawl.model.media import FrameRole
from trawl.store.hits import Hit

SECOND = ROLES.index(FrameRole.SECOND)


def clip_hits(
    hash_sets: Path,
    listed: ListImport,
    index: CaseIndex,
    first: int,
    categories: Categories,
    tell: Tell,
    stop: Stop,
) -> Iterator[Hit]:
    """Of the media of the case, from a position on: videos that share a run with a video of the
    list, pictures that are a frame of one, and videos that show a picture of the list."""
    prints = _standing(hash_sets, listed)
    if prints is None:
        return
    known_videos, known_stills = _videos(prints), _stills(prints)
    videos, stills = videos_of(index, first, len(index)), stills_of(index, first, len(index))
    heed(stop)
    tell(Step("videos of lists", 0, len(videos), "videos"))
    found: list[Hit] = []
    if known_videos and videos:
        found += _best_runs(listed.id, clips_between(videos, known_videos, stop=stop))
    heed(stop)
    if known_videos and len(stills.media_id):
        found += _best_frames(
            listed.id, stills_in(stills, known_videos, stop=stop), still_is_known=False
        )
    heed(stop)
    if videos and len(known_stills.media_id):
        found += _best_frames(
            listed.id, stills_in(known_stills, videos, stop=stop), still_is_known=True
        )
    codes = categories.of(listed.id, [(one.entry,) for one in found])
    for one, code in zip(found, codes, strict=True):
        yield one._replace(categories=code)


def _standing(hash_sets: Path, listed: ListImport) -> Prints | None:
    """The fingerprints of a list without the entries that were taken out; None when it has
    none."""
    prints = read_prints(hash_sets, listed)
    if prints is None:
        return None
    removed = set_folder(hash_sets, listed.set_id).removed
    here = ~removed.has(np.full(len(prints.entries), listed.id, np.int64), prints.entries)
    return Prints(prints.entries[here], prints.bits[here], prints.quality[here], prints.at_ms[here])


def _videos(prints: Prints) -> list[Reel]:
    """The videos of a list, each by the number of its entry."""
    frames = prints.at_ms >= 0
    columns: dict[str, Array] = {
        "media": prints.entries[frames],
        "at_ms": prints.at_ms[frames],
        "bits": prints.bits[frames],
        "quality": prints.quality[frames],
        "role": np.full(np.count_nonzero(frames), SECOND, np.uint8),
    }
    return list(reels_of(columns, np.unique(columns["media"])))


def _stills(prints: Prints) -> Stills:
    fit = (prints.at_ms < 0) & (prints.quality >= PLAIN)
    return Stills(prints.entries[fit], prints.bits[fit], prints.quality[fit])


def _best_runs(list_id: int, runs: Iterable[ClipHit]) -> Iterator[Hit]:
    """For each video of the case the run that agrees in most frames. What only lies nearer than
    chance is no proposal."""
    by_media: dict[int, list[ClipHit]] = defaultdict(list)
    for run in runs:
        if not run.faint:
            by_media[run.query_id].append(run)
    for media_id, some in sorted(by_media.items()):
        best = max(some, key=lambda run: (run.frames, -run.distance, -run.found_id))
        yield Hit(
            *(media_id, list_id, Means.CLIP, best.found_id),
            len({run.found_id for run in some}),
            distance=best.distance,
            turn=str(undone(best.turn)),
            share=best.share,
            from_ms=best.query.from_ms,
            to_ms=best.query.to_ms,
            entry_from_ms=best.found.from_ms,
            entry_to_ms=best.found.to_ms,
        )


def _best_frames(list_id: int, found: Iterable[StillHit], *, still_is_known: bool) -> Iterator[Hit]:
    """For each media of the case the nearest frame; the still is the list's, or the case's."""
    by_media: dict[int, list[StillHit]] = defaultdict(list)
    for one in found:
        by_media[one.found_id if still_is_known else one.query_id].append(one)
    for media_id, some in sorted(by_media.items()):
        best = min(some, key=lambda one: (one.distance, one.at_ms))
        moment = best.at_ms
        yield Hit(
            media_id,
            list_id,
            Means.FRAME,
            best.query_id if still_is_known else best.found_id,
            len(some),
            distance=best.distance,
            turn=str(best.turn if still_is_known else undone(best.turn)),
            from_ms=moment if still_is_known else None,
            to_ms=moment if still_is_known else None,
            entry_from_ms=None if still_is_known else moment,
            entry_to_ms=None if still_is_known else moment,
        )
