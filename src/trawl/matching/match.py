"""Matching a case: hash sets by digest, by sight and by clip; then its stacks.

Only what is new is compared: each list remembers up to which media it was held against the case,
and the stacks keep the near pairs they were made of.
"""

from __future__ import annotations

import shutil
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trawl.errors import IndexDamaged, WorkspaceBusy
from trawl.matching import case_clips, case_index, case_stacks, state
from trawl.matching.by_clip import clip_hits
from trawl.matching.case_index import CaseIndex
from trawl.matching.hit_making import Categories, digest_hits, sight_hits
from trawl.matching.standing import removed_of, still_standing
from trawl.matching.state import State
from trawl.matching.steps import Step, Stop, Stopped, Tell, never, silent
from trawl.model.access import Act, Officer
from trawl.model.case import Case
from trawl.model.hash_set import HashSet, ListImport, Purpose
from trawl.model.matching import Means
from trawl.store.access import require
from trawl.store.bulk import batches
from trawl.store.case_media import findings_upto
from trawl.store.database import Database, Reader, Session
from trawl.store.hash_sets import hash_sets, lists_of
from trawl.store.hits import Hit, delete_others, write_hits
from trawl.store.media import stored_media
from trawl.store.media_hit import media_hit
from trawl.store.rejections import rejections
from trawl.workspace import Workspace, only_one

HITS_AT_ONCE = 50_000


@dataclass(slots=True)
class Matched:
    """What a matching came to. ``hits``: new ones by purpose and means; ``new``: media that
    had not been matched before."""

    media: int = 0
    new: int = 0
    hits: Counter[tuple[Purpose, Means]] = field(default_factory=Counter)


def match_case(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    case: Case,
    *,
    again: bool = False,
    tell: Tell = silent,
    stop: Stop = never,
) -> Matched:
    """Match a case with all hash sets and bring its stacks up to date. ``again``: from scratch,
    as after an index was damaged. Raises Stopped, IndexDamaged, WorkspaceBusy."""
    with database.reader() as reader:
        require(reader, officer, Act.MATCH_RUN, case.id)
    folder = workspace.matching(case.id)
    with only_one(
        folder,
        f"Another process is matching {case.name}.",
        "Wait for it to end; it does the same work.",
    ):
        _sweep(folder)
        if again:
            _clear(folder)
        matching = _Matching(database, officer, workspace, case, folder, tell, stop)
        return matching.run()


def _sweep(folder: Path) -> None:
    """Take away what a killed matching had half written."""
    for left in folder.iterdir():
        if left.name.startswith(".") or left.suffix == ".part":
            left.unlink()


def _clear(folder: Path) -> None:
    for left in folder.iterdir():
        if left.name == "embeddings" or left.name == "lock":
            continue
        if left.is_dir():
            shutil.rmtree(left)
        else:
            left.unlink()


