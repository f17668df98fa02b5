"""The stacks of a case as an officer asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trawl.errors import NotFound
from trawl.formats.schemes import load_schemes
from trawl.matching.case_index import IMAGE, VIDEO, CaseIndex
from trawl.matching.case_stacks import CaseStacks
from trawl.matching.funnel import Known, files_of, matched
from trawl.matching.sight.hamming import distances
from trawl.matching.sight.turns import TURNS, turned
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.matching import ALIKE, Turn
from trawl.store.access import require
from trawl.store.case_media import (
    MediaFacts,
    acquisitions_of_case,
    facts_by_id,
    first_places,
    media_counts,
)
from trawl.store.database import Database, Reader
from trawl.store.media import stored_media
from trawl.workspace import Workspace

Place = tuple[MediaFacts, str, str]
"""A media with the exhibit and path of its first occurrence in the case."""

UNMATCHED = "Match it first: trawl match --case {}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One stack. ``media``: its members, the one on top included; ``files``: their occurrences;
    ``furthest``: bits from the top; ``similar``: other stacks in its looser group; ``left``:
    whether something in it is not known and still to be looked at."""

    top: MediaFacts
    exhibit: str
    path: str
    media: int
    files: int
    furthest: int
    similar: int
    left: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One media of a stack, or the top of a similar one. ``turn``: what, done to the one it is
    compared with, gives it."""

    media: MediaFacts
    exhibit: str
    path: str
    files: int
    distance: int
    turn: str
    known: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A stack opened: its members, the top first, and the tops of stacks similar to it."""

    members: list[Member]
    similar: list[Member]


def list_stacks(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    case: Case,
    *,
    most: int = 50,
    all_sizes: bool = False,
) -> tuple[list[Stack], int]:
    """The largest stacks of a case, those of one media only with ``all_sizes``; and how many
    there are in all. Raises NotFound when the case was never matched, IndexDamaged."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        session.audit(Act.MATCH_READ, case_id=case.id, subject=case.name, detail={"stacks": True})
    with database.reader() as reader:
        return _Stacks.open(reader, workspace, case).largest(reader, most, 1 if all_sizes else 2)


def show_stack(
    database: Database, officer: Officer, workspace: Workspace, case: Case, sha256: bytes
) -> Shown:
    """The stack that a media of the case is in. Raises NotFound, IndexDamaged."""
    with database.session(officer) as session:
        require(session, officer, Act.MATCH_READ, case.id)
        session.audit(
            Act.MATCH_READ, case_id=case.id, subject=sha256.hex(), detail={"stacks": True}
        )
    with database.reader() as reader:
        return _Stacks.open(reader, workspace, case).around(reader, sha256)


@dataclass(slots=True)
class _Stacks:
    """A matched case, opened."""

    case: Case
    index: CaseIndex
    stacks: CaseStacks
    files: npt.NDArray[np.int64]
    known: npt.NDArray[np.bool_]

    @classmethod
    def open(cls, view: Reader, workspace: Workspace, case: Case) -> _Stacks:
        index, stacks = matched(workspace.matching(case.id))
        if not len(index):
            raise NotFound(
                f"{case.name} has not been matched yet.", hint=UNMATCHED.format(case.name)
            )
        ids, counts = media_counts(view, acquisitions_of_case(view, case.id))
        known = Known.of(view, index, load_schemes(workspace.schemes))
        return cls(case, index, stacks, files_of(index, ids, counts), known.good | known.illegal)

    def largest(self, view: Reader, most: int, least: int) -> tuple[list[Stack], int]:
        """The stacks of most media, and how many have at least ``least``."""
        viewable = self.index.is_kind(IMAGE, VIDEO)
        tops, which = np.unique(self.stacks.leader[viewable], return_inverse=True)
        media = np.bincount(which)
        files = np.bincount(which, self.files[viewable])
        furthest = np.zeros(len(tops), np.int64)
        np.maximum.at(furthest, which, self.stacks.distance[viewable])
        left = np.bincount(which, ~self.known[viewable]) > 0
        groups = np.bincount(self.stacks.group[tops], minlength=len(self.index))
        order = np.lexsort((tops, -files, -media))
        order = order[media[order] >= least]
        shown = order[:most].tolist()
        place = self._places(view, tops[shown].tolist())
        return [
            Stack(
                top=place[int(tops[at])][0],
                exhibit=place[int(tops[at])][1],
                path=place[int(tops[at])][2],
                media=int(media[at]),
                files=int(files[at]),
                furthest=int(furthest[at]),
                similar=int(groups[self.stacks.group[tops[at]]]) - 1,
                left=bool(left[at]),
            )
            for at in shown
        ], len(order)

    def around(self, view: Reader, sha256: bytes) -> Shown:
        """The stack of one media."""
        stored = stored_media(view, [sha256]).get(sha256)
        at = self.index.positions(np.array([stored.id if stored else -1], np.int64))
        if not len(at):
            raise NotFound(
                f"{self.case.name} has no matched media {sha256.hex()}.",
                hint=UNMATCHED.format(self.case.name),
            )
        position = int(at[0])
        if not self.index.is_kind(IMAGE, VIDEO)[position]:
            raise NotFound(f"{sha256.hex()} is neither a picture nor a video: it is in no stack.")
        members = self.stacks.members(position).tolist()
        similar = self.stacks.similar_to(position).tolist()
        place = self._places(view, members + similar)
        return Shown(
            [self._member(one, place, self.stacks.distance[one]) for one in members],
            [
                self._member(one, place, *self._away(int(self.stacks.leader[position]), one))
                for one in similar
            ],
        )

    def _away(self, top: int, other: int) -> tuple[int, Turn]:
        """How far one top is from another, and what done to the first gives the other: as they
        stand where they are alike so, else in the turn in which they are nearest."""
        bits = self.index.media["bits"]
        own, others = bits[top : top + 1], bits[other : other + 1]
        found = [(int(distances(turned(own, turn)[0], others)[0]), turn) for turn in TURNS]
        if found[0][0] <= ALIKE:
            return found[0]
        return min(found, key=lambda one: one[0])

    def _member(
        self, position: int, place: dict[int, Place], distance: int, turn: Turn = Turn.NONE
    ) -> Member:
        media, exhibit, path = place[position]
        return Member(
            media=media,
            exhibit=exhibit,
            path=path,
            files=int(self.files[position]),
            distance=int(distance),
            turn=str(turn),
            known=bool(self.known[position]),
        )

    def _places(self, view: Reader, positions: Sequence[int]) -> dict[int, Place]:
        """What is told of each media, with where it lies first."""
        ids = self.index.ids[positions].tolist()
        facts = facts_by_id(view, ids)
        places = first_places(view, self.case.id, ids)
        return {
            position: (facts[media_id], *places.get(media_id, ("", "")))
            for position, media_id in zip(positions, ids, strict=True)
        }
