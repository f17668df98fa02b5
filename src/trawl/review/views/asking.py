"""What a view is asked for: where it draws from, what must hold, in which order."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from trawl.model.media import Kind


class Source(StrEnum):
    """Where a view draws from."""

    QUEUE = "queue"  # what waits for this officer
    ALL = "all"
    DISPUTES = "disputes"
    SAMPLES = "samples"  # what waits for a second look by this officer
    MINE = "mine"  # what this officer has graded


class Unit(StrEnum):
    """What one row of a view is."""

    STACK = "stack"
    MEDIA = "media"


class Order(StrEnum):
    """The order of a view. Each falls back on the one by place."""

    PLACE = "place"  # exhibit, then the order of its log, which is by path within a folder
    STACK = "stack"  # the largest stack first
    TAKEN = "taken"  # the earliest first, what has no time last
    SIZE = "size"  # the most bytes first
    CAMERA = "camera"  # by name, then by time taken


class Told(StrEnum):
    """What a media's grade stands at, as an officer may ask for it."""

    OPEN = "open"
    PROPOSED = "proposed"
    MINE = "mine"
    TRUSTED = "trusted"
    DISPUTED = "disputed"
    KNOWN_GOOD = "known-good"
    KNOWN_ILLEGAL = "known-illegal"


@dataclass(frozen=True, slots=True)
class Area:
    """Between two parallels and two meridians, in degrees; over the 180th where ``west`` is
    greater than ``east``."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Everything that is given must hold; of a list, any one.

    ``exhibits``: references; ``path``: in the path of any of its files, ASCII letters in either
    case; ``taken_from_us``, ``taken_to_us``: of the clock that wrote it, the end not included;
    ``cameras``: make and model as one; ``categories``: the officer's own, else the trusted one,
    else the proposed one; ``sets``: hit by any means; ``stack_least``, ``stack_most``: media in
    the stack; ``failed``: a pass failed on it; ``text``: in the path, or in what the file says of
    itself: camera, serial, software, the texts of EXIF and of a container's tags; ``noted``,
    ``clues``: whether it bears a note, a clue.
    """

    exhibits: tuple[str, ...] = ()
    path: str | None = None
    kinds: tuple[Kind, ...] = ()
    taken_from_us: int | None = None
    taken_to_us: int | None = None
    cameras: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()
    place: Area | None = None
    states: tuple[Told, ...] = ()
    categories: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    stack_least: int | None = None
    stack_most: int | None = None
    tags: tuple[str, ...] = ()
    failed: bool | None = None
    text: str | None = None
    noted: bool | None = None
    clues: bool | None = None


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A view as it is asked for. ``not_shown``: categories that this officer is not shown; media
    that bear one are in no view of theirs."""

    source: Source = Source.QUEUE
    unit: Unit = Unit.STACK
    wanted: Filter = EVERYTHING
    order: Order = Order.PLACE
    not_shown: tuple[str, ...] = ()

    def told(self) -> dict[str, Any]:
        """What of it is set, as JSON values."""
        said = {
            name: value for name, value in asdict(self.wanted).items() if value not in (None, ())
        }
        return {"source": self.source, "unit": self.unit, "order": self.order, **said}
