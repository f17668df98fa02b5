"""All that is derived of one case, brought up to date with what it is derived from."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from trawl.model.access import Act
from trawl.review.grading.rules import Rules
from trawl.review.index import building, media_index, sets, stacks
from trawl.review.index.building import Tell
from trawl.review.index.media_index import MediaIndex
from trawl.review.index.occurrences import block_states
from trawl.review.index.sets import Sets
from trawl.review.index.stacks import Matching, Stacks
from trawl.store.changes import changes_since, head_of_audit
from trawl.store.database import Reader

OF_THE_LOG = frozenset(
    {
        Act.EXHIBIT_ADD,
        Act.INTAKE_BEGIN,
        Act.INTAKE_CONTAINER,
        Act.INTAKE_SLICE,
        Act.INTAKE_UNLOCK,
        Act.INTAKE_SEAL,
    }
)
"""Acts that may change what the index says; on another case too, which may share media."""

OF_SETS = frozenset({Act.MATCH_RUN, Act.MATCH_REJECT, Act.HASH_SET_ADD, Act.HASH_SET_REMOVE})
"""Acts that may change what hash sets say."""

FAR_BEHIND = 5_000
"""Audit rows after which it is written down anew that the hits still hold."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """``token`` names the state of all of it; ``scheme``: in which what sets say is told."""

    index: MediaIndex
    stacks: Stacks
    sets: Sets
    matched: str
    scheme: str
    token: str


def bring_up(
    view: Reader,
    folder: Path,
    case_id: int,
    matching: Matching,
    rules: Rules,
    old: Bundle | None = None,
    tell: Tell | None = None,
) -> Bundle:
    """The bundle as the database and the last matching have it; what has not changed is taken
    from ``old`` or from the files, and what is made anew is written there. Raises StoreError
    when there is no room."""
    index = _index(view, folder, case_id, old, tell)
    matched = matching.state(case_id)
    stacked = _digest(index.token, matched)
    same = old is not None and _digest(old.index.token, old.matched) == stacked
    held = old.stacks if old is not None and same else stacks.load(folder, stacked)
    if held is None:
        held = stacks.derive(index, matching.read(case_id, index.ids))
        stacks.save(folder, held, stacked)
    said = _sets(view, folder, index, rules, old)
    token = _digest(stacked, rules.scheme.name, str(said.upto))
    return Bundle(index, held, said, matched, rules.scheme.name, token)


def stale(view: Reader, case_id: int, bundle: Bundle, acts: Collection[str]) -> bool:
    """Whether acts of these kinds have left the bundle behind."""
    if any(act in OF_SETS for act in acts):
        return True
    return any(act in OF_THE_LOG for act in acts) and not _of_now(view, case_id, bundle.index)


def _of_now(view: Reader, case_id: int, index: MediaIndex) -> bool:
    exhibits, by_acquisition = block_states(view, case_id)
    now = [block.key for _, blocks in by_acquisition for block in blocks]
    return exhibits == index.exhibits and now == [block[:4] for block in index.blocks]


def _index(
    view: Reader, folder: Path, case_id: int, old: Bundle | None, tell: Tell | None
) -> MediaIndex:
    held = media_index.load(folder) if old is None else old.index
    if held is not None and _of_now(view, case_id, held):
        return held
    made = building.build(view, case_id, held, tell)
    media_index.save(folder, made)
    return made


def _sets(view: Reader, folder: Path, index: MediaIndex, rules: Rules, old: Bundle | None) -> Sets:
    token = _digest(index.token, rules.scheme.name)
    same = old is not None and old.index is index and old.scheme == rules.scheme.name
    held = old.sets if old is not None and same else sets.load(folder, token)
    head = head_of_audit(view)
    if held is not None and not changes_since(view, held.upto, OF_SETS):
        if head - held.upto < FAR_BEHIND:
            return held
        made = replace(held, upto=head)
    else:
        made = sets.read(view, index, rules, head)
    sets.save(folder, made, token)
    return made


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]
