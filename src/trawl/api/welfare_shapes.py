"""Shapes of welfare as the front end sees them. Moments are µs UTC, durations ms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trawl.welfare.duty import OnDuty
from trawl.welfare.line import Line

Id = Annotated[int, Field(ge=1, le=(1 << 63) - 1)]
Moment = Annotated[int, Field(ge=0, le=1 << 56)]
Clarity = Literal["blurred", "grey", "clear"]


class Given(BaseModel):
    """A request's body: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class OnDutyShape(BaseModel):
    """Who is on duty, and how to reach them."""

    id: int
    name: str
    how: str

    @classmethod
    def of(cls, found: OnDuty | None) -> OnDutyShape | None:
        """The shape; None: nobody is there."""
        return None if found is None else cls(id=found.id, name=found.name, how=found.how)


class StandShape(BaseModel):
    """No media are shown in this time. ``reason``: ``break``, ``daily-limit`` or ``hours``;
    ``says``: the same in words."""

    from_us: int
    until_us: int
    reason: str
    says: str


class LineShape(BaseModel):
    """The welfare line."""

    now_us: int
    looked_today_ms: int
    stretch_ms: int
    due_in_ms: int
    stand: StandShape | None = Field(serialization_alias="break")
    remind: bool
    hours: tuple[str, str] | None
    timezone: str
    daily_left_ms: int | None
    on_duty: OnDutyShape | None
    closer_seconds: int
    not_shown: list[str]

    @classmethod
    def of(cls, line: Line) -> LineShape:
        """The shape of a line."""
        stand = line.stand
        return cls(
            now_us=line.now_us,
            looked_today_ms=line.looked_today_ms,
            stretch_ms=line.stretch_ms,
            due_in_ms=line.due_in_ms,
            stand=None
            if stand is None
            else StandShape(
                from_us=stand.from_us,
                until_us=stand.until_us,
                reason=stand.reason,
                says=stand.says,
            ),
            remind=line.remind,
            hours=line.hours,
            timezone=line.timezone,
            daily_left_ms=line.daily_left_ms,
            on_duty=OnDutyShape.of(line.on_duty),
            closer_seconds=line.closer_seconds,
            not_shown=list(line.not_shown),
        )


class Heartbeat(Given):
    """A page's word: who it is, whether it is visible and has media on screen, and which media
    were there since its last word: ``[media, clarity, ms]``."""

    page: str = Field(pattern=r"^[0-9A-Za-z-]{1,64}$")
    visible: bool
    showing: bool
    case_id: Id | None = None
    shown: list[tuple[Id, Clarity, Annotated[int, Field(ge=0, le=86_400_000)]]] = Field(
        default=[], max_length=2000
    )
