"""One entry of a list of the VICS family: its digests, and what is known of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from trawl.formats import vics_digests, vics_values
from trawl.formats.vics_batch import NOTHING, Gathering
from trawl.formats.vics_oddities import note, note_foreign, spelling
from trawl.model.hash_set import DigestKind, Known, Oddities

_MOST_SPELLINGS = 4096

_READ: Final[dict[str, tuple[str, Callable[[object], vics_values.Read]]]] = {
    "Category": ("category", vics_values.code),
    "IsPrecategorized": ("precategorized", vics_values.flag),
    "VictimIdentified": ("victim_identified", vics_values.flag),
    "OffenderIdentified": ("offender_identified", vics_values.flag),
    "IsDistributed": ("distributed", vics_values.flag),
    "IsSuspected": ("suspected", vics_values.flag),
    "SelfGenerated": ("self_generated", vics_values.flag),
    "Series": ("series", vics_values.text),
    "Tags": ("tags", vics_values.text),
    "Comments": ("comments", vics_values.text),
    "MediaSize": ("size", vics_values.number),
    "MimeType": ("mime", vics_values.text),
}
_Handler = Callable[[str, object], None]
_REGULAR: Final[dict[str, tuple[str, type]]] = {
    name: (place, bool if read is vics_values.flag else str)
    for name, (place, read) in _READ.items()
    if read in (vics_values.flag, vics_values.text)
}
_SIZES: Final = {kind: kind.size for kind in DigestKind}
_DIGESTS: Final = {
    "MD5": DigestKind.MD5,
    "SHA1": DigestKind.SHA1,
    "SHA256": DigestKind.SHA256,
}
_KEPT = frozenset(
    {
        *("MediaID", "RelativeFilePath", "DateUpdated", "PrecategorizationSource"),
        *("Repositories", "Segments", "MediaMetadata", "Identifiers"),
    }
)
_OWN = frozenset({"PhotoDNA", "AlternativeHashes", "Exifs", "MediaFiles"})
_NAMES = frozenset({"Name", "FileName"})  # 1.1 names the file beside its digests
_ALTERNATIVE = frozenset({"MD5", "HashName", "HashValue"})
_SPELT = {name.lower(): name for name in (*_READ, *_DIGESTS, *_KEPT, *_OWN)} | {"exif": "Exifs"}


def names_digest(fields: dict[str, object]) -> bool:
    """Whether the fields are those of an entry: one of them is a digest."""
    return any(_SPELT.get(name.lower()) in _DIGESTS for name in fields)


class EntryReader:
    """Reads entries into a gathering. ``sizes_as_text``: whether the format at hand writes
    sizes as text, so that this is not odd."""

    def __init__(self, oddities: Oddities, *, sizes_as_text: bool) -> None:
        self._oddities = oddities
        self._sizes_as_text = sizes_as_text
        self._handlers = self._all_handlers()
        self._spellings: dict[str, str] = {}
        self._where = 0
        self._known: dict[str, object] = {}
        self._extra: dict[str, object] = {}
        self._names: dict[str, None] = {}
        self._digests: dict[DigestKind, bytes] = {}
        self._prints: list[bytes] = []

    def read(self, entry: int, fields: object, into: Gathering) -> tuple[Known, bytes | None]:
        """What is known of the entry (numbered from 0), and its MD5 when it has one; its
        digests go into the gathering."""
        self._where = entry + 1
        self._known, self._extra, self._names = {}, {}, {}
        self._digests, self._prints = {}, []
        if isinstance(fields, dict):
            self._fields(fields)
            self._whole()
        else:
            self._odd("entry-not-an-object")
            self._extra["entry"] = fields
        for kind, digest in self._digests.items():
            into.digest(entry, kind, digest)
        for bits in self._prints:
            into.fingerprint(entry, bits)
        return self._summed_up(), self._digests.get(DigestKind.MD5)

    def _summed_up(self) -> Known:
        if not (self._known or self._extra or self._names):
            return NOTHING
        return Known(**self._known, names=tuple(self._names), extra=self._extra)  # type: ignore[arg-type]

    def _whole(self) -> None:
        """What can only be said of the entry as a whole."""
        if not self._digests and not self._prints:
            self._odd("entry-without-digest")
        if self._known.get("precategorized") and self._known.get("category") is None:
            self._odd("precategorized-without-category")

    def _odd(self, kind: str) -> None:
        note(self._oddities, kind, self._where)

    def _fields(self, fields: dict[str, object]) -> None:
        """Every field; flags and texts that are as the schema has them are taken at once."""
        known, handlers = self._known, self._handlers
        for name, value in fields.items():
            regular = _REGULAR.get(name)
            if regular and type(value) is regular[1] and value != "" and regular[0] not in known:
                known[regular[0]] = value
            elif name in handlers:
                handlers[name](name, value)
            else:
                handlers.get(self._schema_name(name), self._keep)(name, value)

    def _all_handlers(self) -> dict[str, _Handler]:
        """What is done with each field of the schema."""
        handlers: dict[str, _Handler] = {
            "AlternativeHashes": self._alternatives,
            "PhotoDNA": self._photodna,
            "MediaFiles": self._media_files,
            "Exifs": self._exifs,
        }
        handlers |= {name: partial(self._digest, kind) for name, kind in _DIGESTS.items()}
        handlers |= {name: partial(self._plain, *read) for name, read in _READ.items()}
        handlers |= dict.fromkeys(_NAMES, self._file_name)
        return handlers | dict.fromkeys(_KEPT, self._keep)

    def _schema_name(self, name: str) -> str:
        """The name as the schema spells it; fields outside the schema keep theirs."""
        schema = _SPELT.get(name.lower())
        if schema is not None:
            self._odd("exif-spelling" if schema == "Exifs" else "field-spelling")
            return schema
        if "odata." not in name:
            note_foreign(self._oddities, name, self._where)
        return name

    def _keep(self, name: str, value: object) -> None:
        self._extra[name] = value

    def _plain(
        self, place: str, read: Callable[[object], vics_values.Read], name: str, value: object
    ) -> None:
        if place in self._known:
            self._odd("field-twice")
            self._keep(name, value)
            return
        found = read(value)
        if found.odd is not None and not (place == "size" and self._usual(found)):
            self._odd(found.odd)
        if found.kept:
            self._keep(name, value)
        elif found.value is not None:
            self._known[place] = found.value

    def _usual(self, found: vics_values.Read) -> bool:
        return self._sizes_as_text and found.odd == "number-as-text"

    def _digest(self, kind: DigestKind, name: str, value: object) -> None:
        if not self._is_digest(kind, value):
            self._keep(name, value)

    def _is_digest(self, kind: DigestKind, value: object) -> bool:
        """Whether the value is in the place of its own now."""
        if value is None or value == "":
            return True
        digest, as_base64 = vics_digests.raw(value, _SIZES[kind])
        if digest is None:
            self._odd("digest-invalid")
            return False
        if as_base64:
            self._odd("digest-as-base64")
        agrees = self._digests.setdefault(kind, digest) == digest
        if not agrees:
            self._odd("digests-disagree")
        return agrees

    def _alternatives(self, name: str, value: object) -> None:
        """The digests and fingerprints among the alternative hashes; the others are kept."""
        if not isinstance(value, list):
            if value is not None:
                self._keep(name, value)
            return
        others = [one for one in value if not self._alternative(one) or one.keys() - _ALTERNATIVE]
        if others:
            self._keep(name, others)

    def _alternative(self, one: object) -> bool:
        if not isinstance(one, dict):
            return False
        value, kind = one.get("HashValue"), vics_digests.named(one.get("HashName"))
        if isinstance(kind, DigestKind):
            return self._is_digest(kind, value)
        if kind == vics_digests.PDQ:
            return self._fingerprint(value)
        if kind == vics_digests.PHOTODNA:
            self._measure_photodna(value)
        return False

    def _fingerprint(self, value: object) -> bool:
        bits = vics_digests.pdq(value)
        if bits is None:
            self._odd("fingerprint-invalid")
            return False
        if bits not in self._prints:
            self._prints.append(bits)
        return True

    def _photodna(self, name: str, value: object) -> None:
        self._measure_photodna(value)
        self._keep(name, value)

    def _measure_photodna(self, value: object) -> None:
        if value and not vics_digests.is_photodna(value):
            self._odd("photodna-length")

    def _file_name(self, name: str, value: object) -> None:
        if isinstance(value, str):
            self._names[value] = None
        else:
            self._keep(name, value)

    def _media_files(self, name: str, value: object) -> None:
        self._keep(name, value)
        for file in value if isinstance(value, list) else ():
            said = file.get("FileName") if isinstance(file, dict) else None
            if isinstance(said, str) and said:
                self._names[said] = None

    def _exifs(self, name: str, value: object) -> None:
        """Note fields that this list spells in two ways ("GPSLatitude", "GPS Latitude")."""
        self._keep(name, value)
        for one in value if isinstance(value, list) else ():
            said = one.get("PropertyName") if isinstance(one, dict) else None
            if isinstance(said, str):
                self._spelt(said)

    def _spelt(self, said: str) -> None:
        plain = spelling(said)
        first = self._spellings.get(plain)
        if first is None and len(self._spellings) < _MOST_SPELLINGS:
            self._spellings[plain] = said
        elif first is not None and first != said:
            self._odd("exif-spelling")
