"""Why a media was hit: the set, the entry, the digest or distance, and what the list says of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from trawl.errors import IndexDamaged, NotFound
from trawl.formats.schemes import Schemes, load_schemes
from trawl.matching.digests.records import Records
from trawl.matching.held_lists import list_folder, records_path
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.hash_set import Known, ListImport, Purpose
from trawl.store.access import require
from trawl.store.case_media import acquisitions_of_case, facts_by_id, first_places, media_counts
from trawl.store.cases import cases_of
from trawl.store.database import Database, Reader
from trawl.store.hash_sets import lists_of
from trawl.store.hits import SetHit, hits_of
from trawl.store.media import cases_with_media, sha256_of, stored_media
from trawl.store.media_hit import media_hit
from trawl.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A hit with its grounds. ``labels``: the codes in words, of the set's scheme; ``known``:
    what the list says of the entry, None when it says nothing but digests."""

    sha256: bytes
    exhibit: str
    path: str
    of: SetHit
    labels: tuple[str, ...]
    known: Known | None


def list_hits(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    case: Case,
    *,
    purposes: Collection[Purpose] = (Purpose.ILLEGAL, Purpose.NOTABLE),
    most: int = 50,
) -> tuple[list[Explained], int]:
    """The hits of sets of these purposes in a case, at most so many media; and how many media
    were hit in all."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        session.audit(Act.MATCH_READ, case_id=case.id, subject=case.name, detail={"hits": True})
    with database.reader() as reader:
        ids, _ = media_counts(reader, acquisitions_of_case(reader, case.id))
        hit = np.intersect1d(ids, media_hit(reader, purposes), assume_unique=True)
        told = _explained(reader, workspace, case, hit[:most].tolist(), purposes)
        return told, len(hit)


def explain_media(
    database: Database, officer: Officer, workspace: Workspace, sha256: bytes
) -> list[Explained]:
    """All hits on one media of the officer's cases, the known-good and never-match ones too.
    Raises NotFound when it is in none of them."""
    with database.session(officer) as session:
        require(session, officer, Act.CASE_READ, None)
        own = {case.id: case for case in cases_of(session, officer)}
        holding = cases_with_media(session, sha256, list(own))
        if not holding:
            raise NotFound(f"no media {sha256.hex()} is in your cases")
        require(session, officer, Act.MATCH_READ, holding[0])
        session.audit(
            Act.MATCH_READ, case_id=holding[0], subject=sha256.hex(), detail={"hits": True}
        )
    with database.reader() as reader:
        media_id = stored_media(reader, [sha256])[sha256].id
        return _explained(reader, workspace, own[holding[0]], [media_id], tuple(Purpose))


def explain_in_case(
    database: Database, officer: Officer, workspace: Workspace, case: Case, media_id: int
) -> list[Explained]:
    """All hits on one media of a case, the known-good and never-match ones too. Raises NotFound
    when the case does not have it."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        sha256 = sha256_of(session, media_id)
        if sha256 is None or not cases_with_media(session, sha256, [case.id]):
            raise NotFound(f"this case has no media {media_id}")
        session.audit(Act.MATCH_READ, case_id=case.id, subject=sha256.hex(), detail={"hits": True})
    with database.reader() as reader:
        return _explained(reader, workspace, case, [media_id], tuple(Purpose))


def _explained(
    view: Reader,
    workspace: Workspace,
    case: Case,
    media_ids: Sequence[int],
    purposes: Collection[Purpose],
) -> list[Explained]:
    facts = facts_by_id(view, media_ids)
    places = first_places(view, case.id, media_ids)
    with closing(Sayings(workspace, lists_of(view))) as sayings:
        return [
            Explained(
                sha256=facts[one.hit.media_id].sha256,
                exhibit=places.get(one.hit.media_id, ("", ""))[0],
                path=places.get(one.hit.media_id, ("", ""))[1],
                of=one,
                labels=sayings.labels(one),
                known=sayings.known(one),
            )
            for one in hits_of(view, media_ids)
            if one.purpose in purposes
        ]


class Sayings:
    """What schemes and lists say, each opened once."""

    def __init__(self, workspace: Workspace, lists: Sequence[ListImport]) -> None:
        self._workspace = workspace
        self._lists = {each.id: each for each in lists}
        self._schemes: Schemes = load_schemes(workspace.schemes)
        self._records: dict[int, Records] = {}

    def close(self) -> None:
        """Let go of the files."""
        for records in self._records.values():
            records.close()

    def labels(self, one: SetHit) -> tuple[str, ...]:
        """The codes of a hit in words."""
        scheme = self._schemes.by_name.get(one.scheme or "")
        if scheme is None or one.hit.categories is None:
            return ()
        told = (scheme.category(code) for code in one.hit.categories.split(" "))
        return tuple(f"{each.code} {each.label}" for each in told if each is not None)

    def known(self, one: SetHit) -> Known | None:
        """What the list says of the entry. Raises IndexDamaged."""
        listed = self._lists[one.hit.list_id]
        if not listed.categories:
            return None
        if listed.id not in self._records:
            path = records_path(list_folder(self._workspace.hash_sets, listed))
            if not path.exists():
                raise IndexDamaged(
                    f"What the list {listed.file_name} says of its entries is gone.",
                    hint="Remove the list with trawl hashset remove, and read it in again.",
                )
            self._records[listed.id] = Records.open(path)
        return self._records[listed.id].get(np.array([one.hit.entry], np.int64))[0]
