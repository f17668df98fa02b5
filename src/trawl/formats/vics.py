"""Lists of the VICS family: Project VIC's data model, and what the UK makes of it.

``#Media`` lists are bare lists of entries (``value[]``), ``#Cases`` hold them by case
(``value[].Media[]``). Schemas: Project VIC data models 1.1 to 2.0 (OData). Lists of several GB
are read in bounded memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.vics_about import About
from trawl.formats.vics_batch import Gathering
from trawl.formats.vics_context import Context, context_of
from trawl.formats.vics_distinct import Distinct, DistinctFiles
from trawl.formats.vics_entry import EntryReader, names_digest
from trawl.formats.vics_oddities import note, note_foreign
from trawl.formats.vics_text import LONGEST, JsonText
from trawl.formats.vics_values import dated, number
from trawl.model.hash_set import EntryBatch, Oddities

_CASE = frozenset(
    {
        *("CaseID", "CaseNumber", "TotalMediaFiles", "TotalPrecategorized", "SeizureDate"),
        *("ContactOrganization", "ContactName", "ContactPhone", "ContactEmail", "ContactTitle"),
        *("SourceApplicationName", "SourceApplicationVersion", "CaseMetadata", "Media"),
        *("Identifiers",),
    }
)
_UNKNOWN = Context(None, None, cases=False)


class _Family:
    """What the readers of the family share: they differ in which context they claim."""

    name: ClassVar[str]
    expects: ClassVar[str]

    def recognises(self, listed: ListFile) -> bool:
        context = context_of(listed)
        return context is not None and self.claims(context)

    def read(self, listed: ListFile, oddities: Oddities) -> Iterator[EntryBatch]:
        context = context_of(listed)
        if context is None or not self.claims(context):
            note(oddities, "context-other", 1)
        elif context.version is None:
            note(oddities, "context-late", 1)
        with listed.open() as file:
            text = JsonText(listed, file)
            reading = _Reading(text, context or _UNKNOWN, oddities, About(listed.about))
            yield from reading.batches(self.name)

    @staticmethod
    def claims(context: Context) -> bool:
        """Whether a list that says this of itself is for this reader."""
        raise NotImplementedError


class Vics20(_Family):
    """VICS 2.0, of every domain but the UK's, which is CAID."""

    name = "vics-2.0"
    expects = "JSON with an @odata.context …/ProjectVic/DataModels/2.0.xml/…#Cases or #Media"

    @staticmethod
    def claims(context: Context) -> bool:
        if context.version is None:
            return True
        return context.version.startswith("2.") and not _is_caid(context)


class Vics13(_Family):
    """VICS 1.3 and what came before it."""

    name = "vics-1.3"
    expects = "JSON with an odata.metadata …/ProjectVic/DataModels/1.3.xml#Cases or #Media"

    @staticmethod
    def claims(context: Context) -> bool:
        return (context.version or "").startswith("1.") and not _is_caid(context)


class Caid(_Family):
    """CAID: the UK's domain of VICS 2.0, and the list of known-good files that NIST publishes
    under this name (VICS 1.2, sizes as text)."""

    name = "caid"
    expects = (
        "JSON with an @odata.context …/ProjectVic/DataModels/2.0.xml/UK/… "
        "or an odata.metadata …/1.2.xml#Media"
    )

    @staticmethod
    def claims(context: Context) -> bool:
        return _is_caid(context)


def _is_caid(context: Context) -> bool:
    version = context.version or ""
    if version.startswith("2."):
        return (context.domain or "").upper() == "UK"
    return version == "1.2" and not context.cases


