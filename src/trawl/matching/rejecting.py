"""Not a match: an officer's word on a pair, remembered, and taken back."""

from __future__ import annotations

from trawl.errors import MatchingError, NotFound
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.store import rejections as store
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.store.hash_sets import find_hash_set
from trawl.store.media import cases_with_media
from trawl.store.rejections import Rejection


def reject(database: Database, officer: Officer, case: Case, sha256: bytes, other: str) -> str:
    """Remember that a media of the case is no match of ``other``: the SHA-256 in hex of another
    media, or the name of a hash set, whose hits on it no longer count. Returns which of the two
    it was, ``media`` or ``set``. Stacks heed it from the next matching on. Raises NotFound, and
    MatchingError when it is the same media."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_REJECT, case.id)
        _require_media(session, case, sha256)
        subject = _subject(session, case, other)
        if subject == f"media:{sha256.hex()}":
            raise MatchingError(f"{sha256.hex()} cannot be told apart from itself.")
        store.reject(session, sha256, subject)
        session.audit(
            Act.MATCH_REJECT, case_id=case.id, subject=sha256.hex(), detail={"not": subject}
        )
    return subject.partition(":")[0]


def unreject(database: Database, officer: Officer, case: Case, sha256: bytes, other: str) -> None:
    """Forget a pair: its hits count again, and stacks from the next matching on. Raises
    NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_REJECT, case.id)
        _require_media(session, case, sha256)
        subject = _subject(session, case, other)
        forgotten = store.forget(session, sha256, subject)
        if subject.startswith("media:"):  # it may have been said of the two either way, or twice
            forgotten |= store.forget(session, bytes.fromhex(other), f"media:{sha256.hex()}")
        if not forgotten:
            raise NotFound(f"{sha256.hex()} and {other} were not told apart.")
        session.audit(
            Act.MATCH_REJECT, case_id=case.id, subject=sha256.hex(), detail={"again": subject}
        )


def list_rejections(database: Database, officer: Officer, case: Case) -> list[Rejection]:
    """The pairs whose media are in the case, the oldest first."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        session.audit(
            Act.MATCH_READ, case_id=case.id, subject=case.name, detail={"not a match": True}
        )
        known = store.rejections(session)
        return [one for one in known if cases_with_media(session, one.sha256, [case.id])]


def told_apart(view: Reader, sha256: bytes) -> set[bytes]:
    """The media that are no match of this one, though they may look like it."""
    own = f"media:{sha256.hex()}"
    found = set()
    for one in store.rejections(view):
        if one.sha256 == sha256 and one.other.startswith("media:"):
            found.add(bytes.fromhex(one.other[6:]))
        elif one.other == own:
            found.add(one.sha256)
    return found


def _require_media(session: Session, case: Case, sha256: bytes) -> None:
    if not cases_with_media(session, sha256, [case.id]):
        raise NotFound(f"no media {sha256.hex()} is in {case.name}")


def _subject(session: Session, case: Case, other: str) -> str:
    """What a pair's other half is stored as."""
    try:
        digest = bytes.fromhex(other)
    except ValueError:
        digest = b""
    if len(digest) == 32:
        _require_media(session, case, digest)
        return f"media:{digest.hex()}"
    if find_hash_set(session, other) is None:
        raise NotFound(
            f"{other} is neither the SHA-256 of a media of {case.name} nor a hash set.",
            hint="Name hash sets as trawl hashset list does.",
        )
    return f"set:{other}"
