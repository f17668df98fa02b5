"""Shapes of talks as the front end sees them. Moments are µs UTC."""

from __future__ import annotations

from pydantic import BaseModel, Field

from trawl.api.welfare_shapes import Given, OnDutyShape
from trawl.welfare.talking import LONGEST_TEXT, Asked, Person, Talk, TalkEntry


class NewTalk(Given):
    """A word ahead, if one likes."""

    text: str = Field(default="", max_length=LONGEST_TEXT)


class NewMessage(Given):
    """A message."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT)


class AskedShape(BaseModel):
    """Who has been told, and the contact when nobody answers in so many minutes."""

    id: int
    to: OnDutyShape | None
    fallback: str | None
    within_min: int

    @classmethod
    def of(cls, asked: Asked) -> AskedShape:
        """The shape of what was asked for."""
        return cls(
            id=asked.id,
            to=OnDutyShape.of(asked.to),
            fallback=asked.fallback,
            within_min=asked.within_min,
        )


class TalkEntryShape(BaseModel):
    """A talk in a list. ``fallback``: the contact it has fallen back to while unanswered."""

    id: int
    officer: str
    asked_us: int
    offered_to: str | None
    answered_by: str | None
    answered_us: int | None
    fell_back_us: int | None
    closed_us: int | None
    fallback: str | None
    mine: bool

    @classmethod
    def of(cls, entry: TalkEntry) -> TalkEntryShape:
        """The shape of an entry."""
        return cls(
            id=entry.id,
            officer=entry.officer.name,
            asked_us=entry.asked_us,
            offered_to=_name(entry.offered_to),
            answered_by=_name(entry.answered_by),
            answered_us=entry.answered_us,
            fell_back_us=entry.fell_back_us,
            closed_us=entry.closed_us,
            fallback=entry.fallback,
            mine=entry.mine,
        )


class MessageShape(BaseModel):
    """What somebody said."""

    id: int
    author: str
    at_us: int
    text: str


class TalkShape(TalkEntryShape):
    """A talk with its messages, and the names of the counsellors who can read it."""

    messages: list[MessageShape]
    readers: list[str]

    @classmethod
    def of_talk(cls, talk: Talk) -> TalkShape:
        """The shape of a talk."""
        return cls(
            **TalkEntryShape.of(talk.entry).model_dump(),
            messages=[
                MessageShape(id=each.id, author=each.author.name, at_us=each.at_us, text=each.text)
                for each in talk.messages
            ],
            readers=list(talk.readers),
        )


def _name(found: Person | None) -> str | None:
    return None if found is None else found.name
