"""Shapes of cases, as the front end sees them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from trawl.api.administration import OfficerShape
from trawl.api.case_figures import Figures, Working
from trawl.api.signin_shapes import Given
from trawl.casework.case_page import CasePage
from trawl.formats.schemes import Scheme
from trawl.matching.funnel import Funnel
from trawl.model.access import Role, Wing
from trawl.model.case import Case
from trawl.store.log import LogRow
from trawl.store.officers import Enrolled
from trawl.store.progress import AcquisitionProgress, ExhibitProgress

Id = Annotated[int, Field(ge=1, le=(1 << 63) - 1)]
CaseName = Annotated[str, Field(min_length=1, max_length=120)]
Unread = Literal["failed", "locked", "lies"]
DIGITS = "123456789"


class NewCase(Given):
    """A case to open. Whether it is restricted is said now, before anything is in it."""

    name: CaseName
    wing: Wing = Wing.CHILD_PROTECTION
    restricted: bool = False
    scheme: Annotated[str, Field(max_length=80)] | None = None


class NewMember(Given):
    """Who is to work on a case."""

    officer_id: Id


class CaseRow(BaseModel):
    """A case in the list. ``left``: stacks left for whoever asks; ``disputes``: media."""

    id: int
    name: str
    wing: Wing
    restricted: bool
    added_us: int
    member: bool
    left: int | None = None
    disputes: int | None = None

    @classmethod
    def of(cls, case: Case, *, member: bool, figures: Figures | None = None) -> CaseRow:
        """The shape."""
        found = figures or Figures()
        return cls(
            id=case.id,
            name=case.name,
            wing=case.wing,
            restricted=case.restricted,
            added_us=case.added_us,
            member=member,
            left=found.left,
            disputes=found.disputed,
        )


class CategoryShape(BaseModel):
    """A category of a scheme; ``key``: the digit that grades so."""

    code: str
    label: str
    meaning: str
    key: str | None


class SchemeShape(BaseModel):
    """A category scheme."""

    name: str
    title: str
    categories: list[CategoryShape]

    @classmethod
    def of(cls, scheme: Scheme) -> SchemeShape:
        """The shape: the first nine categories have a digit."""
        keys = [*DIGITS, *(None,) * max(0, len(scheme.categories) - len(DIGITS))]
        categories = [
            CategoryShape(code=one.code, label=one.label, meaning=one.meaning.value, key=key)
            for one, key in zip(scheme.categories, keys, strict=False)
        ]
        return cls(name=scheme.name, title=scheme.title, categories=categories)


class MemberShape(BaseModel):
    """A member of a case."""

    id: int
    name: str
    roles: list[Role]

    @classmethod
    def of(cls, found: Enrolled) -> MemberShape:
        """The shape."""
        shape = OfficerShape.of(found)
        return cls(id=shape.id, name=shape.name, roles=shape.roles)


class AcquisitionShape(BaseModel):
    """How far an acquisition has come: entries, entries a second, seconds left."""

    id: int
    begun_us: int
    finished_us: int | None
    files: int
    total: int | None
    rate: float | None
    left_s: float | None
    failed: int
    locked: int
    lies: int

    @classmethod
    def of(cls, found: AcquisitionProgress) -> AcquisitionShape:
        """The shape."""
        return cls(**asdict(found))


class ExhibitShape(BaseModel):
    """An exhibit and its acquisitions."""

    reference: str
    acquisitions: list[AcquisitionShape]

    @classmethod
    def of(cls, found: ExhibitProgress) -> ExhibitShape:
        """The shape."""
        acquisitions = [AcquisitionShape.of(one) for one in found.acquisitions]
        return cls(reference=found.reference, acquisitions=acquisitions)


class WorkingShape(BaseModel):
    """Who works on the case, since when, on what."""

    officer: str
    since_us: int
    at: str | None


class CaseShape(BaseModel):
    """The page of a case."""

    id: int
    name: str
    wing: Wing
    restricted: bool
    scheme: SchemeShape
    members: list[MemberShape]
    exhibits: list[ExhibitShape]
    working: list[WorkingShape]

    @classmethod
    def of(cls, page: CasePage, scheme: Scheme, working: list[Working]) -> CaseShape:
        """The shape."""
        return cls(
            id=page.case.id,
            name=page.case.name,
            wing=page.case.wing,
            restricted=page.case.restricted,
            scheme=SchemeShape.of(scheme),
            members=[MemberShape.of(one) for one in page.members],
            exhibits=[ExhibitShape.of(one) for one in page.exhibits],
            working=[WorkingShape(**one._asdict()) for one in working],
        )


class FunnelShape(BaseModel):
    """From the files of a case to what is left. ``saved``: exposures avoided."""

    files: int
    media: int
    viewable_files: int
    viewable: int
    known_good: int
    known_illegal: int
    contradicted: int
    not_known: int
    stacks: int
    exposures_avoided: int
    proposals: int
    notable: int
    unmatched: int
    seen: bool
    left: int
    graded: int
    trusted: int
    disputed: int
    saved: int

    @classmethod
    def of(cls, found: Funnel, figures: Figures) -> FunnelShape:
        """The shape. Where nothing is said of grading yet, nothing is graded."""
        return cls(
            **asdict(found),
            left=found.stacks if figures.left is None else figures.left,
            graded=figures.graded or 0,
            trusted=figures.trusted or 0,
            disputed=figures.disputed or 0,
            saved=found.exposures_avoided,
        )


class FileRow(BaseModel):
    """A file that could not be read as it is."""

    number: int
    exhibit: str
    path: str
    state: str
    reason: str | None
    size: int | None
    sha256: str | None
    mime: str | None

    @classmethod
    def of(cls, row: LogRow) -> FileRow:
        """The shape."""
        return cls(
            number=row.occurrence_id,
            exhibit=row.exhibit,
            path=row.path,
            state=row.state,
            reason=row.reason,
            size=row.size,
            sha256=row.sha256,
            mime=row.mime,
        )


class FilePage(BaseModel):
    """Files in the order of the log; ``next``: what to ask for the ones behind."""

    rows: list[FileRow]
    next: int | None
