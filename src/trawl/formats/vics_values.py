"""Values as lists write them: flags, numbers, texts and dates, and the text inside of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

_SLASH_DATE = re.compile(r"/Date\((-?\d{1,18})([+-]\d{4})?\)/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})
_LARGEST: Final = (1 << 63) - 1


class Read(NamedTuple):
    """A value as it was understood. ``odd``: a key of ``vics_oddities.SAID``, or None.
    ``kept``: whether the value was not understood, so that it must be kept as it stands."""

    value: object
    odd: str | None = None
    kept: bool = False


_NOTHING = Read(None)
_CODES: Final = [Read(str(code)) for code in range(256)]


def flag(value: object) -> Read:
    """True, False or None, also from texts and from 0 and 1."""
    if value is None or isinstance(value, bool):
        return Read(value)
    if isinstance(value, str):
        word = value.strip().lower()
        if not word:
            return _NOTHING
        if word in _TRUE or word in _FALSE:
            return Read(word in _TRUE, "boolean-as-text")
    if isinstance(value, (int, float)) and value in (0, 1):
        return Read(value == 1, "boolean-as-number")
    return Read(None, "boolean-unreadable", kept=True)


def number(value: object) -> Read:
    """A whole number from 0 to 2^63 - 1, also from a text of digits."""
    if value is None or value == "":
        return _NOTHING
    if isinstance(value, str):
        digits = value.strip()
        if digits.isascii() and digits.isdigit() and len(digits) < 20:
            found = number(int(digits))
            return found if found.kept else Read(found.value, "number-as-text")
    elif isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _LARGEST:
        return Read(value)
    return Read(None, "number-unreadable", kept=True)


def code(value: object) -> Read:
    """A category's code as text: 1 and "1" are "1", null is None (and not "5" or "0")."""
    if value is None:
        return _NOTHING
    if type(value) is int and 0 <= value < len(_CODES):
        return _CODES[value]
    if isinstance(value, str):
        word = value.strip()
        return Read(word, "category-as-text") if word else _NOTHING
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return Read(str(value))
    return Read(None, "category-unreadable", kept=True)


def text(value: object) -> Read:
    """Text, also from a number and from a list of texts (joined by ", ")."""
    if isinstance(value, str):
        return Read(value or None)
    if value is None or value == []:
        return _NOTHING
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return Read(", ".join(value), "text-as-list")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Read(str(value), "text-as-number")
    return Read(None, "text-unreadable", kept=True)


def dated(value: object) -> object:
    """The value with every ``/Date(ms)/`` in it as ISO 8601 (the milliseconds count from
    1970-01-01 UTC; an offset behind them says in which zone the time was shown)."""
    return _mended(value, _iso)


def cleaned(value: object) -> object:
    """The value with what no database can hold (NUL, lone surrogates) escaped in its texts."""
    return _mended(value, _clean)


def too_deep(value: object, deepest: int) -> bool:
    """Whether arrays and objects are nested in it deeper than ``deepest`` levels."""
    level = [value]
    for _ in range(deepest):
        inner: list[object] = []
        for one in level:
            if isinstance(one, dict):
                inner.extend(one.values())
            elif isinstance(one, list):
                inner.extend(one)
        level = [one for one in inner if isinstance(one, (dict, list))]
        if not level:
            return False
    return True


def _mended(value: object, mend: Callable[[str], str]) -> object:
    """Every text in the value mended; the depth of the value was checked before."""
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_mended(one, mend) for one in value]
    if isinstance(value, dict):
        return {mend(key): _mended(one, mend) for key, one in value.items()}
    return value


def _clean(said: str) -> str:
    return said.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


def _iso(said: str) -> str:
    written = _SLASH_DATE.fullmatch(said)
    if written is None:
        return said
    try:
        at = _EPOCH + timedelta(milliseconds=int(written[1]))
    except OverflowError:
        return said
    return at.isoformat(timespec="milliseconds")
