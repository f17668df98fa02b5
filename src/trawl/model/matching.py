"""What matching proposes: hits and stacks. People decide."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

NEAR = 31
"""Bits by which two PDQ fingerprints of the same picture may differ (ThreatExchange's own)."""

PLAIN = 50
"""The PDQ quality below which a picture is too plain to be matched by sight (the same)."""

ALIKE = 47
"""Bits within which pictures are put into one looser group: similar, not the same."""

SOUGHT = 60
"""Bits within which a picture that is asked for is found as it stands, unless told otherwise: no
more than one in a million pairs of different pictures lies as near (benchmarks/copies.py). Looser
than a group, since what is found is only named, the nearest first."""


class Means(StrEnum):
    """How a hit was found."""

    DIGEST = "digest"
    SIGHT = "sight"  # PDQ of a picture
    FRAME = "frame"  # a still picture and a frame of a video
    CLIP = "clip"  # a run of a video's frames
    COPY = "copy"  # the copy-detection embedding


class Turn(StrEnum):
    """The eight rotations and flips of a picture: what was done to the one that was sought.

    Rotations are counter-clockwise. ``TRANSPOSED`` mirrors at the main diagonal, ``TRANSVERSED``
    at the other.
    """

    NONE = "as it is"
    ROTATED_90 = "rotated 90°"
    ROTATED_180 = "rotated 180°"
    ROTATED_270 = "rotated 270°"
    FLIPPED_X = "flipped left to right"
    FLIPPED_Y = "flipped top to bottom"
    TRANSPOSED = "mirrored at the diagonal"
    TRANSVERSED = "mirrored at the other diagonal"


class Level(StrEnum):
    """How alike the members of a group are."""

    EXACT = "exact"  # one content: same SHA-256
    STACK = "stack"  # the same picture by sight, looked at once
    SIMILAR = "similar"  # looser: turned, or further off


class Span(NamedTuple):
    """A run of a video, in milliseconds from its start."""

    from_ms: int
    to_ms: int
