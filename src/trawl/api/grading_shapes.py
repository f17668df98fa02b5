"""What grading asks and answers over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Self

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from trawl.model.grading import State
from trawl.review.grading.agreeing import CaseAgreement
from trawl.review.grading.answering import OwnAct, ToldState
from trawl.review.grading.casting import LONGEST_MS, MOST_MEDIA
from trawl.review.grading.disputes import LONGEST_GROUNDS, Dispute
from trawl.review.grading.undoing import MOST_LEVELS, Undone
from trawl.review.leases import MOST as MOST_LEASES
from trawl.store.values import BIGGEST

Id = Annotated[int, Field(ge=1, le=BIGGEST)]
CaseId = Annotated[int, Path(ge=1, le=BIGGEST)]
MediaId = Annotated[int, Path(ge=1, le=BIGGEST)]
MarkId = Annotated[int, Path(ge=1, le=BIGGEST)]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
Code = Annotated[str, Field(min_length=1, max_length=64)]
SchemeName = Annotated[str, Field(min_length=1, max_length=1000)]
Ms = Annotated[int, Field(ge=0, le=LONGEST_MS)]


class Asked(BaseModel):
    """A body with nothing in it that is not understood."""

    model_config = ConfigDict(extra="forbid")


class GradeAsked(Asked):
    """``category`` null takes the officer's own votes back; ``scheme``: whose category it is;
    ``whole_stack``: on every member of the stacks these media are in; ``told``: how many media
    the officer was told that is, refused where it is another number by now; a span in
    milliseconds: a segment of one video."""

    key: Key
    media: Annotated[list[Id], Field(min_length=1, max_length=MOST_MEDIA)]
    whole_stack: bool = False
    told: Annotated[int, Field(ge=1, le=BIGGEST)] | None = None
    category: Code | None
    scheme: SchemeName | None = None
    from_ms: Ms | None = None
    to_ms: Ms | None = None


class UndoAsked(Asked):
    """How many of the officer's own acts to take back."""

    key: Key
    levels: Annotated[int, Field(ge=1, le=MOST_LEVELS)] = 1


class ResolutionAsked(Asked):
    """How a dispute is settled, and why; ``scheme``: whose category it is."""

    key: Key
    category: Code
    scheme: SchemeName | None = None
    grounds: Annotated[str, Field(min_length=1, max_length=LONGEST_GROUNDS)]


class LeasesAsked(Asked):
    """Stacks, each named by a media in it."""

    media: Annotated[list[Id], Field(min_length=1, max_length=MOST_LEASES)]


class StateTold(BaseModel):
    """One media as the officer may know it."""

    id: int
    state: str
    category: str | None
    mine: bool

    @classmethod
    def each(cls, told: Iterable[ToldState]) -> list[Self]:
        """Of each media."""
        return [
            cls(id=one.media_id, state=named(one.state), category=one.category, mine=one.mine)
            for one in told
        ]


class GradeDone(BaseModel):
    """``left``: stacks that still wait for the officer; ``again``: the act had been done before
    with this key, and nothing was added."""

    act: int
    votes: int
    media: list[int]
    states: list[StateTold]
    left: int | None
    again: bool


class ActUndone(BaseModel):
    """One act that was taken back."""

    act: int
    category: str | None
    media: list[int]

    @classmethod
    def each(cls, undone: Iterable[Undone]) -> list[Self]:
        """Of each act, the newest first."""
        return [
            cls(act=one.act.id, category=one.act.category, media=one.media_ids) for one in undone
        ]


class UndoneTold(BaseModel):
    """What an undo came to, the newest act first."""

    undone: list[ActUndone]
    states: list[StateTold]
    left: int | None
    again: bool


class ActTold(BaseModel):
    """One of the officer's own acts. ``media``: the first fifty."""

    act: int
    kind: str
    category: str | None
    votes: int
    at_us: int
    undone: bool
    undoes: int | None
    media: list[int]

    @classmethod
    def each(cls, acts: Iterable[OwnAct]) -> list[Self]:
        """Of each act."""
        return [
            cls(
                act=one.act.id,
                kind=str(one.act.kind),
                category=one.act.category,
                votes=one.act.votes,
                at_us=one.act.at_us,
                undone=one.undone,
                undoes=one.act.undoes,
                media=one.media_ids,
            )
            for one in acts
        ]


class VoteTold(BaseModel):
    """A vote in force on a disputed media."""

    officer: str
    category: str
    at_us: int


class ResolutionTold(BaseModel):
    """How a dispute was settled."""

    officer: str
    category: str
    grounds: str
    at_us: int


class ImportedTold(BaseModel):
    """What an imported list says of exactly this content; no category where lists differ."""

    category: str | None
    source: str | None


class DisputeTold(BaseModel):
    """A dispute, with its votes."""

    media: int
    open: bool
    votes: list[VoteTold]
    imported: ImportedTold | None
    resolutions: list[ResolutionTold]

    @classmethod
    def of(cls, found: Dispute) -> Self:
        """One dispute."""
        imported = None
        if found.imported is not None:
            category, source = found.imported
            imported = ImportedTold(category=category, source=source)
        return cls(
            media=found.media_id,
            open=found.open,
            votes=[
                VoteTold(officer=one.officer, category=one.category, at_us=one.at_us)
                for one in found.votes
            ],
            imported=imported,
            resolutions=[
                ResolutionTold(
                    officer=one.officer,
                    category=one.category,
                    grounds=one.grounds,
                    at_us=one.at_us,
                )
                for one in found.resolutions
            ],
        )


class LeaseRefused(BaseModel):
    """A stack another officer has."""

    media: int
    officer: str


class LeasesTold(BaseModel):
    """Stacks that are the officer's until then, and those that are not."""

    held: list[int]
    refused: list[LeaseRefused]
    until_us: int


class SamplesAsked(Asked):
    """The share of single votes to draw; the policy's when left out."""

    share: Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)] | None = None


class SamplesTold(BaseModel):
    """How many media went back into the queue, of how many with a single vote; the seed shows
    that nobody picked."""

    requeued: int
    of: int
    seed: int


class PairTold(BaseModel):
    """Cohen's kappa of two officers, over the media both have voted on."""

    a: str
    b: str
    kappa: float | None
    n: int
    why: str | None


class ConfusionTold(BaseModel):
    """How many pairs of votes on one media were of these two categories; symmetric."""

    categories: list[str]
    counts: list[list[int]]


class AgreementTold(BaseModel):
    """How well the officers of a case agree. ``media``: with any vote; ``several``: with two or
    more; ``percent``: the share of pairs of votes on one media that are equal, 0 to 1; ``why``:
    in words why a figure is null."""

    scheme: str
    officers: list[str]
    media: int
    several: int
    percent: float | None
    fleiss: float | None
    why: str | None
    cohen: list[PairTold]
    confusion: ConfusionTold

    @classmethod
    def of(cls, found: CaseAgreement) -> Self:
        """The figures of a case."""
        names, figures = found.officers, found.figures
        return cls(
            scheme=found.scheme,
            officers=names,
            media=found.media,
            several=figures.percent.n,
            percent=figures.percent.value,
            fleiss=figures.fleiss.value,
            why=figures.fleiss.why,
            cohen=[
                PairTold(a=names[a], b=names[b], kappa=one.value, n=one.n, why=one.why)
                for (a, b), one in figures.cohen.items()
            ],
            confusion=ConfusionTold(categories=found.codes, counts=figures.confusion.tolist()),
        )


def named(state: State) -> str:
    """A state in words: ``known-good``."""
    return state.name.lower().replace("_", "-")
