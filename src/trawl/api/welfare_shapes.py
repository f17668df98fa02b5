"""Shapes of welfare as the front end sees them. Moments are µs UTC, durations ms."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from trawl.store.shifts import Shift, ShiftKind
from trawl.welfare import consents
from trawl.welfare.duty import OnDuty
from trawl.welfare.line import Line, OwnTalk, TalkStands
from trawl.welfare.policy import OwnRules, WelfarePolicy

Id = Annotated[int, Field(ge=1, le=(1 << 63) - 1)]
Moment = Annotated[int, Field(ge=0, le=1 << 56)]
Clarity = Literal["blurred", "grey", "clear"]


class Given(BaseModel):
    """A request's body: nothing but what is named."""

    model_config = ConfigDict(extra="forbid")


class PersonShape(BaseModel):
    """An officer by number and name."""

    id: int
    name: str


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


class OwnTalkShape(BaseModel):
    """The officer's newest talk that is not over; ``contact``: whom to reach instead."""

    id: int
    stands: TalkStands
    contact: str | None

    @classmethod
    def of(cls, found: OwnTalk | None) -> OwnTalkShape | None:
        """The shape; None: there is none."""
        if found is None:
            return None
        return cls(id=found.id, stands=found.stands, contact=found.contact)


class LineShape(BaseModel):
    """The welfare line. ``reachable``: there is a counsellor, on duty or not; ``talks_waiting``:
    to a counsellor, talks nobody has answered yet."""

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
    reachable: bool
    own_talk: OwnTalkShape | None
    closer_seconds: int
    not_shown: list[str]
    talks_waiting: int | None

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
            reachable=line.reachable,
            own_talk=OwnTalkShape.of(line.own_talk),
            closer_seconds=line.closer_seconds,
            not_shown=list(line.not_shown),
            talks_waiting=line.talks_waiting,
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


class PolicyShape(Given):
    """The welfare policy, in minutes. ``hours``: local times of ``timezone``, an IANA name."""

    longest_min: int
    break_min: int
    remind_min: int
    daily_min: int | None = None
    hours: tuple[str, str] | None = None
    answer_min: int
    fallback_contact: str = Field(default="", max_length=400)
    closer_seconds: int
    timezone: str = Field(default="UTC", max_length=64)

    @classmethod
    def of(cls, policy: WelfarePolicy) -> PolicyShape:
        """The shape of a policy."""
        return cls(**policy.value)

    @property
    def policy(self) -> WelfarePolicy:
        """The policy, not yet checked."""
        return WelfarePolicy(**self.model_dump())


class OwnRulesShape(Given):
    """What holds for one officer: categories not shown to them, a daily limit of their own."""

    not_shown: list[str] = Field(max_length=64)
    daily_min: int | None = None


class OfficerRulesShape(OwnRulesShape):
    """The rules of one officer, and the codes of categories there are to choose from."""

    categories: list[str]

    @classmethod
    def among(cls, rules: OwnRules, codes: list[str]) -> OfficerRulesShape:
        """The shape of rules."""
        return cls(not_shown=list(rules.not_shown), daily_min=rules.daily_min, categories=codes)


class ShiftShape(BaseModel):
    """A shift or holiday on the roster."""

    id: int
    officer_id: int
    name: str
    from_us: int
    until_us: int
    kind: ShiftKind
    how: str

    @classmethod
    def of(cls, shift: Shift) -> ShiftShape:
        """The shape of a shift."""
        return cls(
            id=shift.id,
            officer_id=shift.officer_id,
            name=shift.name,
            from_us=shift.from_us,
            until_us=shift.until_us,
            kind=shift.kind,
            how=shift.how,
        )


class NewShift(Given):
    """A shift or holiday to be put on the roster."""

    officer_id: Id
    from_us: Moment
    until_us: Moment
    kind: ShiftKind = ShiftKind.WORK
    how: str = Field(default="", max_length=200)


class IntervalShape(BaseModel):
    """A time: from one moment until another."""

    from_us: int
    until_us: int


class ConsentShape(BaseModel):
    """A consent an officer has given. ``counsellor`` null: to any of them."""

    id: int
    counsellor_id: int | None
    counsellor: str | None
    given_us: int
    withdrawn_us: int | None

    @classmethod
    def of(cls, given: consents.Given) -> ConsentShape:
        """The shape of a consent."""
        consent = given.consent
        return cls(
            id=consent.id,
            counsellor_id=consent.counsellor_id,
            counsellor=given.counsellor,
            given_us=consent.given_us,
            withdrawn_us=consent.withdrawn_us,
        )


class ConsentingShape(BaseModel):
    """An officer whose trend the counsellor who asks may see."""

    officer_id: int
    name: str


class NewConsent(Given):
    """Whom one consents to; null: any counsellor."""

    counsellor_id: Id | None = None


class Number(BaseModel):
    """The number of what was made."""

    id: int
