"""What marks and saved filters ask and answer over HTTP."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, Field, JsonValue

from trawl.api.grading_shapes import Asked, Ms
from trawl.review import clues, notes, saved_filters, tags
from trawl.review.clues import Clue, Region

Part = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class Added(BaseModel):
    """What was added."""

    id: int


class NoteAsked(Asked):
    """A note to be written."""

    text: Annotated[str, Field(min_length=1, max_length=notes.LONGEST)]


class TagAsked(Asked):
    """A tag to be put."""

    tag: Annotated[str, Field(min_length=1, max_length=tags.LONGEST)]


class ClueAsked(Asked):
    """A clue: a region (all four sides), a moment of a video, or both."""

    label: Annotated[str, Field(min_length=1, max_length=clues.LONGEST)]
    x: Part | None = None
    y: Part | None = None
    w: Part | None = None
    h: Part | None = None
    at_ms: Ms | None = None

    @property
    def region(self) -> Region | None:
        """The region, when it has all four sides."""
        sides = (self.x, self.y, self.w, self.h)
        return None if None in sides else Region(*(float(side or 0) for side in sides))


class FilterAsked(Asked):
    """A filter to be saved."""

    name: Annotated[str, Field(min_length=1, max_length=saved_filters.LONGEST_NAME)]
    value: dict[str, JsonValue]


class NoteTold(BaseModel):
    """A note."""

    id: int
    officer: str
    text: str
    at_us: int


class TagTold(BaseModel):
    """A tag."""

    id: int
    officer: str
    tag: str
    at_us: int


class ClueTold(BaseModel):
    """A clue; the sides are parts of the whole, 0 to 1."""

    id: int
    media: int
    officer: str
    label: str
    x: float | None
    y: float | None
    w: float | None
    h: float | None
    at_ms: int | None
    at_us: int

    @classmethod
    def of(cls, found: Clue) -> Self:
        """One clue."""
        sides: dict[str, Any] = dict.fromkeys(Region._fields)
        if found.region is not None:
            sides = found.region._asdict()
        return cls(
            id=found.id,
            media=found.media_id,
            officer=found.officer,
            label=found.label,
            at_ms=found.at_ms,
            at_us=found.at_us,
            **sides,
        )


class FilterTold(BaseModel):
    """A saved filter."""

    id: int
    name: str
    value: dict[str, Any]
    at_us: int
