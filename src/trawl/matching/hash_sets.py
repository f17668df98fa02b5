"""Hash sets: looking at them, and taking lists and entries out again."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from itertools import compress

import numpy as np

from trawl.errors import NotFound
from trawl.matching.digests.removed import Removed
from trawl.matching.digests.set_folder import SetFolder
from trawl.matching.held_lists import list_folder, set_folder
from trawl.model.access import Act, Officer
from trawl.model.hash_set import DigestKind, HashSet, ListImport, Numbers
from trawl.store import hash_sets as store
from trawl.store.access import require
from trawl.store.database import Database, Session
from trawl.store.hits import delete_hits, hits_of_list
from trawl.workspace import Workspace


def list_hash_sets(database: Database, officer: Officer) -> list[HashSet]:
    """All hash sets of the unit, by name."""
    with database.session(officer) as session:
        require(session, officer, Act.HASH_SET_READ, None)
        found = store.hash_sets(session)
        session.audit(
            Act.HASH_SET_READ, case_id=None, subject="all sets", detail={"sets": len(found)}
        )
    return found


def show_hash_set(
    database: Database, officer: Officer, name: str
) -> tuple[HashSet, list[ListImport]]:
    """A hash set with its lists. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.HASH_SET_READ, None)
        found = store.hash_set_by_name(session, name)
        session.audit(Act.HASH_SET_READ, case_id=None, subject=name, detail={})
        return found, store.lists_of(session, found.id)


def remove_hash_set(database: Database, officer: Officer, workspace: Workspace, name: str) -> int:
    """Remove a hash set with all its lists; how many hits went with it. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.HASH_SET_REMOVE, None)
        found = store.hash_set_by_name(session, name)
        gone = store.remove_hash_set(session, found.id)
        session.audit(Act.HASH_SET_REMOVE, case_id=None, subject=name, detail={"hits": gone})
    shutil.rmtree(workspace.hash_sets / f"{found.id:06d}", ignore_errors=True)
    return gone


def remove_list(
    database: Database, officer: Officer, workspace: Workspace, name: str, list_id: int
) -> int:
    """Take one list out of a set, nothing else; how many hits went with it. Raises NotFound."""
    with database.session(officer) as session:
        require(session, officer, Act.HASH_SET_REMOVE, None)
        found = store.hash_set_by_name(session, name)
        lists = {each.id: each for each in store.lists_of(session, found.id)}
        listed = lists.get(list_id)
        if listed is None:
            raise NotFound(
                f"{name} has no list {list_id}", hint=f"See them with: trawl hashset show {name}"
            )
        gone = store.remove_lists(session, found.id, [list_id])
        session.audit(
            Act.HASH_SET_REMOVE, case_id=None, subject=name, detail={"list": list_id, "hits": gone}
        )
    shutil.rmtree(list_folder(workspace.hash_sets, listed), ignore_errors=True)
    return gone


def remove_entries(
    database: Database, officer: Officer, workspace: Workspace, name: str, digest: bytes
) -> int:
    """Take the entries that bear a digest (16, 20 or 32 bytes) out of a set: they match by none
    of their digests and fingerprints any more. How many there were. Raises NotFound."""
    kind = next((kind for kind in DigestKind if kind.size == len(digest)), None)
    if kind is None:
        raise NotFound(f"{digest.hex()} is neither MD5 nor SHA-1 nor SHA-256")
    with database.session(officer) as session:
        require(session, officer, Act.HASH_SET_REMOVE, None)
        found = store.hash_set_by_name(session, name)
        lists = store.lists_of(session, found.id)
        folder = set_folder(workspace.hash_sets, found.id)
        owners, entries = _bearing(folder, lists, kind, digest)
        if not len(entries):
            raise NotFound(f"no entry of {name} bears {digest.hex()}")
        gone = _withdrawn(session, folder.removed.having(owners, entries), lists)
        session.audit(
            Act.HASH_SET_REMOVE,
            case_id=None,
            subject=name,
            detail={kind.value: digest.hex(), "entries": len(entries), "hits": gone},
        )
        folder.remove(owners, entries)  # last: what the database refuses leaves no trace here
    return len(entries)


def _bearing(
    folder: SetFolder, lists: Sequence[ListImport], kind: DigestKind, digest: bytes
) -> tuple[Numbers, Numbers]:
    """Lists and numbers of the entries that bear a digest."""
    having = [each.id for each in lists if each.counts.get(kind)]
    with folder.digests(kind, having) as segments:
        found = segments.look_up(np.frombuffer(digest, np.uint8).reshape(1, -1))
    return found.lists, found.entries


def _withdrawn(session: Session, removed: Removed, lists: Sequence[ListImport]) -> int:
    """Take away the hits of entries that are taken out; how many."""
    gone = 0
    for listed in lists:
        hits = hits_of_list(session, listed.id)
        entries = np.array([hit.entry for hit in hits], np.int64)
        lost = removed.has(np.full(len(hits), listed.id, np.int64), entries)
        gone += delete_hits(session, compress(hits, lost.tolist()))
    return gone
