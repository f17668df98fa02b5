"""JSON of any length, read value by value: a window of the text is held, never the whole.

The grammar between the values is walked here; each value is decoded by the standard library's
scanner once it stands whole in the window. What one value may be is bounded (``LONGEST``,
``DEEPEST``), so that a string or a nesting without end is refused, not swallowed.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from typing import IO, Final, NamedTuple

from trawl.errors import ListRefused
from trawl.formats.base import ListFile
from trawl.formats.vics_values import cleaned, too_deep

LONGEST: Final = 8 << 20
"""Characters of one value (an entry, or a field of a case), at most."""

DEEPEST: Final = 64
"""Levels of objects and arrays within one value, at most."""

_CHUNK = 1 << 20
_BLANK = re.compile(r"[ \t\r\n]*")
_ESCAPED = re.compile(r"\\u(?:[dD]|0000)")
_LONGEST_INT = 19  # what 64 bits hold

_EXPECTED = {
    "Expecting value": "a value",
    "Expecting ',' delimiter": "a comma or the end of the object or array",
    "Expecting ':' delimiter": "a colon",
    "Expecting property name enclosed in double quotes": "a field's name in double quotes",
    "Unterminated string starting at": "the closing quote of this text",
    "Invalid \\escape": "a valid escape after the backslash",
    "Invalid \\uXXXX escape": "four hexadecimal digits after \\u",
}


class Encoding(NamedTuple):
    """How the text is encoded: the codec, what it does with bytes that are not in it, and how
    many bytes the mark at the start takes."""

    codec: str
    errors: str
    mark: int


def encoding_of(head: bytes) -> Encoding:
    """By the byte order mark; UTF-8 where there is none."""
    if head.startswith(codecs.BOM_UTF16_LE):
        return Encoding("utf-16-le", "surrogatepass", 2)
    if head.startswith(codecs.BOM_UTF16_BE):
        return Encoding("utf-16-be", "surrogatepass", 2)
    mark = 3 if head.startswith(codecs.BOM_UTF8) else 0
    return Encoding("utf-8", "surrogateescape", mark)


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INT else digits


def _real(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits


class JsonText:
    """The JSON text of a list. ``entries``: how many entries were begun, for refusals (the
    reader counts them). ``odd``: what was odd in the values since it was last cleared, as keys
    of ``vics_oddities.SAID``."""

    def __init__(self, listed: ListFile, file: IO[bytes]) -> None:
        self.entries = 0
        self.odd: set[str] = set()
        self.length = 0  # characters of the last value
        self.name = listed.path.name
        self._file = file
        self.encoding = encoding_of(listed.head)
        self._byte = len(file.read(self.encoding.mark))  # where the window starts
        self._decoder = codecs.getincrementaldecoder(self.encoding.codec)(self.encoding.errors)
        self._window = ""
        self._at = 0
        self._ended = False
        self._suspect = False
        hooks = {"parse_int": _whole, "parse_float": _real, "parse_constant": self._constant}
        self._strict = json.JSONDecoder(**hooks)  # type: ignore[arg-type]
        self._lax = json.JSONDecoder(strict=False, **hooks)  # type: ignore[arg-type]

    def peek(self) -> str:
        """The next character that is not blank, or "" at the end of the file."""
        while True:
            blank = _BLANK.match(self._window, self._at)
            self._at = blank.end() if blank else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._more():
                return ""

    def take(self, wanted: str, expected: str) -> str:
        """The next character, which must be one of ``wanted``."""
        found = self.peek()
        if not found or found not in wanted:
            raise self._broken(expected, self._at)
        self._at += 1
        return found

    def keys(self) -> Iterator[str]:
        """The names of the fields of the object that comes next. Whoever asks takes the value
        of each before asking for the next name."""
        self.take("{", "an object, '{',")
        if self.peek() == "}":
            self._at += 1
            return
        while True:
            if self.peek() != '"':
                raise self._broken("a field's name in double quotes", self._at)
            name = str(self.value())
            self.take(":", "a colon")
            yield name
            if self.take(",}", "a comma or '}'") == "}":
                return

    def elements(self) -> Iterator[None]:
        """One turn for each element of the array that comes next; taken as with ``keys``."""
        self.take("[", "an array, '[',")
        if self.peek() == "]":
            self._at += 1
            return
        while True:
            yield None
            if self.take(",]", "a comma or ']'") == "]":
                return

    def end(self) -> None:
        """Nothing comes any more."""
        if self.peek():
            raise self._broken("the end of the file", self._at)

    def value(self) -> object:
        """The value that comes next, whole. Text in it can be stored: what is not Unicode, and
        NUL, is escaped."""
        if not self.peek():
            raise self._broken("a value", self._at)
        while True:
            try:
                found, end = self._decoded()
            except RecursionError:
                raise self._deep() from None
            except ValueError as error:
                if not self._more():
                    raise self._undecoded(error) from error
                continue
            if end < len(self._window) or self._window[end - 1] in '}]"' or not self._more():
                return self._taken(found, end)

    def _decoded(self) -> tuple[object, int]:
        try:
            return self._strict.raw_decode(self._window, self._at)
        except json.JSONDecodeError as error:
            if not error.msg.startswith("Invalid control character"):
                raise
            decoded = self._lax.raw_decode(self._window, self._at)
            self.odd.add("control-character")
            return decoded

    def _taken(self, found: object, end: int) -> object:
        window, begin = self._window, self._at
        self.length = end - begin
        if self.length > LONGEST:
            raise self._long()
        opened = window.count("{", begin, end) + window.count("[", begin, end)
        if opened > DEEPEST and too_deep(found, DEEPEST):
            raise self._deep()
        if self._suspect:
            mended = cleaned(found)
            if mended != found:
                self.odd.add("broken-text")
            found = mended
        if window.find("/Date(", begin, end) >= 0:
            self.odd.add("slash-date")
        self._at = end
        return found

    def _more(self) -> bool:
        """Widen the window; False at the end of the file. What was taken is let go, and what is
        not yet whole doubles, so that a long value is not decoded over and over."""
        if self._ended:
            return False
        rest = self._window[self._at :]
        if len(rest) > LONGEST:
            raise self._long()
        try:
            data = self._file.read(max(_CHUNK, min(len(rest), LONGEST - len(rest))))
            fresh = self._decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            raise self._broken("text in UTF-16", len(self._window)) from error
        except OSError as error:
            raise ListRefused(f"{self.name} cannot be read on: {error.strerror}.") from error
        self._byte += self._bytes(self._window[: self._at])
        self._window, self._at = rest + fresh, 0
        self._suspect = _suspicious(self._window)
        self._ended = not data
        return True

    def _bytes(self, text: str) -> int:
        if self.encoding.codec == "utf-8" and text.isascii():
            return len(text)
        return len(text.encode(self.encoding.codec, self.encoding.errors))

    def _constant(self, _name: str) -> None:
        self.odd.add("not-a-number")

    def _undecoded(self, error: ValueError) -> ListRefused:
        if not isinstance(error, json.JSONDecodeError):
            return self._broken("a number of bearable length", self._at)
        for said, expected in _EXPECTED.items():
            if error.msg.startswith(said):
                return self._broken(expected, error.pos)
        return self._broken("JSON", error.pos)

    def _where(self, at: int) -> str:
        byte = self._byte + self._bytes(self._window[:at])
        entry = f"in or after entry {self.entries}" if self.entries else "in or before entry 1"
        return f"at byte {byte}, {entry}"

    def _broken(self, expected: str, at: int) -> ListRefused:
        found = cleaned(self._window[at : at + 20])
        what = f"“{found}” was found" if found else "the file ends"
        return ListRefused(
            f"{self.name} is broken {self._where(at)}: {expected} was expected, {what}.",
            hint="Ask for the list again, or export it anew; nothing of it was kept.",
        )

    def _long(self) -> ListRefused:
        return ListRefused(
            f"{self.name} is not read {self._where(self._at)}: one value there is longer than "
            f"{LONGEST} characters.",
            hint="No list of known content has such an entry; look at the file.",
        )

    def _deep(self) -> ListRefused:
        return ListRefused(
            f"{self.name} is not read {self._where(self._at)}: what stands there is nested "
            f"deeper than {DEEPEST} levels.",
            hint="No list of known content has such an entry; look at the file.",
        )


def _suspicious(text: str) -> bool:
    """Whether some text in it may be no Unicode or hold NUL, so that values are looked through."""
    if "\0" in text or ("\\u" in text and _ESCAPED.search(text)):
        return True
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
