"""Reading a list, batch by batch, into the files of a hash set."""

from __future__ import annotations

import hashlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from trawl.errors import ListRefused
from trawl.formats.base import ListFile, Reader
from trawl.formats.schemes import Meaning, Scheme
from trawl.matching.digests.records import RecordWriter
from trawl.matching.digests.segment_writer import SegmentWriter
from trawl.matching.held_lists import BIT, bears_path, records_path, write_prints
from trawl.matching.steps import Step, Stop, Tell, heed
from trawl.model.hash_set import (
    NO_CATEGORY,
    DigestKind,
    EntryBatch,
    Keys,
    Known,
    Oddities,
    Prints,
    bears_categories,
)

CHUNK = 4 << 20

REPEATED = "repeated-digest"
NOT_CATEGORIZED = (
    "not-categorized",
    "an entry is not categorized; what it names is proposed and stays in the queue",
)


@dataclass(slots=True)
class Gathered:
    """What a list came to."""

    entries: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)
    oddities: Oddities = field(default_factory=Oddities)

    @property
    def has_categories(self) -> bool:
        """Whether any entry bears a code."""
        return bears_categories(self.categories)


def sha256_of(listed: ListFile, tell: Tell, stop: Stop) -> bytes:
    """The digest of the list itself: which file it was that was read."""
    digest = hashlib.sha256()
    with listed.open() as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            heed(stop)
            tell(Step("digest of the list", listed.position, listed.size, "bytes"))
    return digest.digest()


