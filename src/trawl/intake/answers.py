"""What a worker that shows media has answered, taken for no more than it may be."""

from __future__ import annotations

import numpy as np

from trawl.errors import PassFailed
from trawl.intake.showing_protocol import FromShower, Played, Seen, Wish
from trawl.model.looking import SEGMENT_SIDE, Clarity, Rendered, Segment
from trawl.passes.clarity import FAINT_SIDE, MIME, Pixels, encode, spread

SEGMENT_MIME = "video/mp4"
MOST_SEGMENT_BYTES = 64 << 20


def rendered_of(answer: FromShower, wish: Wish) -> Rendered:
    """A picture or frame as JPEG of ours. Raises PassFailed when the answer has more in it than
    was asked for."""
    if not isinstance(answer, Seen) or not _is_within(answer, wish):
        raise _strange()
    shape = (answer.rows, answer.columns, answer.channels)
    pixels: Pixels = np.frombuffer(answer.pixels, np.uint8).reshape(
        shape if answer.channels == 3 else shape[:2]
    )
    if wish.clarity is Clarity.BLURRED:
        pixels = spread(pixels, answer.height, answer.width)
    return Rendered(
        data=encode(pixels, wish.clarity),
        mime=MIME,
        width=pixels.shape[1],
        height=pixels.shape[0],
        clarity=wish.clarity,
        at_ms=answer.at_ms,
    )


def _is_within(answer: Seen, wish: Wish) -> bool:
    blurred, clear = wish.clarity is Clarity.BLURRED, wish.clarity is Clarity.CLEAR
    most = FAINT_SIDE if blurred else wish.longest
    return (
        answer.channels in ((1, 3) if clear else (1,))
        and min(answer.rows, answer.columns) >= 1
        and max(answer.rows, answer.columns) <= most
        and min(answer.height, answer.width) >= 1
        and max(answer.height, answer.width) <= wish.longest
        and len(answer.pixels) == answer.rows * answer.columns * answer.channels
    )


def segment_of(answer: FromShower, clarity: Clarity) -> Segment:
    """A segment of a video. Raises PassFailed when it is none."""
    if (
        not isinstance(answer, Played)
        or answer.data[4:8] != b"ftyp"
        or len(answer.data) > MOST_SEGMENT_BYTES
        or min(answer.height, answer.width) < 2
        or max(answer.height, answer.width) > SEGMENT_SIDE
        or not 0 <= answer.from_ms < answer.to_ms
    ):
        raise _strange()
    return Segment(
        data=answer.data,
        mime=SEGMENT_MIME,
        width=answer.width,
        height=answer.height,
        clarity=clarity,
        from_ms=answer.from_ms,
        to_ms=answer.to_ms,
        ends=answer.ends,
        sound=answer.sound,
    )


def _strange() -> PassFailed:
    return PassFailed("This media cannot be shown: what its worker gave is not what was asked for.")
