"""What is odd in lists of the VICS family, in words."""

from __future__ import annotations

import re
from typing import Final

from trawl.model.hash_set import Oddities

MOST_NAMES: Final = 40
"""Names of fields outside the schema that are reported one by one."""

_LONGEST_NAME = 60
_LETTERS = re.compile(r"[\W_]+")

SAID: Final = {
    "byte-order-mark": "The file starts with a byte order mark.",
    "utf-16": "The file is in UTF-16; the format asks for UTF-8.",
    "broken-text": "A text holds bytes or characters that are no Unicode text; they are escaped.",
    "control-character": "A text holds control characters that JSON wants escaped.",
    "not-a-number": "A number is written NaN or Infinity; read as none.",
    "slash-date": "A time is written /Date(milliseconds)/; read as that time in UTC.",
    "boolean-as-text": 'A flag is written as text ("true"); read as a flag.',
    "boolean-as-number": "A flag is written as a number; read as a flag.",
    "boolean-unreadable": "A flag is neither true nor false; kept as it stands.",
    "number-as-text": "A number is written as text; read as a number.",
    "number-unreadable": "A size is no whole number from 0 up; kept as it stands.",
    "category-as-text": "A category is written as text; its code was taken.",
    "category-unreadable": "A category is no code; kept as it stands.",
    "text-as-list": "A text is written as a list; joined with commas.",
    "text-as-number": "A text is written as a number; read as text.",
    "text-unreadable": "A text field holds something else; kept as it stands.",
    "digest-invalid": "A digest has a wrong length or is no digest; kept as it stands, not used.",
    "digest-as-base64": "A digest is written in Base64; read as a digest.",
    "digests-disagree": "An entry gives two values for one kind of digest; the first is used.",
    "fingerprint-invalid": "A PDQ value is not 256 bits; kept as it stands, not used.",
    "photodna-length": "A PhotoDNA value is not 144 bytes (192 characters of Base64); kept.",
    "entry-not-an-object": "An entry is no object; it says nothing.",
    "entry-without-digest": "An entry has no digest or fingerprint that can be used.",
    "precategorized-without-category": "An entry is marked precategorized but has no category.",
    "exif-spelling": "EXIF fields are spelt in more than one way.",
    "field-spelling": "A field's name is not spelt as in the schema; read all the same.",
    "field-twice": "A field is given in two spellings; the first was taken, the other is kept.",
    "non-schema-key": "Further fields are not in the schema; kept.",
    "context-late": "The list does not say its format at its start; told from its entries.",
    "context-other": "The list names another format or version than it was read as.",
    "cases-and-media": "The list says it holds cases where it has bare entries, or the reverse.",
    "total-counts-entries": "TotalMediaFiles counts entries, not distinct files.",
    "total-counts-files": "TotalMediaFiles counts distinct files (MD5), not entries.",
    "total-disagrees": "TotalMediaFiles agrees with neither the entries nor the distinct files.",
    "total-unreadable": "TotalMediaFiles is no whole number.",
    "repeated": "An entry names a file (MD5) that an earlier entry names already.",
    "files-not-counted": "There was no room to count the distinct files; they are not compared.",
}


def note(oddities: Oddities, kind: str, where: int) -> None:
    """Count one of ``SAID``. ``where``: the entry, from 1."""
    oddities.note(kind, SAID[kind], where)


def note_foreign(oddities: Oddities, name: str, where: int) -> None:
    """Count a field outside the schema: each name apart, up to ``MOST_NAMES`` of them."""
    shown = name[:_LONGEST_NAME]
    kind = f"non-schema-key:{shown}"
    if kind not in oddities.found and _names(oddities) >= MOST_NAMES:
        note(oddities, "non-schema-key", where)
    else:
        oddities.note(kind, f"The field “{shown}” is not in the schema; kept.", where)


def spelling(name: str) -> str:
    """What two spellings of one EXIF field have in common: "GPS Latitude", "GPSLatitude"."""
    return _LETTERS.sub("", name).lower()


def _names(oddities: Oddities) -> int:
    return sum(kind.startswith("non-schema-key:") for kind in oddities.found)