class Gathering:
    """Writes the files of one list into a folder that is there and empty. ``scheme``: the one
    its categories are in; ``needs_scheme``: refuse categories that are in none; ``settles``:
    whether what the list names by a digest leaves the queue as graded; ``empty_may_match``:
    whether the list may name the empty file."""

    def __init__(
        self,
        folder: Path,
        list_id: int,
        scheme: Scheme | None,
        tell: Tell,
        stop: Stop,
        *,
        needs_scheme: bool,
        settles: bool,
        empty_may_match: bool,
    ) -> None:
        self._folder, self._list_id = folder, list_id
        self._scheme, self._needs_scheme = scheme, needs_scheme
        self._settles = settles
        self._empty_may_match = empty_may_match
        self._tell, self._stop = tell, stop
        self._files = ExitStack()
        self._segments: dict[DigestKind, SegmentWriter] = {}
        self._records: RecordWriter | None = None
        self._prints: list[Prints] = []
        self._kinds: set[DigestKind] = set()
        self._last_empty = -1
        self._found = Gathered()

    def read(self, reader: Reader, listed: ListFile) -> Gathered:
        """Read the whole list. Raises ListRefused, Stopped, StoreError; then the folder is to
        be thrown away."""
        with self._files:
            path = bears_path(self._folder)
            self._bears = self._files.enter_context(path.open("wb"))
            for batch in reader.read(listed, self._found.oddities):
                heed(self._stop)
                self._add(batch)
                self._tell(Step("reading", min(listed.position, listed.size), listed.size, "bytes"))
            self._finish()
        if len(self._kinds) < 2:  # there is no stronger one
            path.unlink()
        return self._found

    def _add(self, batch: EntryBatch) -> None:
        self._found.entries += batch.count
        self._note_kinds(batch)
        for kind, given in batch.digests.items():
            keys = given if self._empty_may_match else self._not_empty(kind, given)
            if len(keys.entries):
                self._segment(kind, batch).add(keys.entries, keys.values)
                self._found.counts[kind.value] += len(np.unique(keys.entries))
        if batch.prints is not None and len(batch.prints.entries):
            self._prints.append(batch.prints)
            self._found.counts["pdq"] += len(np.unique(batch.prints.entries))
        if batch.known is not None:
            self._keep(batch.first, list(batch.known))

    def _note_kinds(self, batch: EntryBatch) -> None:
        """Which kinds of digest each entry bears: where one agrees and a stronger one does not,
        the one that agrees is forged."""
        bears = np.zeros(batch.count, np.uint8)
        for kind, keys in batch.digests.items():
            bears[keys.entries - batch.first] |= BIT[kind]
            if len(keys.entries):
                self._kinds.add(kind)
        self._bears.write(bears.tobytes())

    def _not_empty(self, kind: DigestKind, keys: Keys) -> Keys:
        """Without the digest of nothing: a list that has it by mistake would grade every empty
        file."""
        nothing = np.frombuffer(hashlib.new(kind.value, usedforsecurity=False).digest(), np.uint8)
        empty = (keys.values == nothing).all(axis=1)
        for entry in keys.entries[empty].tolist():
            if entry > self._last_empty:
                said = "the digest of an empty file, which is not matched"
                self._found.oddities.note("empty-file", said, entry + 1)
                self._last_empty = entry
        return keys if not empty.any() else Keys(keys.entries[~empty], keys.values[~empty])

    def _segment(self, kind: DigestKind, batch: EntryBatch) -> SegmentWriter:
        """A list that says nothing but digests names each content once; one that says more may
        say different things of the same."""
        if kind not in self._segments:
            self._segments[kind] = self._files.enter_context(
                SegmentWriter(
                    self._folder / f"{kind}.digests",
                    kind,
                    self._list_id,
                    keep_duplicates=batch.known is not None,
                )
            )
        return self._segments[kind]

    def _keep(self, first: int, known: list[Known]) -> None:
        if self._records is None:
            self._records = self._files.enter_context(RecordWriter(records_path(self._folder)))
        self._records.add(first, known)
        self._found.categories.update(
            NO_CATEGORY if one.category is None else one.category for one in known
        )
        if self._scheme is None:
            self._refuse_codes()
            return
        for number, one in enumerate(known, first + 1):
            if one.category is not None and not self._scheme.knows(one.category):
                said = f"a category that the scheme {self._scheme.name} does not have; kept"
                self._found.oddities.note("category-not-in-scheme", said, number)

    def _refuse_codes(self) -> None:
        """The same digit means opposite things in two schemes: nothing is taken for granted."""
        if self._needs_scheme and self._found.has_categories:
            raise ListRefused(
                "The entries of this list bear categories, and no scheme was named that says "
                "what they mean.",
                hint="Name it with --scheme, e.g. --scheme project-vic-us.",
            )

    def _finish(self) -> None:
        for kind, segment in self._segments.items():
            built = segment.finish(self._sorting, self._stop)
            if built.duplicates:
                self._repeated(kind, built.duplicates)
        if self._records is not None:
            self._records.finish()
        if self._settles and self._found.has_categories:
            self._note_ungraded()
        if self._prints:
            columns = zip(*self._prints, strict=True)
            prints = Prints(*(np.concatenate(column) for column in columns))
            self._prints.clear()  # there may be millions: not twice while they are written
            write_prints(self._folder, prints)

    def _note_ungraded(self) -> None:
        """Nobody has graded what these name: officers are asked to, and who reads the list in is
        told."""
        count = sum(
            entries for code, entries in self._found.categories.items() if self._ungraded(code)
        )
        if count:
            self._note_count(*NOT_CATEGORIZED, count)

    def _ungraded(self, code: str) -> bool:
        if code == NO_CATEGORY:
            return True
        category = self._scheme.category(code) if self._scheme else None
        return category is not None and category.meaning is Meaning.UNCATEGORIZED

    def _note_count(self, kind: str, said: str, count: int) -> None:
        """Count what no place is known of."""
        self._found.oddities.note(kind, said, 0)
        oddity = self._found.oddities.found[kind]
        oddity.count, oddity.where = count, []

    def _sorting(self, done: int, total: int) -> None:
        self._tell(Step("sorting", done, total, "digests"))

    def _repeated(self, kind: DigestKind, count: int) -> None:
        """Count entries that bear a digest which another entry bears, beside what the reader
        has seen: only the sorted digests show them all."""
        name = f"{REPEATED}-{kind.value}"
        said = f"an entry bears a digest ({kind.value}) that an earlier entry bears as well"
        self._note_count(name, said, count)