class _Matching:
    """One run over one case."""

    def __init__(
        self,
        database: Database,
        officer: Officer,
        workspace: Workspace,
        case: Case,
        folder: Path,
        tell: Tell,
        stop: Stop,
    ) -> None:
        self._database, self._officer, self._case = database, officer, case
        self._workspace, self._folder = workspace, folder
        self._tell, self._stop = tell, stop
        self._done = Matched()

    def run(self) -> Matched:
        before = case_index.load(self._folder)
        at = state.load(self._folder) if len(before) else State()
        with self._database.reader() as reader:
            if len(before) and findings_upto(reader, int(before.ids.max())) != at.findings:
                # A newer pass has said something else of what is indexed, or a run broke off.
                before, at = case_index.empty(), State()
            anew = not len(before)
            index = case_index.refresh(reader, self._case.id, before, self._count)
            sets = {each.id: each for each in hash_sets(reader)}
            lists = lists_of(reader)
            self._removed = removed_of(self._workspace.hash_sets, lists)
            self._rejections(reader, index)
            with self._while_they_stand(lists):
                last = self._store(self._hits(reader, index, lists, sets, at))
            at.findings = findings_upto(reader, int(index.ids.max())) if len(index) else 0
        if anew:
            case_stacks.forget(self._folder)
        if len(index) > len(before):
            case_index.save(self._folder, index)
        self._done.media, self._done.new = len(index), len(index) - at.stacked
        with self._database.session(self._officer) as session:
            if anew:
                delete_others(session, index.ids, self._kept)
            self._write(session, last)
        at.lists, at.removed = {each.id: len(index) for each in lists}, self._removed
        self._stacks(index, at)
        at.clips = at.stacked = len(index)
        state.save(self._folder, at)
        return self._done

    # Hits ------------------------------------------------------------------------------------

    @contextmanager
    def _while_they_stand(self, lists: Sequence[ListImport]) -> Iterator[None]:
        """The files of a list that is removed meanwhile are gone, and not damaged."""
        try:
            yield
        except IndexDamaged:
            with self._database.reader() as reader:
                left = {each.id for each in lists_of(reader)}
            if {each.id for each in lists} <= left:
                raise
            raise WorkspaceBusy(
                f"A hash set was removed while {self._case.name} was matched with it.",
                hint="Run it again: trawl match --case NAME",
            ) from None

    def _hits(
        self,
        view: Reader,
        index: CaseIndex,
        lists: Sequence[ListImport],
        sets: dict[int, HashSet],
        at: State,
    ) -> Iterator[Hit]:
        """Every hit of what is new: new media with all lists, new lists with all media."""
        with closing(Categories(self._workspace.hash_sets, lists)) as categories:
            yield from self._with(categories, view, index, lists, sets, at)

    def _with(
        self,
        categories: Categories,
        view: Reader,
        index: CaseIndex,
        lists: Sequence[ListImport],
        sets: dict[int, HashSet],
        at: State,
    ) -> Iterator[Hit]:
        self._sets = {each.id: sets[each.set_id] for each in lists}
        since: dict[int, list[ListImport]] = defaultdict(list)
        for each in lists:
            same = at.removed.get(each.id, 0) == self._removed.get(each.id, 0)
            since[min(at.lists.get(each.id, 0), len(index)) if same else 0].append(each)
        where = self._workspace.hash_sets
        for first, some in sorted(since.items()):
            yield from digest_hits(
                view, where, some, index, first, categories, self._tell, self._stop
            )
            for listed in some:
                for by in (sight_hits, clip_hits):
                    yield from by(where, listed, index, first, categories, self._tell, self._stop)

    def _rejections(self, view: Reader, index: CaseIndex) -> None:
        """The media that officers have told apart, by position."""
        pairs = [one for one in rejections(view) if one.other.startswith("media:")]
        named = {one.sha256 for one in pairs} | {bytes.fromhex(one.other[6:]) for one in pairs}
        there = {sha256: one.id for sha256, one in stored_media(view, sorted(named)).items()}
        self._apart: list[tuple[int, int]] = []
        for one in pairs:
            media_id, other_id = there.get(one.sha256), there.get(bytes.fromhex(one.other[6:]))
            if media_id is not None and other_id is not None:
                at = index.positions(np.array([media_id, other_id], np.int64))
                if len(at) == 2:
                    self._apart.append((int(at[0]), int(at[1])))

    def _store(self, hits: Iterable[Hit]) -> list[Hit]:
        """Write hits as they come, each lot an act of its own; the last is left to the end."""
        waiting: list[Hit] = []
        self._kept: set[tuple[int, int, str]] = set()
        for some in batches(hits, HITS_AT_ONCE):
            self._kept |= {(hit.media_id, hit.list_id, str(hit.means)) for hit in some}
            if waiting:
                with self._database.session(self._officer) as session:
                    self._write(session, waiting)
            waiting = some
        return waiting

    def _write(self, session: Session, hits: list[Hit]) -> None:
        require(session, self._officer, Act.MATCH_RUN, self._case.id)
        hits = still_standing(session, self._workspace.hash_sets, hits)
        write_hits(session, hits)
        for hit in hits:
            self._done.hits[self._sets[hit.list_id].purpose, hit.means] += 1
        session.audit(
            Act.MATCH_RUN,
            case_id=self._case.id,
            subject=self._case.name,
            detail={"hits": len(hits), "media": self._done.media, "new": self._done.new},
        )

    # Stacks ----------------------------------------------------------------------------------

    def _stacks(self, index: CaseIndex, at: State) -> None:
        clips = case_clips.build(self._folder, index, at.clips, self._tell, self._stop)
        with self._database.reader() as reader:
            spared = index.positions(media_hit(reader, [Purpose.NEVER]))
        stacks = case_stacks.build(
            self._folder, index, spared, self._apart, clips.same(index), self._tell, self._stop
        )
        case_stacks.save(self._folder, stacks)

    def _count(self, done: int, total: int) -> None:
        if self._stop():
            raise Stopped("Stopped before anything was matched.")
        self._tell(Step("reading what is new", done, total, "media"))
