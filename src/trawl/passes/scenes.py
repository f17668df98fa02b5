"""Which frames stand for the scenes of a video.

Candidates come one by one. One is kept when it is unlike every frame kept before, in its
fingerprint *and* in its colours: a camera that moves changes the fingerprint but keeps the
colours, and a scene that comes back is already shown. When more are kept than may be, those most
like an earlier one go, and the bar for the next is raised to what went.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt

from trawl.model.media import Fingerprint
from trawl.passes.video_frames import Small

# PDQ distance up to which two pictures count as the same (the reference's match threshold).
SAME_BITS = 31
# Hellinger distance of colour histograms from which a scene is another one.
OTHER_COLOURS = 0.42
BINS = 6
# A frame whose 95th percentile of luma is below this shows nothing to an eye.
BLACK = 28
PLAIN_QUALITY = 50

Histogram = npt.NDArray[np.float32]


@dataclass(slots=True)
class Scene:
    """A kept frame, and how many candidates after it looked the same."""

    number: int
    at_ms: int
    fingerprint: Fingerprint
    small: Small
    colours: Histogram
    black: bool
    novelty: float
    stands_for: int = 1

    @property
    def weight(self) -> tuple[bool, bool, int, int]:
        """Orders frames by how well they stand for the video."""
        quality = self.fingerprint.quality
        return (not self.black, quality >= PLAIN_QUALITY, self.stands_for, quality)


def colours_of(small: Small) -> Histogram:
    """A soft joint histogram of the colours, float32, root-normalised (Hellinger space)."""
    little = cv2.resize(small.rgb, (64, 64), interpolation=cv2.INTER_AREA)
    counts = cv2.calcHist([little], [0, 1, 2], None, [BINS] * 3, [0, 256] * 3)
    # Soft edges: a little more light must not move all the mass to other bins.
    padded = np.pad(counts, 1)
    for axis in range(3):
        padded = padded + 0.5 * (np.roll(padded, 1, axis) + np.roll(padded, -1, axis))
    flat = padded.ravel() / padded.sum()
    return np.asarray(np.sqrt(flat), dtype=np.float32)


def bits_apart(one: Fingerprint, other: Fingerprint) -> int:
    """Hamming distance of two fingerprints, 0-256."""
    return (int.from_bytes(one.bits, "big") ^ int.from_bytes(other.bits, "big")).bit_count()


def _same_picture(one: Fingerprint, other: Fingerprint) -> bool:
    sharp = min(one.quality, other.quality) >= PLAIN_QUALITY
    return sharp and bits_apart(one, other) <= SAME_BITS


def is_black(small: Small) -> bool:
    return bool(np.percentile(small.rgb.max(axis=2), 95) < BLACK)


@dataclass(slots=True)
class SceneBook:
    """The scenes of one video, at most ``limit`` of them."""

    limit: int
    bar: float = OTHER_COLOURS
    kept: list[Scene] = field(default_factory=list)

    def recognise(self, hashed: Fingerprint) -> bool:
        """Whether a candidate is one of the kept frames again, by its fingerprint alone. Then it
        is counted there, and need not be offered."""
        for scene in self.kept:
            if _same_picture(scene.fingerprint, hashed):
                scene.stands_for += 1
                return True
        return False

    def offer(self, number: int, at_ms: int, hashed: Fingerprint, small: Small) -> None:
        """Look at a candidate; candidates come in order of time."""
        if self.recognise(hashed):
            return
        colours = colours_of(small)
        nearest, distance = self._nearest(colours)
        if nearest is not None and distance < self.bar:
            nearest.stands_for += 1
            return
        scene = Scene(number, at_ms, hashed, small, colours, is_black(small), distance)
        self.kept.append(scene)
        if len(self.kept) > max(1, self.limit):
            self._thin()

    def _nearest(self, colours: Histogram) -> tuple[Scene | None, float]:
        """The kept scene most like it in colours, and how far it is."""
        best: Scene | None = None
        least = float("inf")
        for scene in self.kept:
            overlap = float(np.dot(scene.colours, colours))
            distance = max(0.0, 1.0 - overlap) ** 0.5
            if distance < least:
                best, least = scene, distance
        return best, least

    def _thin(self) -> None:
        """Drop the kept frame (never the first) that was least new."""
        least = min(self.kept[1:], key=lambda scene: (scene.novelty, -scene.number))
        self.bar = max(self.bar, least.novelty)
        self.kept.remove(least)

    def scenes(self) -> list[Scene]:
        """The kept scenes in order of time, without black ones unless there are no others."""
        seen = [scene for scene in self.kept if not scene.black]
        return sorted(seen or self.kept[:1], key=lambda scene: scene.number)

    def cover(self) -> Scene | None:
        """The scene that stands best for the whole video."""
        return max(self.scenes(), key=lambda scene: scene.weight, default=None)
