"""The files that category schemes are written in."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any, NamedTuple

from trawl.errors import SettingsError

_MEANINGS = ("illegal", "uncategorized", "non-pertinent", "unsaid")


class SchemeFile(NamedTuple):
    """What a file says, with its types checked. ``scheme`` has ``name``, ``title`` and perhaps
    ``null`` and ``domains``; it is None in a file of nothing but mappings."""

    name: str
    scheme: Mapping[str, Any] | None
    categories: tuple[Mapping[str, Any], ...]
    mappings: tuple[Mapping[str, Any], ...]


def parsed(name: str, text: str) -> SchemeFile:
    """The content of a file. Raises SettingsError, naming it."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{name} is not sound TOML: {error}") from error
    for key in data:
        if key not in ("scheme", "categories", "mappings"):
            raise SettingsError(f"{name}: {key!r} means nothing in a scheme file.")
    scheme = data.get("scheme")
    if scheme is not None:
        _expect(name, "scheme", scheme, needs=("name", "title"), may=("null",), lists=("domains",))
    categories = tuple(_tables(name, "categories", data))
    for entry in categories:
        _expect(
            name, "categories", entry, needs=("code", "label"), may=("meaning",), lists=("also",)
        )
        if entry.get("meaning", "unsaid") not in _MEANINGS:
            raise SettingsError(
                f"{name}: a meaning is {entry['meaning']!r}.",
                hint=f"It may be: {', '.join(_MEANINGS)}.",
            )
    if (scheme is None) != (not categories):
        raise SettingsError(f"{name}: [scheme] and [[categories]] go together.")
    mappings = tuple(_tables(name, "mappings", data))
    for entry in mappings:
        _expect(name, "mappings", entry, needs=("from", "to"), tables=("codes",))
    return SchemeFile(name, scheme, categories, mappings)


def _tables(name: str, key: str, data: Mapping[str, Any]) -> list[Any]:
    entries = data.get(key, [])
    if not isinstance(entries, list):
        raise SettingsError(f"{name}: {key} is written [[{key}]].")
    return entries


def _expect(
    name: str,
    where: str,
    entry: object,
    *,
    needs: tuple[str, ...],
    may: tuple[str, ...] = (),
    lists: tuple[str, ...] = (),
    tables: tuple[str, ...] = (),
) -> None:
    if not isinstance(entry, dict):
        raise SettingsError(f"{name}: {where} is no table.")
    for key in (*needs, *tables):
        if key not in entry:
            raise SettingsError(f"{name}: {where} lacks {key}.")
    for key, value in entry.items():
        if key in (*needs, *may):
            good = isinstance(value, str) and bool(value.strip())
        elif key in lists:
            good = isinstance(value, list) and all(isinstance(one, str) for one in value)
        elif key in tables:
            good = isinstance(value, dict) and all(isinstance(one, str) for one in value.values())
        else:
            raise SettingsError(f"{name}: {key!r} means nothing in {where}.")
        if not good:
            raise SettingsError(f"{name}: {key} of {where} is not as it should be: text.")
