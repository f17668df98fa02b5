"""The audit over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from trawl.api.deps import Asking
from trawl.api.state import Held
from trawl.casework.audit_list import AuditFilter, AuditPage, list_audit
from trawl.store.chain import Scalar

router = APIRouter(prefix="/audit", tags=["audit"])

Word = Annotated[str | None, Query(max_length=120)]
Number = Annotated[int | None, Query(ge=0, le=(1 << 63) - 1)]


class AuditRowShape(BaseModel):
    """One act."""

    sequence: int
    at_us: int
    officer: str
    act: str
    case: str | None
    subject: str
    detail: dict[str, Scalar]


class AuditPageShape(BaseModel):
    """Acts, the newest first; ``next``: what to give as ``after`` for those behind."""

    rows: list[AuditRowShape]
    next: int | None

    @classmethod
    def of(cls, page: AuditPage) -> AuditPageShape:
        """The shape."""
        rows = [
            AuditRowShape(
                sequence=row.sequence,
                at_us=row.at_us,
                officer=row.officer,
                act=row.act,
                case=row.case,
                subject=row.subject,
                detail=row.detail,
            )
            for row in page.rows
        ]
        return cls(rows=rows, next=page.next)


@router.get("")
def read_audit(
    held: Held,
    asking: Asking,
    after: Number = None,
    act: Word = None,
    officer: Word = None,
    case: Word = None,
    from_us: Number = None,
    until_us: Number = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> AuditPageShape:
    """A page of the audit, the newest acts first. Of restricted cases, an auditor who is no
    member reads that something was done, not what or to what."""
    wanted = AuditFilter(act=act, officer=officer, case=case, from_us=from_us, until_us=until_us)
    return AuditPageShape.of(list_audit(held.database, asking, wanted, after=after, limit=limit))
