"""The cases under review in this process: what is derived of them, and the views that are open.

One case is asked by one thread at a time; what is asked takes milliseconds. Where a case has grown
while an intake runs, it is brought up to date beside the work, and not too often.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from trawl.formats.schemes import Schemes, load_schemes
from trawl.model.access import Act
from trawl.review.grading.rules import Rules
from trawl.review.grading.standing import Standing
from trawl.review.index.bundle import OF_SETS, OF_THE_LOG, Bundle, bring_up, stale
from trawl.review.index.media_index import MediaIndex
from trawl.review.index.stacks import Matching
from trawl.review.leases import held_stacks
from trawl.review.preparing import Progress
from trawl.review.views.facets import Lasting, lasting
from trawl.review.views.held import Held, Marks, Sought
from trawl.review.views.judging import CaseJudged
from trawl.review.views.paths import lie_at
from trawl.review.views.snapshots import Snapshots
from trawl.store.changes import Change, changes_since, head_of_audit
from trawl.store.database import Database, Reader
from trawl.store.leases import leases_of_case
from trawl.store.marked_media import marked_media
from trawl.workspace import Workspace

MOST_CASES = 8
"""Cases held at a time; of each some hundred bytes a media, most of them mapped files."""

PATIENCE_S = 5.0
"""Seconds at least between two times a growing case is brought up to date."""

AT_ONCE_S = 0.3
"""What takes no longer than this is not worth a thread of its own."""

WAIT_S = 3.0
"""Seconds an officer waits for a case to open before they are told how far it is."""

AT_WORK_S = 1800.0
"""Seconds for which a case that is worked on goes before those only looked at from outside."""

AHEAD_S = 3.0
"""Seconds after a case was opened until what may be asked for later is read."""

_SHARE = 20
_OF_GRADING = frozenset(
    {
        Act.GRADE,
        Act.GRADE_UNDO,
        Act.DISPUTE_RESOLVE,
        Act.SAMPLE_DRAW,
        Act.POLICY_SET,
        Act.CASE_MANAGE,
    }
)
_OF_MARKS = frozenset({Act.MARK})
_HEEDED = OF_THE_LOG | OF_SETS | _OF_GRADING | _OF_MARKS


class ReviewCase:
    """One case under review. Safe to share between threads."""

    def __init__(
        self,
        database: Database,
        folder: Path,
        case_id: int,
        matching: Matching,
        schemes: Schemes,
        patience_s: float,
    ) -> None:
        self.case_id = case_id
        self.views = Snapshots()
        self._database, self._folder = database, folder
        self._matching, self._schemes = matching, schemes
        self._patience_s = patience_s
        self._lock = threading.RLock()
        self._bundle: Bundle | None = None
        self._standing: Standing | None = None
        self._marks: Marks | None = None
        self._seen = 0
        self._judged = ""
        self._acts: frozenset[str] = frozenset()
        self._behind = False
        self._cost_s = 0.0
        self._due_s = 0.0
        self._beside = ThreadPoolExecutor(1, "review")
        self._closing = threading.Event()
        self._renewing: Future[None] | None = None
        self._progress = Progress()
        self._sought = Sought()
        self._lasting: tuple[str, Lasting] | None = None

    @contextmanager
    def held(self, view: Reader) -> Iterator[Held]:
        """The case as ``view`` has it, for as long as the block lasts. Raises BeingPrepared
        while it is being prepared, StoreError."""
        if self._bundle is None:
            self._wait_until_open()
        with self._lock:
            self._refresh(view)
            assert self._bundle is not None
            assert self._standing is not None
            assert self._marks is not None
            bundle = self._bundle
            leases = leases_of_case(view, self.case_id, self._database.clock())
            yield Held(
                self.case_id,
                bundle.token,
                bundle.index,
                bundle.stacks,
                bundle.sets.hit,
                CaseJudged(self._standing, self._judged),
                self._marks,
                held_stacks(bundle.index, bundle.stacks, leases),
                self._sought,
            )

    def lasting(self, held: Held) -> Lasting:
        """The choices of filters that no judgement changes."""
        if self._lasting is None or self._lasting[0] != held.version:
            self._lasting = held.version, lasting(held.index)
        return self._lasting[1]

    def close(self) -> None:
        """Wait for what is being brought up to date."""
        self._closing.set()
        self._beside.shutdown()

    def _wait_until_open(self) -> None:
        """Open the case beside the work, waiting no longer than an officer should."""
        with self._lock:
            if self._bundle is not None:
                return
            if self._renewing is None or self._renewing.done():
                self._renewing = self._beside.submit(self._renew_beside)
            renewing = self._renewing
        try:
            renewing.result(None if self._patience_s == 0 else WAIT_S)
        except TimeoutError:
            raise self._progress.told() from None

    def _refresh(self, view: Reader) -> None:
        assert self._bundle is not None
        head = head_of_audit(view)
        if head > self._seen:
            self._take(view, changes_since(view, self._seen, _HEEDED))
            self._seen = head
        if self._patience_s > 0 and time.monotonic() < self._due_s:
            return
        if self._acts:
            self._behind |= stale(view, self.case_id, self._bundle, self._acts)
            self._acts = frozenset()
        if self._behind or self._matching.state(self.case_id) != self._bundle.matched:
            self._renew(view)

    def _renew(self, view: Reader) -> None:
        """Bring the case up to date: here where it is quick, else beside the work. Raises what
        went wrong beside it the last time."""
        if self._renewing is not None and self._renewing.done():
            renewed, self._renewing = self._renewing, None
            renewed.result()
        if self._patience_s == 0 or self._cost_s <= AT_ONCE_S:
            self._adopt(view, *self._made(view), head_of_audit(view))
        elif self._renewing is None:
            self._renewing = self._beside.submit(self._renew_beside)

    def _renew_beside(self) -> None:
        with self._database.reader() as view:
            head = head_of_audit(view)
            made = self._made(view)
            with self._lock:
                # What was done meanwhile is behind ``head``, and is taken in by whoever asks next.
                self._adopt(view, *made, head)
        if self._patience_s > 0:
            self._beside.submit(self._read_paths, made[0].index)

    def _read_paths(self, index: MediaIndex) -> None:
        """Read what the first text looked for in paths would have to, once the first tiles are
        out. Looked for is what nearly every name holds, which takes the most."""
        if self._closing.wait(AHEAD_S):
            return
        with self._database.reader() as view:
            lie_at(view, index, ".")

    def _made(self, view: Reader) -> tuple[Bundle, Standing]:
        """Everything anew, as far as it has to be."""
        started = time.monotonic()
        rules = Rules.of(view, self.case_id, self._schemes)
        bundle = bring_up(
            *(view, self._folder, self.case_id, self._matching, rules, self._bundle),
            self._progress.tell,
        )
        standing = Standing.of(view, self.case_id, bundle.index.ids, rules, bundle.sets.hints)
        self._cost_s = time.monotonic() - started
        return bundle, standing

    def _adopt(self, view: Reader, bundle: Bundle, standing: Standing, head: int) -> None:
        if self._bundle is not None and self._bundle.index is not bundle.index:
            self.views.move(self._bundle.index, bundle.index)
        self._bundle, self._standing, self._sought = bundle, standing, Sought()
        self._seen, self._judged, self._behind = head, str(head), False
        self._marks = self._read_marks(view, bundle.index, head)
        self._due_s = time.monotonic() + max(self._patience_s, _SHARE * self._cost_s)

    def _take(self, view: Reader, changes: list[Change]) -> None:
        assert self._bundle is not None
        assert self._standing is not None
        ours = [one for one in changes if one.case_id in (self.case_id, None)]
        last = max((one.last for one in ours), default=self._seen)
        acts = {one.act for one in ours}
        if acts & _OF_GRADING:
            self._standing.catch_up(view)
            self._judged = str(last)
        if acts & _OF_MARKS:
            self._marks = self._read_marks(view, self._bundle.index, last)
        # Media are shared: what another case has taken in may be of this one too.
        self._acts |= {one.act for one in changes} & (OF_THE_LOG | OF_SETS)

    def _read_marks(self, view: Reader, index: MediaIndex, last: int) -> Marks:
        found = marked_media(view, self.case_id)

        def positions(media_ids: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
            at, there = index.positions_of(media_ids)
            return at[there]

        tags = {name: positions(media_ids) for name, media_ids in found.tags.items()}
        return Marks(str(last), positions(found.noted), positions(found.clues), tags)


class Reviews:
    """All cases under review. ``patience_s``: 0 brings a case up to date whenever it is asked
    and has grown."""

    def __init__(
        self,
        workspace: Workspace,
        database: Database,
        matching: Matching,
        *,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.workspace, self.database = workspace, database
        self._matching = matching
        self._patience_s = patience_s
        self._schemes = load_schemes(workspace.schemes)
        self._lock = threading.Lock()
        self._cases: OrderedDict[int, ReviewCase] = OrderedDict()
        self._worked_s: dict[int, float] = {}

    def case(self, case_id: int, *, at_work: bool = True) -> ReviewCase:
        """The case of that number; whether it is there, and for whom, is the caller's to ask.
        ``at_work``: False for a look from outside, which lets no case go that is worked on."""
        with self._lock:
            found = self._cases.get(case_id)
            if found is None:
                folder = self.workspace.review(case_id)
                found = self._cases[case_id] = ReviewCase(
                    *(self.database, folder, case_id, self._matching, self._schemes),
                    self._patience_s,
                )
            self._cases.move_to_end(case_id)
            if at_work:
                self._worked_s[case_id] = time.monotonic()
            while len(self._cases) > MOST_CASES:
                self._let_one_go()
            return found

    def _let_one_go(self) -> None:
        """Of those that nobody works on the one asked for the longest ago, else of all."""
        since = time.monotonic() - AT_WORK_S
        idle = (one for one in self._cases if self._worked_s.get(one, since) <= since)
        gone = next(idle, None) or next(iter(self._cases))
        del self._cases[gone]
        self._worked_s.pop(gone, None)

    def close(self) -> None:
        """Wait for what is being brought up to date."""
        with self._lock:
            cases = list(self._cases.values())
        for case in cases:
            case.close()
