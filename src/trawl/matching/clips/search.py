"""Clips: every pair of videos that share a run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from trawl.matching.clips.reels import Reel, Track, tracks_of
from trawl.matching.clips.runs import PART, Run, runs_of
from trawl.matching.clips.seeds import Meeting, meetings_among, meetings_between, seeds_of
from trawl.matching.sight.turns import TURNS, turned
from trawl.matching.steps import Stop, heed
from trawl.model.matching import ALIKE, Span, Turn

Tell = Callable[[int, int], None]


class ClipHit(NamedTuple):
    """A run that a video shares with another.

    ``query`` and ``found`` say which seconds of each; ``share`` is the part of all seconds (frames
    by the second) of the query that agree with the other within NEAR bits, by themselves or by a
    frame up to the next; ``found_share`` that of the other's; ``frames`` how many of the query's
    do; ``distance`` the bits between counterparts on the
    middle; ``turn`` what was done to the query. A ``faint`` hit is one of few or no seconds within
    NEAR that is nearer than chance all along: look before you believe.
    """

    query_id: int
    found_id: int
    query: Span
    found: Span
    share: float
    frames: int
    distance: int
    turn: Turn
    found_share: float
    faint: bool


def clips_between(
    queries: Sequence[Reel],
    bank: Sequence[Reel],
    *,
    turns: Sequence[Turn] = TURNS,
    threshold: int = ALIKE,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> list[ClipHit]:
    """The runs that each of ``queries`` shares with each of ``bank``, by query, then the most
    frames first. ``threshold``: bits up to which one common frame proposes a run. ``stop``: asked
    now and then; raises Stopped when it says so."""
    sought, held = tracks_of(queries), tracks_of(bank)
    of_sought, of_held = seeds_of(sought), seeds_of(held)
    best = _Best()
    found = meetings_between(of_sought, of_held, turns, threshold, stop) if turns else ()
    for done, (turn, meetings) in enumerate(found):
        best.take(_hits(sought, held, meetings, turn, stop))
        if tell:
            tell(done + 1, len(turns))
    return best.hits()


def clips_among(
    reels: Sequence[Reel],
    *,
    turns: Sequence[Turn] = TURNS,
    threshold: int = ALIKE,
    tell: Tell | None = None,
    stop: Stop | None = None,
) -> list[ClipHit]:
    """The runs that any two of ``reels`` share, each pair once, the later reel as the query. The
    rest is as for ``clips_between``."""
    tracks = tracks_of(reels)
    seeds = seeds_of(tracks)
    best = _Best()
    for done, turn in enumerate(turns):
        meetings = meetings_among(seeds, turn, threshold, stop)
        best.take(_hits(tracks, tracks, meetings, turn, stop))
        if tell:
            tell(done + 1, len(turns))
    return best.hits()


def is_same(hit: ClipHit) -> bool:
    """Whether two videos are one for looking at: as good as all of each is in the other. A clip
    of a longer video is not: what else the longer one holds has not been seen."""
    return not hit.faint and hit.share >= PART and hit.found_share >= PART


def _hits(
    sought: Sequence[Track],
    held: Sequence[Track],
    meetings: Iterable[Meeting],
    turn: Turn,
    stop: Stop | None,
) -> Iterator[list[ClipHit]]:
    """Of each two tracks that meet, the runs they share."""
    last: tuple[int, Track] | None = None
    for meeting in meetings:
        if stop:
            heed(stop)
        if sought[meeting.query].media_id == held[meeting.found].media_id:
            continue
        if last is None or last[0] != meeting.query:
            track = sought[meeting.query]
            last = meeting.query, track.with_bits(turned(track.bits, turn))
        query, found = last[1], held[meeting.found]
        runs = runs_of(query, found, meeting)
        if runs:
            yield [_hit(query, found, run, turn) for run in runs]


def _hit(query: Track, found: Track, run: Run, turn: Turn) -> ClipHit:
    return ClipHit(
        *(query.media_id, found.media_id, run.query, run.found),
        *(run.agreeing / query.frames, run.agreeing, run.distance, turn),
        *(run.answering / found.frames, run.faint),
    )


class _Best:
    """Of each two videos, the runs of the turn and the tracks (whole pictures or insides) that
    agree most."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], list[ClipHit]] = {}

    def take(self, found: Iterable[list[ClipHit]]) -> None:
        for hits in found:
            pair = hits[0].query_id, hits[0].found_id
            if pair not in self._kept or _worth(hits) > _worth(self._kept[pair]):
                self._kept[pair] = hits

    def hits(self) -> list[ClipHit]:
        kept = [hit for hits in self._kept.values() for hit in hits]
        return sorted(kept, key=lambda hit: (hit.query_id, hit.found_id, -hit.frames, hit.query))


def _worth(hits: list[ClipHit]) -> tuple[bool, int, int, int]:
    seconds = sum(hit.query.to_ms - hit.query.from_ms for hit in hits)
    frames = sum(hit.frames for hit in hits)
    return any(not hit.faint for hit in hits), frames, seconds, -hits[0].distance
