"""Frames that two videos have in common: where to look for a run they share.

A picture that stands still is the same frame second after second; two such videos would have
every frame in common with every other. So frames that go on as they were are one seed, which
lasts a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trawl.matching.clips.reels import Times, Track
from trawl.matching.sight.hamming import Hashes
from trawl.matching.sight.pairs import all_pairs, pairs_between
from trawl.matching.sight.turns import turned
from trawl.matching.steps import Stop
from trawl.model.matching import Turn

# Bits up to which a frame goes on as the one before was; the most frames that are one seed.
STILL, LASTS = 4, 8
# Of the seeds near to one seed, those of so many videos are kept: a hundred thousand videos that
# open with the same sign are each led to the first of them, not to each other.
CROWD = 200

Rows = npt.NDArray[np.int64]


class Seeds(NamedTuple):
    """Seeds of many tracks: row of the track (s,), first and last moment (s,) in milliseconds,
    fingerprint uint8 (s, 32)."""

    track: Rows
    from_ms: Times
    to_ms: Times
    bits: Hashes


class Meeting(NamedTuple):
    """Where two tracks have frames in common, each moment from and to: int64 (m,)."""

    query: int
    found: int
    query_from: Times
    query_to: Times
    found_from: Times
    found_to: Times

    def turned_round(self) -> Meeting:
        """The same frames with the found track as the query."""
        return Meeting(
            *(self.found, self.query, self.found_from, self.found_to),
            *(self.query_from, self.query_to),
        )


def seeds_of(tracks: Sequence[Track]) -> Seeds:
    """The seeds of all tracks, in their order."""
    parts = [_of_one(track) for track in tracks]
    owner = np.repeat(np.arange(len(parts)), [len(first) for first, _ in parts])
    first = [track.at_ms[rows] for track, (rows, _) in zip(tracks, parts, strict=True)]
    last = [track.at_ms[rows] for track, (_, rows) in zip(tracks, parts, strict=True)]
    bits = [track.bits[rows] for track, (rows, _) in zip(tracks, parts, strict=True)]
    nothing = np.empty(0, np.int64)
    return Seeds(
        owner.astype(np.int64),
        np.concatenate([nothing, *first]),
        np.concatenate([nothing, *last]),
        np.concatenate([np.empty((0, 32), np.uint8), *bits]),
    )


def _of_one(track: Track) -> tuple[Rows, Rows]:
    """First and last row of each seed."""
    apart = np.bitwise_count(track.words[1:] ^ track.words[:-1]).sum(axis=1, dtype=np.int64)
    late = np.diff(track.at_ms) > 3 * track.step_ms
    new = np.concatenate([[True], (apart > STILL) | late])
    since = np.arange(len(new)) - np.maximum.accumulate(np.where(new, np.arange(len(new)), 0))
    first = np.flatnonzero(since % LASTS == 0)
    return first, np.concatenate([first[1:] - 1, [len(new) - 1]])


def meetings_among(
    seeds: Seeds, turn: Turn, threshold: int, stop: Stop | None = None
) -> Iterator[Meeting]:
    """Where tracks of one lot meet, the later track as the query, turned as said."""
    if turn is Turn.NONE:
        pairs = all_pairs(seeds.bits, threshold, stop=stop)
    else:
        pairs = pairs_between(seeds.bits, turned(seeds.bits, turn), threshold, stop=stop)
    found, query = pairs.first.astype(np.int64), pairs.second.astype(np.int64)
    earlier = seeds.track[found] < seeds.track[query]
    yield from _meetings(seeds, seeds, query[earlier], found[earlier])


def meetings_between(
    queries: Seeds,
    bank: Seeds,
    turns: Sequence[Turn],
    threshold: int,
    stop: Stop | None = None,
) -> Iterator[tuple[Turn, Iterator[Meeting]]]:
    """Where tracks of one lot meet those of another, the former turned in each way. All turns are
    looked up at once: laying out a large bank costs more than finding a few in it."""
    sought = np.concatenate([turned(queries.bits, turn) for turn in turns])
    pairs = pairs_between(bank.bits, sought, threshold, stop=stop)
    count = max(1, len(queries.bits))
    turn_of, query = np.divmod(pairs.second.astype(np.int64), count)
    found = pairs.first.astype(np.int64)
    for at, turn in enumerate(turns):
        so = turn_of == at
        yield turn, _meetings(queries, bank, query[so], found[so])


def _meetings(queries: Seeds, bank: Seeds, query: Rows, found: Rows) -> Iterator[Meeting]:
    query, found = _not_crowded(query, found, bank.track)
    order = np.lexsort((found, query, bank.track[found], queries.track[query]))
    query, found = query[order], found[order]
    of_query, of_found = queries.track[query], bank.track[found]
    new = (np.diff(of_query) != 0) | (np.diff(of_found) != 0)
    cuts = [0, *(np.flatnonzero(new) + 1).tolist(), len(query)]
    for start, stop in pairwise(cuts):
        if start < stop:
            some, others = query[start:stop], found[start:stop]
            yield Meeting(
                *(int(of_query[start]), int(of_found[start])),
                *(queries.from_ms[some], queries.to_ms[some]),
                *(bank.from_ms[others], bank.to_ms[others]),
            )


def _not_crowded(query: Rows, found: Rows, track: Rows) -> tuple[Rows, Rows]:
    """Without what a seed has in common with more than CROWD tracks: the first of them stay."""
    if len(query) == 0 or int(np.bincount(query).max()) <= CROWD:
        return query, found
    order = np.lexsort((found, query))
    query, found = query[order], found[order]
    new_query = np.concatenate([[True], np.diff(query) != 0])
    new_track = new_query | np.concatenate([[True], np.diff(track[found]) != 0])
    rank = np.cumsum(new_track)
    rank -= np.maximum.accumulate(np.where(new_query, rank, 0))
    return query[rank < CROWD], found[rank < CROWD]
