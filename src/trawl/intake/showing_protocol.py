"""What the server and the workers that show media say to each other, framed as in ``protocol``.

Of a picture or frame a worker sends bare pixels, already as unclear as they are to be, and the
server encodes them: whatever a seized file makes of its worker, what comes to a browser is a JPEG
of ours, and a blurred one has no more in it than a few dozen grey pixels.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from trawl.intake.protocol import Ready, Setup
from trawl.model.exhibit import Entry
from trawl.model.looking import Box, Clarity


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Into a container: the entry it is in what it lies in (None for a locked volume, which is
    part of its image's own file) and how it is opened. ``number`` tells it from others."""

    number: int
    kind: str
    volume: str
    entry: Entry | None
    sha256: bytes | None


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """From an acquisition's own paths to one occurrence of a media; ``secret``: the key to what
    is locked on it."""

    roots: tuple[bytes, ...]
    exclude: tuple[bytes, ...]
    steps: tuple[Step, ...]
    entry: Entry
    secret: str | None = None


class What(StrEnum):
    """What of a media is to be shown."""

    PICTURE = "picture"
    FRAME = "frame"
    SEGMENT = "segment"


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How it is to be shown. ``longest``: pixels of the longer side. ``box`` is of a picture; a
    frame is that at ``from_ms``, a segment goes from ``from_ms`` to ``to_ms``."""

    what: What
    clarity: Clarity
    longest: int
    box: Box | None = None
    from_ms: int = 0
    to_ms: int = 0
    sound: bool = False


# To a worker ----------------------------------------------------------------------------------


class Show(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Show a media that lies at the end of these ways."""

    job: int
    ways: tuple[Way, ...]
    sha256: bytes
    wish: Wish


# To the server --------------------------------------------------------------------------------


class Seen(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A picture or frame: ``pixels`` are uint8 (rows, columns, channels), one channel when grey.
    They are to be spread over ``height`` and ``width``."""

    job: int
    pixels: bytes
    rows: int
    columns: int
    channels: int
    height: int
    width: int
    at_ms: int | None = None


class Played(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A segment: an MP4, and what ``video_segment.Stretch`` says of it."""

    job: int
    data: bytes
    height: int
    width: int
    from_ms: int
    to_ms: int
    ends: bool
    sound: bool


class Blurred(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A blurred segment, not yet encoded: see ``video_faint.Faint``. ``height`` and ``width`` are
    what it is to be encoded at."""

    job: int
    rows: int
    columns: int
    times: tuple[int, ...]
    pixels: bytes
    heard_ms: int | None
    heard: bytes
    height: int
    width: int
    from_ms: int
    to_ms: int
    ends: bool
    sound: bool


class Why(StrEnum):
    """Why nothing can be shown."""

    AWAY = "away"  # no place the media lies in can be read
    CHANGED = "changed"  # other bytes lie there now
    LOCKED = "locked"
    FAILED = "failed"  # the bytes are there and cannot be decoded
    NO_ROOM = "no-room"


class NotShown(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """Nothing can be shown; ``reason`` is a clause for a sentence, ``lock`` what locks it."""

    job: int
    why: Why
    reason: str
    lock: str = ""


ToShower = Setup | Show
FromShower = Ready | Seen | Played | Blurred | NotShown
