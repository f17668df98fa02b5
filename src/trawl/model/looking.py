"""How clearly an officer is shown something, and what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Clarity(StrEnum):
    """How clearly a media is shown, the least exposure first."""

    BLURRED = "blurred"  # grey, and no more than a few dozen pixels of it
    GREY = "grey"  # all detail, no colour
    CLEAR = "clear"


SEGMENT_SIDE = 640
"""The longest side of a segment of a video, in pixels."""
SEGMENT_MS = 20_000
"""The longest segment of a video that is given at once."""

Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the upright picture at full size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A picture made for an officer to look at: encoded anew, never the seized bytes.

    ``at_ms``: the time of a frame of a video, None for a picture. ``instead``: why this is the
    stored thumbnail and not what the source holds; None when it is from the source.
    """

    data: bytes
    mime: str
    width: int
    height: int
    clarity: Clarity
    at_ms: int | None = None
    instead: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of a video encoded anew, from ``from_ms`` to ``to_ms`` of the video itself: where
    its first frame begins and its last ends, or what was asked for where one stands for long.
    ``ends``: whether the video ends there."""

    data: bytes
    mime: str
    width: int
    height: int
    clarity: Clarity
    from_ms: int
    to_ms: int
    ends: bool
    sound: bool
