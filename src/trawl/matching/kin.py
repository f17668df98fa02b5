"""Videos that have nothing near in common with the one asked for, but with one that has.

An emblem over a copy may move every frame beyond what can be looked up among all videos of a
case. Where a third video is near to both, the two are laid against each other all the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from trawl.matching import case_index
from trawl.matching.case_clips import AMONG, CaseClips, reels_of
from trawl.matching.clips.search import ClipHit, clips_between

# Bits up to which a common frame proposes a run of two such videos: twice NEAR, since each is
# near to the third. The run itself is tested as any other.
LOOSE = 64
# Such videos looked at, the oldest first.
MOST = 50


def kin_of(folder: Path, clips: CaseClips, media_id: int) -> list[ClipHit]:
    """The runs that a video of a case shares with kin of its kin; faint, whatever they are: with
    all there is to look up they were not found. ``clips``: those of the case; ``folder``: where
    its index is. Raises IndexDamaged."""
    near = _beside(clips, [media_id])
    kin = sorted(_beside(clips, near) - near - {media_id})[:MOST]
    if not kin:
        return []
    frames = case_index.load(folder).frames
    own, others = (list(reels_of(frames, np.array(some))) for some in ([media_id], kin))
    return [
        hit._replace(faint=True) for hit in clips_between(own, others, turns=AMONG, threshold=LOOSE)
    ]


def _beside(clips: CaseClips, some: Iterable[int]) -> set[int]:
    """The videos that share a run with one of these."""
    wanted, found = set(some), set()
    for run in clips.runs:
        if run.query_id in wanted:
            found.add(run.found_id)
        if run.found_id in wanted:
            found.add(run.query_id)
    return found
