"""What views, their pages and the choices of filters are over HTTP.

Answers are encoded by msgspec from the services' own; the shapes here are their contract, and the
tests hold the two against each other.
"""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, model_validator

from trawl.model.media import Kind
from trawl.review.views.asking import Area, Asked, Filter, Order, Source, Told, Unit
from trawl.store.values import BIGGEST

LONGEST_TEXT = 200
MOST_CHOICES = 100

CaseId = Annotated[int, Path(ge=1, le=BIGGEST)]
ViewKey = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
PageNumber = Annotated[int, Path(ge=0, le=1 << 32)]
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
Texts = Annotated[list[Text], Field(max_length=MOST_CHOICES)]
Time = Annotated[int, Field(ge=-(1 << 62), le=1 << 62)]
Count = Annotated[int, Field(ge=0, le=1 << 40)]


class _Asked(BaseModel):
    """A body with nothing in it that is not understood."""

    model_config = ConfigDict(extra="forbid")


class TakenAsked(_Asked):
    """Microseconds of the clock that wrote the file; the end is not included."""

    from_us: Time | None = None
    to_us: Time | None = None


class AreaAsked(_Asked):
    """Degrees, borders included; over the 180th meridian where west is greater than east."""

    south: Annotated[float, Field(ge=-90, le=90)]
    west: Annotated[float, Field(ge=-180, le=180)]
    north: Annotated[float, Field(ge=-90, le=90)]
    east: Annotated[float, Field(ge=-180, le=180)]


class StackAsked(_Asked):
    """Media in the stack, both ends included."""

    least: Count | None = None
    most: Count | None = None


class FilterAsked(_Asked):
    """All parts that are given must hold; of a list, any one."""

    exhibits: Texts = []
    path: Text | None = None
    kinds: Annotated[list[Kind], Field(max_length=len(Kind))] = []
    taken: TakenAsked | None = None
    cameras: Texts = []
    serials: Texts = []
    place: AreaAsked | None = None
    states: Annotated[list[Told], Field(max_length=2 * len(Told))] = []
    categories: Texts = []
    sets: Texts = []
    stack: StackAsked | None = None
    tags: Texts = []
    failed: bool | None = None
    text: Text | None = None
    noted: bool | None = None
    clues: bool | None = None

    def filter(self) -> Filter:
        """What the service takes."""
        taken, stack, place = self.taken or TakenAsked(), self.stack or StackAsked(), self.place
        return Filter(
            exhibits=tuple(self.exhibits),
            path=self.path,
            kinds=tuple(self.kinds),
            taken_from_us=taken.from_us,
            taken_to_us=taken.to_us,
            cameras=tuple(self.cameras),
            serials=tuple(self.serials),
            place=None if place is None else Area(**place.model_dump()),
            states=tuple(self.states),
            categories=tuple(self.categories),
            sets=tuple(self.sets),
            stack_least=stack.least,
            stack_most=stack.most,
            tags=tuple(self.tags),
            failed=self.failed,
            text=self.text,
            noted=self.noted,
            clues=self.clues,
        )


class ViewAsked(_Asked):
    """Where a view draws from, what a row of it is, what must hold, and the order."""

    source: Source = Source.QUEUE
    unit: Unit = Unit.STACK
    filter: FilterAsked = FilterAsked()
    order: Order = Order.PLACE

    def asked(self, not_shown: frozenset[str]) -> Asked:
        """What the service takes."""
        return Asked(
            source=self.source,
            unit=self.unit,
            wanted=self.filter.filter(),
            order=self.order,
            not_shown=tuple(sorted(not_shown)),
        )


class ViewOpened(BaseModel):
    """``view`` names it; ``count`` rows, which stand for so many ``media``, in pages (buckets)
    of ``bucket`` rows."""

    view: str
    count: int
    media: int
    bucket: int


class Bucket(BaseModel):
    """Up to 1,000 rows, column by column, all of one length. ``ids``: the media, of a stack that
    on top. ``state``: 0 open, 1 proposed, 2 voted (by the officer), 3 trusted, 4 disputed, 5
    known good, 6 known illegal. ``category``: the officer's own (``mine``), else the trusted
    one. ``proposed``: what the set ``by`` proposes. ``leased``: which other officer has it.
    ``exhibit``: index into ``exhibits``."""

    first: int
    ids: list[int]
    stack: list[int]
    files: list[int]
    kind: list[str]
    state: list[int]
    category: list[str | None]
    mine: list[bool]
    proposed: list[str | None]
    by: list[str | None]
    taken_us: list[int | None]
    leased: list[str | None]
    duration_ms: list[int | None]
    exhibit: list[int]
    path: list[str]
    exhibits: list[str]

    @model_validator(mode="after")
    def of_one_length(self) -> Self:
        """The columns are."""
        lengths = {len(value) for name, value in self if name not in ("first", "exhibits")}
        assert len(lengths) == 1
        return self


class GroupShape(BaseModel):
    """``first``: its first row, where each group is one run of the view. Of a place the mean of
    what lies there, and the first media."""

    label: str
    first: int | None
    count: int
    lat: float | None = None
    lon: float | None = None
    ids: list[int] | None = None


class FoundShape(BaseModel):
    """The row of a media, or of the stack it is in."""

    position: int | None


class FacetShape(BaseModel):
    """One choice, and how many media it leaves."""

    label: str
    count: int


class FacetsShape(BaseModel):
    """What a case may be filtered by; of ``kinds`` all media count, of all else pictures and
    videos."""

    exhibits: list[FacetShape]
    kinds: list[FacetShape]
    cameras: list[FacetShape]
    sets: list[FacetShape]
    tags: list[FacetShape]
    categories: list[FacetShape]
    states: list[FacetShape]
    years: list[FacetShape]
