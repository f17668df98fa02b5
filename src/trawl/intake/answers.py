"""What a worker that shows media has answered, taken for no more than it may be."""

from __future__ import annotations

import itertools

import numpy as np

from trawl.errors import PassFailed
from trawl.intake.showing_protocol import Blurred, FromShower, Played, Seen, Wish
from trawl.model.looking import SEGMENT_MS, SEGMENT_SIDE, Clarity, Rendered, Segment
from trawl.passes.clarity import FAINT_SIDE, MIME, Pixels, encode, spread

SEGMENT_MIME = "video/mp4"
MOST_SEGMENT_BYTES = 64 << 20
# Of a blurred segment: thirty pictures a second and sound of 48 kHz, 16 bits, stereo, for as long
# as a segment may be and a little longer.
MOST_MS = SEGMENT_MS + 2_000
MOST_PICTURES = MOST_MS // 31 + 2
SAMPLE_BYTES = 4
MOST_SOUND_BYTES = MOST_MS // 1000 * 48_000 * SAMPLE_BYTES


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
    """A segment of a video, a blurred one encoded here. Raises PassFailed when the answer is none,
    or has more in it than was asked for."""
    if clarity is Clarity.BLURRED:
        if not isinstance(answer, Blurred) or not _is_faint(answer) or not _is_timed(answer):
            raise _strange()
        return _segment(answer, _encoded(answer), clarity)
    if not isinstance(answer, Played) or not _is_timed(answer):
        raise _strange()
    if answer.data[4:8] != b"ftyp" or len(answer.data) > MOST_SEGMENT_BYTES:
        raise _strange()
    return _segment(answer, answer.data, clarity)


def _is_timed(answer: Played | Blurred) -> bool:
    sides = answer.height, answer.width
    return 2 <= min(sides) <= max(sides) <= SEGMENT_SIDE and 0 <= answer.from_ms < answer.to_ms


def _is_faint(answer: Blurred) -> bool:
    times = answer.times
    return (
        1 <= min(answer.rows, answer.columns) <= max(answer.rows, answer.columns) <= FAINT_SIDE
        and 1 <= len(times) <= MOST_PICTURES
        and all(early < late for early, late in itertools.pairwise(times))
        and 0 <= times[0] <= times[-1] <= MOST_MS
        and len(answer.pixels) == len(times) * answer.rows * answer.columns
        and len(answer.heard) <= MOST_SOUND_BYTES
        and len(answer.heard) % SAMPLE_BYTES == 0
        and 0 <= (answer.heard_ms or 0) <= MOST_MS
        and answer.height % 2 == answer.width % 2 == 0
    )


def _encoded(answer: Blurred) -> bytes:
    from trawl.passes.video_faint import Faint, encode_faint  # a server may never need libav

    faint = Faint(
        answer.rows,
        answer.columns,
        list(answer.times),
        bytearray(answer.pixels),
        answer.heard_ms,
        bytearray(answer.heard),
    )
    return encode_faint(faint, answer.height, answer.width, sound=answer.sound)


def _segment(answer: Played | Blurred, data: bytes, clarity: Clarity) -> Segment:
    return Segment(
        data=data,
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
