"""The coordinator: hands out work, answers what is known, survives its workers, writes the log.

One thread, one loop. Everything it needs to go on after a kill is in the store and the
journal's listings; what is in memory can be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

from trawl.intake.ahead import Ahead
from trawl.intake.ledger import Log, count_states
from trawl.intake.marker import DECODING
from trawl.intake.plan import PREPARED_AHEAD, Plan, Run
from trawl.intake.pool import Death, Pool
from trawl.intake.progress import Meter, Progress
from trawl.intake.protocol import (
    Ask,
    Fetch,
    Fetched,
    Known,
    Listed,
    ListEnd,
    ListSource,
    MemberDone,
    NoRoom,
    ToCoordinator,
    Work,
    WorkEnd,
)
from trawl.intake.room import is_no_room, no_room
from trawl.intake.tasks import FetchTask, ListTask, SliceTask, Task
from trawl.intake.unread import not_logged, without_reading
from trawl.model.exhibit import Entry, OccurrenceState
from trawl.model.intake import Logged
from trawl.store.slices import MissingMedia

QUEUE = 2  # jobs a worker holds: one in hand, one to read ahead
AHEAD_SLICES = 400  # of the container the log is at, and of those behind it, before their turn
STRIKES = 2  # workers a file may crash before it is left alone
OUTSIDE_STRIKES = 5  # the same when something else seems to kill workers


class Coordinator:
    """Runs one acquisition to its end, or until it is told to stop."""

    def __init__(
        self,
        plan: Plan,
        ledger: Log,
        pool: Pool,
        ahead: Ahead,
        meter: Meter,
        tell: Callable[[Progress], None],
        stop: Callable[[], bool],
        *,
        digests_only: bool = False,
    ) -> None:
        self._plan, self._ledger, self._pool = plan, ledger, pool
        self._ahead, self._meter, self._tell, self._stop = ahead, meter, tell, stop
        self._digests_only = digests_only
        self._numbers = count(1)
        self._jobs: dict[int, tuple[int, Task]] = {}  # job -> (worker, task)
        self._again: list[Task] = []
        self._claims: dict[bytes, tuple[int, int]] = {}

    def run(self) -> bool:
        """True when everything is in the log, False when it was told to stop. Raises StoreError
        when there is no room left to write."""
        try:
            return self._run()
        except OSError as error:
            if is_no_room(error):
                raise no_room(error.strerror) from error
            raise

    def _run(self) -> bool:
        self._plan.skip_done()
        while not self._stop():
            self._write_what_is_ready()
            if self._plan.current is None:
                return True
            self._hand_out()
            for event in self._pool.poll(0.25):
                if isinstance(event, Death):
                    self._on_death(event)
                else:
                    self._on_message(*event)
            self._tell(self._progress())
        return False

    def _progress(self) -> Progress:
        current = self._plan.current
        at = current.container.path if current is not None else ""
        return self._meter.read(self._plan.left, at, self._pool.confinement)

    # Handing out ----------------------------------------------------------------------------

    def _hand_out(self) -> None:
        held = dict.fromkeys(self._pool.workers, 0)
        for worker, _ in self._jobs.values():
            held[worker] += 1
        for depth in range(QUEUE):
            for worker, jobs in held.items():
                if jobs != depth:
                    continue
                task = self._next_task()
                if task is None:
                    return
                self._give(worker, task)
                held[worker] += 1

    def _next_task(self) -> Task | None:
        if self._again:
            self._again.sort(key=lambda task: task.container.number)
            return self._again.pop(0)
        here, behind = self._under_way()
        if here >= AHEAD_SLICES:
            return None
        # What comes later must never keep the container whose turn it is from going on.
        prepared = PREPARED_AHEAD if behind < AHEAD_SLICES else 1
        return next(self._plan.tasks(prepared), None)

    def _under_way(self) -> tuple[int, int]:
        """Slices finished or handed out: of the container the log is at, and of others."""
        current = self._plan.current
        number = -1 if current is None else current.container.number
        jobs = sum(task.container.number == number for _, task in self._jobs.values())
        here = self._ahead.of(number) + jobs
        return here, len(self._ahead) + len(self._jobs) - here

    def _give(self, worker: int, task: Task) -> None:
        job = next(self._numbers)
        self._jobs[job] = (worker, task)
        message: Fetch | ListSource | Work
        if isinstance(task, FetchTask):
            message = Fetch(
                job=job,
                source=task.source,
                entry=self._plan.entry_of(task.container),
                sha256=task.container.sha256 or b"",
                target=task.target,
            )
        elif isinstance(task, ListTask):
            message = ListSource(job=job, source=task.source)
        else:
            message = Work(
                job=job,
                source=task.source,
                entries=task.left,
                spared=task.spared,
                shunned=task.shunned,
                digests_only=self._digests_only,
            )
        self._pool.send(worker, message)

    # Hearing --------------------------------------------------------------------------------

    def _on_message(self, worker: int, message: ToCoordinator) -> None:
        if isinstance(message, NoRoom):
            raise no_room(message.reason)
        holder, task = self._jobs.get(getattr(message, "job", 0), (None, None))
        if holder != worker:  # an answer to what it no longer holds
            return
        if isinstance(message, Ask) and isinstance(task, SliceTask):
            answer = self._answer(task, message.sha256s)
            self._pool.send(worker, Known(batch=message.batch, known=answer))
        elif isinstance(message, MemberDone) and isinstance(task, SliceTask):
            if message.index in task.entries:
                # A worker says what became of an entry, not what the entry is.
                entry = task.entries[message.index]
                task.done[message.index] = replace(message.logged, entry=entry)
                self._meter.files += 1
                self._meter.bytes += message.logged.size or 0
        elif isinstance(message, WorkEnd) and isinstance(task, SliceTask):
            del self._jobs[message.job]
            if task.left:
                self._again.append(task)
            else:
                self._ahead.put(task.order, task.rows())
        elif isinstance(message, Listed) and isinstance(task, ListTask):
            self._plan.listed_some(task.container).add(message.entries)
            self._meter.listing += len(message.entries)
        elif isinstance(message, ListEnd) and isinstance(task, ListTask):
            del self._jobs[message.job]
            self._listed(task, message.problem, message.lock)
        elif isinstance(message, Fetched) and isinstance(task, FetchTask):
            del self._jobs[message.job]
            if message.problem is not None:
                self._plan.failed(task.container, message.problem)
            elif message.path == task.target or self._plan.is_own(message.path):
                self._plan.fetched(task.container, message.path)
            else:
                self._plan.failed(task.container, "its worker named a file outside the exhibit")

    def _listed(self, task: ListTask, problem: str | None, lock: str | None) -> None:
        listing = self._plan.listed(task.container, problem, lock)
        self._meter.listing = max(0, self._meter.listing - listing.members)
        self._meter.files_total += listing.members
        self._meter.bytes_total += listing.size

    def _answer(self, task: SliceTask, sha256s: tuple[bytes, ...]) -> tuple[bool, ...]:
        """Which contents need no decoding: those in the store, and those that a slice earlier
        in the log has taken upon itself."""
        stored = self._ledger.known(sha256s)
        answer = []
        for sha256 in sha256s:
            claimed = self._claims.get(sha256)
            if sha256 in stored or (claimed is not None and claimed < task.order):
                answer.append(True)
            else:
                self._claims[sha256] = task.order
                answer.append(False)
        return tuple(answer)

    # Losing workers -------------------------------------------------------------------------

    def _on_death(self, death: Death) -> None:
        limit = OUTSIDE_STRIKES if death.outside else 1 if death.hung else STRIKES
        for job, (worker, task) in list(self._jobs.items()):
            if worker != death.worker:
                continue
            del self._jobs[job]
            guilty = death.mark.job == job
            if isinstance(task, SliceTask):
                if guilty and death.mark.index in task.entries:
                    task.strike(death.mark.index, death.cause, limit, death.mark.stage == DECODING)
                self._again.append(task)
                continue
            task.strikes += guilty
            if task.strikes < limit:
                self._again.append(task)
                if isinstance(task, ListTask):
                    self._plan.listing_lost(task.container)
            elif isinstance(task, ListTask):  # what it had listed by then is logged
                self._listed(task, f"listing it {death.cause}", None)
            else:
                self._plan.failed(task.container, f"unpacking it {death.cause}")

    # Writing --------------------------------------------------------------------------------

    def _write_what_is_ready(self) -> None:
        """Everything whose turn it is. A few slices at a time, so that nobody waits long for an
        answer meanwhile."""
        for _ in range(4):
            run = self._plan.current
            if run is None or not self._write_next(run):
                return

    def _write_next(self, run: Run) -> bool:
        if not run.settled:
            return False
        if run.listing is None or run.listing.members == 0:
            self._ledger.nothing_inside(run)
            self._plan.advance()
            return True
        first = run.container.done
        rows = self._ahead.take((run.container.number, first))
        if rows is None and run.problem is not None:
            rows = [_lost(entry, run.problem) for entry in self._plan.lost(run)]
        if not rows:
            return False
        try:
            found = self._ledger.slice(run, first, rows)
        except MissingMedia:
            self._redo(run, first, rows)
            return True
        for container in found:
            self._plan.add(container)
        failed, locked = count_states(rows)
        self._meter.failed += failed
        self._meter.locked += locked
        self._release(rows)
        self._plan.logged(run, len(rows))
        return True

    def _release(self, rows: list[Logged]) -> None:
        for row in rows:
            if row.media is not None:
                self._claims.pop(row.media.digests.sha256, None)

    def _redo(self, run: Run, first: int, rows: list[Logged]) -> None:
        """A content this slice relied on never came: its file changed in between. Read again."""
        for row in rows:
            if row.sha256 is not None:
                self._claims.pop(row.sha256, None)
        self._meter.files -= len(rows)
        task = self._plan.slice_again(run, first, [row.entry for row in rows])
        self._again.append(task)


def _lost(entry: Entry, problem: str) -> Logged:
    """The row of a member whose container can no longer be opened."""
    reason = f"what it lies in cannot be opened again: {problem}"
    return without_reading(entry) or not_logged(entry, OccurrenceState.UNREADABLE, reason)
