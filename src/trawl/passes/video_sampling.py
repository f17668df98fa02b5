"""Which frames of a video are wanted, and what for.

vPDQ (ThreatExchange, ``vpdq/cpp/vpdq/cpp/hashing/filehasher.cpp``) counts the frames a decoder
gives and hashes every ``int(seconds * rate)``-th of them, at the stored size and unturned. The
same frames are chosen here, at one a second. When a video has cost more than it may
(``thrifty``), what is left of it is sampled at its key frames only, at most one a second.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from av.video.stream import VideoStream

SECONDS_PER_HASH = 1.0
# Rates a camera can have. Beyond, the rate is a lie or the tick of a clock, and time decides.
RATES = (0.01, 1000.0)
# Two candidates for a scene lie at least this far apart.
CANDIDATE_GAP_MS = 500
LATEST_MS = 1 << 42


@dataclass(frozen=True, slots=True)
class Wanted:
    """A frame that is wanted: for the second fingerprints, as a candidate for a scene, or both;
    or, when neither, one that was decoded on the way."""

    number: int
    at_ms: int
    second: bool
    candidate: bool


def rate_of(stream: VideoStream) -> float | None:
    """Frames a second as the reference takes them; None when no camera has such a rate."""
    rate = float(stream.average_rate or stream.base_rate or 0)
    return rate if RATES[0] <= rate <= RATES[1] else None


@dataclass(slots=True)
class Clock:
    """Milliseconds since the start of the video, from what packets and frames say."""

    rate: float | None
    tick: Fraction | None
    start: int | None

    @classmethod
    def of(cls, stream: VideoStream) -> Clock:
        return cls(rate_of(stream), stream.time_base, stream.start_time)

    def at_ms(self, pts: int | None, number: int) -> int:
        """The time of a frame: its own when it bears one, else by its number."""
        if pts is None or self.tick is None:
            return min(LATEST_MS, int(number * 1000 / (self.rate or 25.0)))
        if self.start is None:
            self.start = pts
        return max(0, min(LATEST_MS, round((pts - self.start) * self.tick * 1000)))


@dataclass(slots=True)
class Choice:
    """Chooses among frames that are shown to it in the order of their numbers."""

    every: int | None
    thrifty: bool = False
    _second_ms: int | None = None
    _candidate_ms: int | None = None

    @classmethod
    def at(cls, rate: float | None) -> Choice:
        return cls(None if rate is None else max(1, int(SECONDS_PER_HASH * rate)))

    def look(self, number: int, at_ms: int, *, key: bool) -> Wanted | None:
        """Whether this frame is wanted."""
        second = self._is_second(number, at_ms, key)
        if second:
            self._second_ms = at_ms
        candidate = (key or second) and self._is_due(self._candidate_ms, at_ms, CANDIDATE_GAP_MS)
        if candidate:
            self._candidate_ms = at_ms
        return Wanted(number, at_ms, second, candidate) if second or candidate else None

    def may_want(self, numbers: range) -> bool:
        """Whether one of the frames of these numbers may be wanted though it is no key frame."""
        if not numbers or self.thrifty:
            return False
        return self.every is None or -numbers.start % self.every < len(numbers)

    def _is_second(self, number: int, at_ms: int, key: bool) -> bool:
        if self.thrifty:
            return key and self._is_due(self._second_ms, at_ms, 1000)
        if self.every is not None:
            return number % self.every == 0
        return self._second_ms is None or at_ms // 1000 > self._second_ms // 1000

    @staticmethod
    def _is_due(last_ms: int | None, at_ms: int, gap_ms: int) -> bool:
        return last_ms is None or at_ms >= last_ms + gap_ms
