"""Reading a list into a hash set: all of it or nothing."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trawl.errors import AlreadyExists, ListIsIn, ListRefused, MatchingError, Stopped, StoreError
from trawl.formats.base import ListFile
from trawl.formats.registry import open_list
from trawl.formats.schemes import Scheme, load_schemes
from trawl.formats.vics_context import context_of
from trawl.matching.digests.new_file import plainly
from trawl.matching.gathering import Gathered, Gathering, sha256_of
from trawl.matching.held_lists import list_folder, set_folder
from trawl.matching.steps import Step, Stop, Tell, never, silent
from trawl.model.access import Act, Officer
from trawl.model.hash_set import DigestKind, HashSet, ListImport, Purpose
from trawl.store import hash_sets as store
from trawl.store.access import require
from trawl.store.database import Database, Reader, Session
from trawl.workspace import Workspace, only_one

MOST_SEGMENTS = 32
"""Segments of one kind a set may have before they are merged."""

GRADED = (Purpose.ILLEGAL, Purpose.NOTABLE)
"""What the categories of such a set say is proposed for media, so their scheme must be named."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a list is to be read as. ``format``: None to tell it from the content."""

    name: str
    purpose: Purpose
    scheme: str | None = None
    format: str | None = None


def add_list(
    database: Database,
    officer: Officer,
    workspace: Workspace,
    path: Path,
    order: Order,
    *,
    tell: Tell = silent,
    stop: Stop = never,
) -> ListImport:
    """Read a list into a hash set, which is made if there is none of that name. All of it or
    nothing: whatever goes wrong, the sets are as before. Raises ListRefused, ListIsIn,
    AlreadyExists (the set is of another kind), Stopped, StoreError."""
    with database.reader() as reader:
        require(reader, officer, Act.HASH_SET_ADD, None)
    held = only_one(
        workspace.hash_sets,
        "Another process is reading a list into the hash sets.",
        "Wait for it to end.",
    )
    with held:
        scheme = _scheme(workspace, order)
        kind, listed = open_list(path, order.format)
        _check_domain(listed, order, scheme)
        with database.reader() as reader:
            _check_set(reader, order)  # before gigabytes are read in vain
        sha256 = sha256_of(listed, tell, stop)
        with database.reader() as reader:
            _check(reader, order, sha256)
            list_id = store.next_list_id(reader)
        with _empty_folder(workspace.hash_sets) as folder:
            gathering = Gathering(
                folder,
                list_id,
                scheme,
                tell,
                stop,
                needs_scheme=order.purpose in GRADED,
                settles=order.purpose is Purpose.ILLEGAL,
                empty_may_match=order.purpose is Purpose.KNOWN_GOOD,
            )
            found = gathering.read(kind, listed)
            if not found.counts:
                raise ListRefused(
                    f"{path} names nothing: none of its {found.entries:,} entries has a digest "
                    "or a fingerprint that could be read.",
                    hint=f"It was read as {kind.name}, which expects {kind.expects}.",
                )
            read = _Read(list_id, listed, sha256, kind.name, found)
            with database.session(officer) as session:
                listed_now = _keep(session, workspace, order, folder, read)
        # The list is in. A set of too many segments answers all the same, and the next list
        # tries again: what goes wrong here must not be told as if the list were not in.
        with suppress(StoreError, MatchingError, Stopped):
            _compact(database, workspace, listed_now.set_id, tell, stop)
    return listed_now


def _compact(database: Database, workspace: Workspace, set_id: int, tell: Tell, stop: Stop) -> None:
    """Make one segment of many: each holds a file open while it is asked."""
    with database.reader() as reader:
        lists = store.lists_of(reader, set_id)
    folder = set_folder(workspace.hash_sets, set_id)

    def progress(done: int, total: int) -> None:
        tell(Step("merging", done, total, "digests"))

    for kind in DigestKind:
        having = [each.id for each in lists if each.counts.get(kind.value)]
        if len(folder.paths(kind, having)) > MOST_SEGMENTS:
            with folder.digests(kind, having) as digests:
                up_to = worth_merging([segment.count for segment in digests.segments])
            folder.compact(kind, having, up_to=up_to, progress=progress, stop=stop)


