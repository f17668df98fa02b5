"""What review is told of matching, and the export of a case of its grades: the two know nothing of
each other, so it is joined here."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

import numpy as np
import numpy.typing as npt

from trawl.errors import IndexDamaged
from trawl.formats.schemes import Schemes, load_schemes
from trawl.matching.funnel import matched
from trawl.matching.vics_category import Graded, Grades
from trawl.model.grading import State
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import Judged, judged
from trawl.review.index.stacks import Matched, Matching, alone
from trawl.store.database import Reader
from trawl.workspace import Workspace

Numbers = npt.NDArray[np.int64]


def matching_of(workspace: Workspace) -> Matching:
    """How review gets at what matching left of the cases of a workspace."""
    return Matching(partial(_state, workspace), partial(_read, workspace))


def _state(workspace: Workspace, case_id: int) -> str:
    """Changes whenever a matching has written its stacks or its columns anew."""
    said = []
    for name in ("stacks.npz", "media.npz"):
        try:
            found = (workspace.matching(case_id) / name).stat()
        except FileNotFoundError:
            said.append("none")
        else:
            said.append(f"{found.st_ino}.{found.st_size}.{found.st_mtime_ns}")
    return " ".join(said)


def _read(workspace: Workspace, case_id: int, ids: Numbers) -> Matched:
    """The stacks by position among ``ids``. A case whose files are damaged is as one that was
    never matched: nobody must wait for its next matching to work on it."""
    told = alone(len(ids))
    try:
        index, stacks = matched(workspace.matching(case_id))
    except IndexDamaged:
        return told
    if not len(index) or not len(ids):
        return told
    at = np.minimum(np.searchsorted(ids, index.ids), len(ids) - 1)
    there = ids[at] == index.ids
    mine = np.flatnonzero(there)
    leader, group = told.leader.copy(), told.group.copy()
    distance = told.distance.copy()
    # A top that has left the case leaves its members each to themselves.
    led = mine[there[stacks.leader[mine]]]
    leader[at[led]] = at[stacks.leader[led]]
    distance[at[led]] = stacks.distance[led]
    tops = stacks.group[stacks.leader[mine]]
    grouped = mine[there[tops]]
    group[at[grouped]] = at[stacks.group[stacks.leader[grouped]]]
    return Matched(leader, distance, group)


def grades_of(workspace: Workspace, case_id: int) -> Grades:
    """How an export gets at what the officers' grades of a case came to. Votes that are not
    enough, and whose they are, are not told."""
    return partial(_grades, load_schemes(workspace.schemes), case_id)


def _grades(
    schemes: Schemes, case_id: int, view: Reader, media_ids: Collection[int]
) -> dict[int, Graded]:
    rules = Rules.of(view, case_id, schemes)
    found = judged(view, case_id, list(media_ids), rules)
    return {media_id: _graded(one, rules) for media_id, one in found.items()}


def _graded(one: Judged, rules: Rules) -> Graded:
    state, category = one.stands
    return Graded(
        rules.scheme.name,
        rules.code(category) if state is State.TRUSTED else None,
        disputed=state is State.DISPUTED,
        imported=not one.votes and category == one.hint.imported,
    )
