"""What matching saves: from the files of a case to the stacks that are left to look at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from trawl.formats.schemes import Schemes, load_schemes
from trawl.matching import case_index, case_stacks
from trawl.matching.case_index import IMAGE, VIDEO, CaseIndex
from trawl.matching.case_stacks import CaseStacks
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.store.access import require
from trawl.store.case_media import acquisitions_of_case, media_counts
from trawl.store.database import Database, Reader
from trawl.store.illegal_hits import illegal_hits
from trawl.store.media_hit import media_hit
from trawl.workspace import Workspace

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """Files and media of a case, each line a part of the one before.

    ``files``: occurrences that were read, of any kind; ``media``: distinct contents.
    ``viewable_files`` and ``viewable``: those of them that are pictures and videos, which
    someone would have to look at. ``known_good``, ``known_illegal``: viewable media that a hash
    set names by a digest and so settles (``Known``); ``contradicted``: those that a set of each
    purpose names, which settles nothing; ``not_known``: the rest. ``stacks``: how many stacks the
    rest makes, and so how many are left. ``exposures_avoided``: viewable files less stacks left.
    ``proposals``: media a known-illegal set has hit by any means. ``unmatched``: media that came
    after the last matching; ``seen``: whether the case was ever matched.
    """

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


def funnel(database: Database, officer: Officer, workspace: Workspace, case: Case) -> Funnel:
    """The funnel of a case as it stands. Raises IndexDamaged."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        session.audit(Act.MATCH_READ, case_id=case.id, subject=case.name, detail={"funnel": True})
    schemes = load_schemes(workspace.schemes)
    with database.reader() as reader:
        return _figures(reader, workspace.matching(case.id), case, schemes)


def _figures(view: Reader, folder: Path, case: Case, schemes: Schemes) -> Funnel:
    ids, counts = media_counts(view, acquisitions_of_case(view, case.id))
    index, stacks = matched(folder)
    there = index.positions(ids)
    known = Known.of(view, index, schemes)
    files = files_of(index, ids, counts)
    viewable = index.is_kind(IMAGE, VIDEO)
    left = viewable & ~known.good & ~known.illegal
    tops = np.unique(stacks.leader[left])
    viewable_files = int(files[viewable].sum())
    return Funnel(
        files=int(counts.sum()),
        media=len(ids),
        viewable_files=viewable_files,
        viewable=int(np.count_nonzero(viewable)),
        known_good=int(np.count_nonzero(viewable & known.good)),
        known_illegal=int(np.count_nonzero(viewable & known.illegal)),
        contradicted=int(np.count_nonzero(viewable & known.contradicted)),
        not_known=int(np.count_nonzero(left)),
        stacks=len(tops),
        exposures_avoided=viewable_files - len(tops),
        proposals=int(np.count_nonzero(known.proposed)),
        notable=int(np.count_nonzero(known.notable)),
        unmatched=len(ids) - len(there),
        seen=len(index) > 0,
    )


def matched(folder: Path) -> tuple[CaseIndex, CaseStacks]:
    """What the last matching of a case left: as many media as its stacks know of."""
    stacks = case_stacks.load(folder)
    index = case_index.load(folder)
    if stacks is None or len(stacks) > len(index):
        return case_index.empty(), case_stacks.none()
    return index.upto(len(stacks)), stacks


@dataclass(frozen=True, slots=True)
class Known:
    """By position in the index: settled as known-good or as known-illegal by a digest, or named
    by sets of both purposes; hit by any means by an illegal set, or by a notable one.

    An illegal set settles what it says something of (``Schemes.settles``). Where a known-good set
    and an illegal one name the same content, people decide."""

    good: Flags
    illegal: Flags
    contradicted: Flags
    proposed: Flags
    notable: Flags

    @classmethod
    def of(cls, view: Reader, index: CaseIndex, schemes: Schemes) -> Known:
        """What the hash sets say of the media of a case."""
        good = np.isin(index.ids, media_hit(view, [Purpose.KNOWN_GOOD], (Means.DIGEST,)))
        named, settled = _named_as_illegal(view, index, schemes)
        return cls(
            good & ~named,
            settled & ~good,
            good & named,
            np.isin(index.ids, media_hit(view, [Purpose.ILLEGAL])),
            np.isin(index.ids, media_hit(view, [Purpose.NOTABLE])),
        )


def _named_as_illegal(view: Reader, index: CaseIndex, schemes: Schemes) -> tuple[Flags, Flags]:
    """Which media illegal sets name by a digest, and of which of them they say what it is."""
    named, settled = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    settles = cache(schemes.settles)
    for hits in illegal_hits(view, (Means.DIGEST,)):
        named.append(np.array([hit.media_id for hit in hits], np.int64))
        says = [settles(hit.categories, hit.scheme, hit.bare) for hit in hits]
        settled.append(named[-1][np.array(says, np.bool_)])
    return np.isin(index.ids, np.concatenate(named)), np.isin(index.ids, np.concatenate(settled))


def files_of(
    index: CaseIndex, ids: npt.NDArray[np.int64], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """How many occurrences each media of the index has: int64 by position. ``ids``, sorted, and
    ``counts`` are what ``media_counts`` gives."""
    if not len(ids):
        return np.zeros(len(index), np.int64)
    at = np.minimum(np.searchsorted(ids, index.ids), len(ids) - 1)
    files: npt.NDArray[np.int64] = np.where(ids[at] == index.ids, counts[at], 0)
    return files