def worth_merging(rows: Sequence[int]) -> int:
    """Up to how many rows a segment is merged with the smaller ones: two, and more while none
    has more than twice what the smaller ones have together. A small list must not cost the
    rewriting of a large one beside it."""
    first, second, *rest = sorted(rows)
    together, up_to = first + second, second
    for count in rest:
        if count > 2 * together:
            break
        together, up_to = together + count, count
    return up_to


@dataclass(frozen=True, slots=True)
class _Read:
    """A list that lies in a folder, not yet in a set."""

    list_id: int
    listed: ListFile
    sha256: bytes
    format: str
    found: Gathered


def _scheme(workspace: Workspace, order: Order) -> Scheme | None:
    """The scheme that is named. Raises SettingsError when there is none of that name."""
    if order.scheme is None:
        return None
    return load_schemes(workspace.schemes).named(order.scheme)


def _check_domain(listed: ListFile, order: Order, scheme: Scheme | None) -> None:
    """Raise ListRefused when a list says whose codes it bears, and the scheme is another's: the
    same digit would be read as something else."""
    context = context_of(listed)
    if scheme is None or context is None or order.purpose not in GRADED:
        return
    if not scheme.fits(context.domain):
        raise ListRefused(
            f"{listed.path.name} says that its categories are those of {context.domain}; the "
            f"scheme {scheme.name} is for {' and '.join(scheme.domains)}.",
            hint="Name the scheme its codes are in. A unit's own is a TOML file in the folder "
            "schemes of the workspace.",
        )


@contextmanager
def _empty_folder(hash_sets: Path) -> Iterator[Path]:
    """A folder to read into; what a killed process left goes. Raises StoreError for a disk that
    is full or cannot be written, wherever the system says so."""
    folder = hash_sets / f"adding-{os.getpid()}"
    with plainly(folder):
        for left in hash_sets.glob("adding-*"):
            shutil.rmtree(left)
        folder.mkdir()
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _check_set(view: Reader | Session, order: Order) -> HashSet | None:
    """The set the order names, if it is there. Raises AlreadyExists when it is another than the
    order says."""
    there = store.find_hash_set(view, order.name)
    if there and (there.purpose is not order.purpose or there.scheme != order.scheme):
        raise AlreadyExists(
            f"There is a hash set {order.name} already, {_described(there)}.",
            hint="Add the list as the same kind and scheme, or under another name.",
        )
    return there


def _check(view: Reader | Session, order: Order, sha256: bytes) -> None:
    """Raise AlreadyExists when the set is another than the order says, ListIsIn when it has the
    list."""
    there = _check_set(view, order)
    if there is None:
        return
    for listed in store.lists_of(view, there.id):
        if listed.sha256 == sha256:
            raise ListIsIn(
                f"This very list is in {order.name} already: list {listed.id}, {listed.file_name}.",
                hint="Nothing needs to be done.",
            )


def _described(there: HashSet) -> str:
    return f"{there.purpose} in the scheme {there.scheme}" if there.scheme else str(there.purpose)


def _keep(
    session: Session, workspace: Workspace, order: Order, folder: Path, read: _Read
) -> ListImport:
    """Put a list that was read into its set."""
    require(session, session.officer, Act.HASH_SET_ADD, None)
    _check(session, order, read.sha256)
    if store.next_list_id(session) != read.list_id:
        raise StoreError(
            "Another workstation has added a list meanwhile.", hint="Run the command again."
        )
    into = store.find_hash_set(session, order.name) or store.add_hash_set(
        session, order.name, order.purpose, order.scheme
    )
    found = read.found
    listed = ListImport(
        id=read.list_id,
        set_id=into.id,
        file_name=read.listed.path.name,
        sha256=read.sha256,
        format=read.format,
        entries=found.entries,
        counts=found.counts,
        categories=found.categories,
        oddities=tuple(found.oddities.found.values()),
        about=read.listed.about,
        added_us=session.clock(),
        officer=session.officer.name,
    )
    store.add_list(session, listed)
    session.audit(
        Act.HASH_SET_ADD,
        case_id=None,
        subject=order.name,
        detail={
            "list": listed.id,
            "sha256": read.sha256.hex(),
            "format": read.format,
            "entries": found.entries,
            "kind": str(order.purpose),
            "scheme": order.scheme or "",
        },
    )
    place = list_folder(workspace.hash_sets, listed)
    place.parent.mkdir(exist_ok=True)
    shutil.rmtree(place, ignore_errors=True)  # of a run that died before its row was written
    folder.rename(place)
    return listed
