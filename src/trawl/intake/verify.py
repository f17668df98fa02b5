"""Reading the sources again and naming what changed, is missing or is new.

Only the acquisition's own paths are read: an archive or image whose bytes are the same holds the
same members, so its digest answers for all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import msgspec

from trawl.errors import NotFound
from trawl.intake.ahead import Ahead
from trawl.intake.coordinator import Coordinator
from trawl.intake.plan import Folders, Plan, Run
from trawl.intake.pool import Pool
from trawl.intake.progress import Meter, Progress
from trawl.intake.protocol import Opened, Setup
from trawl.model.exhibit import display_path
from trawl.model.intake import Container, Logged, root_container


class Change(StrEnum):
    """How a source differs from its log."""

    CHANGED = "changed"
    MISSING = "missing"
    NEW = "new"


class Seen(msgspec.Struct, frozen=True):
    """One entry of an acquisition's own paths, then or now. ``sha256`` is None where nothing
    was read; ``state`` says why."""

    path: bytes
    kind: str
    state: str
    sha256: bytes | None
    link_target: bytes | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One entry that is not as it was."""

    change: Change
    path: bytes
    detail: str


def differences(then: Iterable[Seen], now: Iterable[Seen]) -> Iterator[Difference]:
    """Compare two walks over the same paths. Memory grows with the differences alone, as long
    as both walks go in the same order."""
    lost: dict[bytes, Seen] = {}
    extra: dict[bytes, Seen] = {}
    old_walk, new_walk = iter(then), iter(now)
    while True:
        old, new = next(old_walk, None), next(new_walk, None)
        if old is None and new is None:
            break
        if old is not None and new is not None and old.path == new.path:
            yield from _compare(old, new)
            continue
        if old is not None:
            yield from _pair(old, extra, lost, old_first=True)
        if new is not None:
            yield from _pair(new, lost, extra, old_first=False)
    for seen in lost.values():
        yield Difference(Change.MISSING, seen.path, f"was {seen.kind}, {seen.state}")
    for seen in extra.values():
        yield Difference(Change.NEW, seen.path, f"is {seen.kind}, {seen.state}")


def _pair(
    seen: Seen, waiting: dict[bytes, Seen], held: dict[bytes, Seen], *, old_first: bool
) -> Iterator[Difference]:
    """Match an entry with one that the other walk brought earlier, or hold it."""
    other = waiting.pop(seen.path, None)
    if other is None:
        held[seen.path] = seen
    else:
        yield from _compare(*((seen, other) if old_first else (other, seen)))


def _compare(old: Seen, new: Seen) -> Iterator[Difference]:
    if old.kind != new.kind:
        yield Difference(Change.CHANGED, old.path, f"was {old.kind}, is {new.kind}")
    elif old.sha256 != new.sha256:
        was = old.sha256.hex() if old.sha256 else old.state
        now = new.sha256.hex() if new.sha256 else new.state
        yield Difference(Change.CHANGED, old.path, f"was {was}, is {now}")
    elif old.link_target != new.link_target:
        was, now = (display_path(one.link_target or b"") for one in (old, new))
        yield Difference(Change.CHANGED, old.path, f"was a link to {was}, is a link to {now}")


class _Walk:
    """Takes the place of the ledger: writes what is there now to a file, in order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._encoder = msgspec.msgpack.Encoder()
        self.problem: str | None = None

    def known(self, sha256s: Sequence[bytes]) -> set[bytes]:
        return set(sha256s)

    def slice(self, run: Run, first: int, rows: Sequence[Logged]) -> tuple[Container, ...]:
        del run, first
        for row in rows:
            entry = row.entry
            seen = Seen(
                entry.path, entry.kind.value, row.state.value, row.sha256, entry.link_target
            )
            body = self._encoder.encode(seen)
            self._file.write(len(body).to_bytes(4, "little") + body)
        return ()

    def nothing_inside(self, run: Run) -> None:
        self.problem = run.listing.problem if run.listing is not None else run.problem

    def seen(self) -> Iterator[Seen]:
        """What was written."""
        self._file.close()
        decoder = msgspec.msgpack.Decoder(Seen)
        with self._path.open("rb") as file:
            while length := file.read(4):
                yield decoder.decode(file.read(int.from_bytes(length, "little")))


@dataclass(frozen=True, slots=True)
class Walker:
    """Reads an acquisition's paths again, with the workers an intake would use."""

    scratch: Path
    setup: Setup
    workers: int
    hang_seconds: float
    decode_seconds: float

    def walk(
        self, root: Opened, tell: Callable[[Progress], None], stop: Callable[[], bool]
    ) -> Iterator[Seen] | None:
        """What is at the paths now; None when it was stopped. Raises NotFound when nothing can
        be listed at all."""
        self.scratch.mkdir(parents=True, exist_ok=True)
        log = _Walk(self.scratch / "walk")
        plan = Plan(Folders(self.scratch, self.scratch), root, 256, 64 << 20, {}, depth=0)
        plan.add(_ROOT)
        pool = Pool(self.workers, self.setup, self.hang_seconds, self.decode_seconds)
        try:
            coordinator = Coordinator(
                plan, log, pool, Ahead(self.scratch), Meter(), tell, stop, digests_only=True
            )
            if not coordinator.run():
                return None
        finally:
            pool.close()
        if log.problem is not None:
            paths = ", ".join(os.fsdecode(path) for path in root.paths)
            raise NotFound(f"{paths} cannot be read: {log.problem}")
        return log.seen()


_ROOT = root_container(0, 0)