class _Reading:
    """One list being read. The entry at hand is the last one counted in ``text.entries``."""

    def __init__(self, text: JsonText, context: Context, oddities: Oddities, about: About) -> None:
        self._text = text
        self._about = about
        self._oddities = oddities
        self._cases = context.cases
        self._reader = EntryReader(oddities, sizes_as_text=context.version == "1.2")
        self._distinct = DistinctFiles()
        self._length = 0

    def batches(self, format_name: str) -> Iterator[EntryBatch]:
        """Every entry, in batches. ``format_name`` is for refusals."""
        gathering = Gathering(0)
        with self._distinct:
            for fields in self._document(format_name):
                entry = self._text.entries - 1
                known, md5 = self._reader.read(entry, fields, gathering)
                if md5 is not None:
                    self._distinct.add(md5, entry)
                if gathering.close_entry(known, self._length):
                    full, gathering = gathering, Gathering(entry + 1)
                    yield from _given(full)
            yield from _given(gathering)

    def _document(self, format_name: str) -> Iterator[object]:
        """The entries of the outermost object, and all that is odd about what is around them."""
        self._note_encoding()
        found = False
        for name in self._text.keys():  # noqa: SIM118
            if name == "value" and self._text.peek() == "[":
                found = True
                yield from self._values()
            else:
                self._list_field(name)
        self._text.end()
        if not found:
            raise ListRefused(
                f"{self._text.name} is no list of {format_name}: an array “value” was expected "
                "in it, and there is none.",
                hint="Say the format with --format if it is another one.",
            )
        self._note_repeated()

    def _list_field(self, name: str) -> None:
        odd: set[str] = set()
        self._about.list_field(name, self._value(odd))
        self._note_written(odd, self._place())
        if "odata." not in name:
            note_foreign(self._oddities, name, self._place())

    def _values(self) -> Iterator[object]:
        """The elements of ``value``. What the first one looks like counts for more than what
        the list says it holds."""
        for turn, _ in enumerate(self._text.elements()):
            if (self._cases or not turn) and self._text.peek() == "{":
                yield from self._case_or_entry(first=not turn)
            else:
                yield self._entry()

    def _entry(self) -> object:
        self._text.entries += 1
        odd: set[str] = set()
        fields = self._value(odd)
        self._length = self._text.length
        self._note_written(odd, self._text.entries)
        return fields

    def _value(self, odd: set[str]) -> object:
        """The next value; what is odd about how it is written goes into ``odd``."""
        value = self._text.value()
        if self._text.odd:
            if "slash-date" in self._text.odd:
                value = dated(value)
            odd |= self._text.odd
            self._text.odd.clear()
        return value

    def _note_written(self, odd: set[str], entry: int) -> None:
        for kind in sorted(odd):
            note(self._oddities, kind, entry)

    def _place(self) -> int:
        return max(self._text.entries, 1)

    def _case_or_entry(self, *, first: bool) -> Iterator[object]:
        """A case, field by field, its entries on the way; or an entry, when it is one."""
        text = self._text
        fields: dict[str, object] = {}
        odd: set[str] = set()
        begun, length, has_media = text.entries, 0, False
        for name in text.keys():  # noqa: SIM118
            length += len(name)
            if name == "Media" and text.peek() == "[":
                has_media = True
                for _ in text.elements():
                    yield self._entry()
            else:
                fields[name] = self._value(odd)
                length += text.length
                self._bound(length)
        self._note_written(odd, begun + 1)
        is_case = has_media or (self._cases and not names_digest(fields))
        if first and is_case != self._cases:
            note(self._oddities, "cases-and-media", 1)
            self._cases = is_case
        if is_case:
            self._close_case(fields, begun + 1)
        else:
            text.entries += 1
            self._length = length
            yield fields

    def _bound(self, length: int) -> None:
        if length > LONGEST:
            raise ListRefused(
                f"{self._text.name} is not read on after entry {self._text.entries}: the fields of "
                f"the case there are longer than {LONGEST} characters.",
                hint="No list of known content has such a case; look at the file.",
            )

    def _close_case(self, fields: dict[str, object], first_entry: int) -> None:
        for name in fields:
            if name not in _CASE and "odata." not in name:
                note_foreign(self._oddities, name, first_entry)
        self._about.case(fields)
        entries = self._text.entries - first_entry + 1
        counted = self._note_repeated()
        self._compare(fields.get("TotalMediaFiles"), entries, counted, first_entry)

    def _compare(
        self, said: object, entries: int, counted: Distinct | None, first_entry: int
    ) -> None:
        """Say which of the two ``TotalMediaFiles`` counts, when it cannot count both."""
        total = number(said)
        if total.kept:
            note(self._oddities, "total-unreadable", first_entry)
        elif total.value is not None and counted is not None:
            kind = _total_counts(total.value, entries, counted.files)
            if kind is not None:
                note(self._oddities, kind, first_entry)

    def _note_repeated(self) -> Distinct | None:
        """Note the entries of this case that name a file again, and begin to count anew."""
        counted = self._distinct.counted()
        if counted is None:
            note(self._oddities, "files-not-counted", self._place())
        elif counted.again:
            for entry in counted.first_again:
                note(self._oddities, "repeated", entry + 1)
            more = counted.again - len(counted.first_again)
            self._oddities.found["repeated"].count += more
        self._distinct.restart()
        return counted

    def _note_encoding(self) -> None:
        encoding = self._text.encoding
        if encoding.mark:
            kind = "byte-order-mark" if encoding.codec == "utf-8" else "utf-16"
            note(self._oddities, kind, 1)


def _given(gathering: Gathering) -> Iterator[EntryBatch]:
    batch = gathering.batch()
    if batch is not None:
        yield batch


def _total_counts(total: object, entries: int, files: int) -> str | None:
    if total == entries:
        return None if entries == files else "total-counts-entries"
    return "total-counts-files" if total == files else "total-disagrees"
