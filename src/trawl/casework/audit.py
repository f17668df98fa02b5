"""Checking the audit chain."""

from __future__ import annotations

from trawl.model.access import Act, Officer
from trawl.store import audit
from trawl.store.access import require
from trawl.store.audit import AuditReport, Verifier
from trawl.store.database import Database


def verify_audit(
    database: Database, officer: Officer, verify_signature: Verifier | None = None
) -> AuditReport:
    """Go through the whole chain, checkpoints included. Raises AuditBroken at the first row
    that is wrong. That it was checked is in the chain itself, as its last row."""
    with database.session(officer) as session:
        require(session, officer, Act.AUDIT_VERIFY, None)
        session.audit(Act.AUDIT_VERIFY, case_id=None, subject="audit", detail={})
    with database.reader() as reader:
        return audit.verify(reader, verify_signature)
