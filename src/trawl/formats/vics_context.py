"""Which member of the VICS family a list is, told from its head."""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from trawl.formats.base import ListFile
from trawl.formats.vics_text import encoding_of

_NAMES = frozenset({"@odata.context", "odata.context", "odata.metadata", "@odata.metadata"})
_MODEL = re.compile(
    r"projectvic/datamodels/(\d+\.\d+)\.xml(?:/([^/#$]+))?(?:/\$metadata)?#(cases|media)\b",
    re.IGNORECASE,
)
_BLANK = re.compile(r"[\s,:]*")
_BESIDE = ('"MediaID"', '"Category"', '"MediaFiles"', '"MediaSize"', '"SHA1"')
"""One of them stands beside the MD5 in an entry; a list of something else has none."""


class Context(NamedTuple):
    """What a list says it is. ``version``: "2.0", or None where the head does not name one;
    ``domain``: "US", "UK" … or None; ``cases``: whether it says it holds cases, else media."""

    version: str | None
    domain: str | None
    cases: bool


def context_of(listed: ListFile) -> Context | None:
    """What the list says it is, by the ``@odata.context`` (1.x: ``odata.metadata``) among the
    fields of its outermost object; None when it is not of the VICS family. Where the entries
    come first, their shape must do."""
    text = _head(listed)
    said, rest = _outermost(text)
    if said is not None:
        model = _MODEL.search(said)
        if model is None:
            return None
        return Context(model[1], model[2], model[3].lower() == "cases")
    return _by_shape(text[rest:]) if rest is not None else None


def _by_shape(entries: str) -> Context | None:
    if '"MD5"' in entries and any(name in entries for name in _BESIDE):
        return Context(None, None, '"Media"' in entries)
    return None


def _head(listed: ListFile) -> str:
    encoding = encoding_of(listed.head)
    return listed.head[encoding.mark :].decode(encoding.codec, "replace")


def _outermost(text: str) -> tuple[str | None, int | None]:
    """The context, or where the array of entries begins when that comes first."""
    decoder = json.JSONDecoder(strict=False)
    at = _past_blank(text, 0)
    if text[at : at + 1] != "{":
        return None, None
    at = _past_blank(text, at + 1)
    try:
        while text[at : at + 1] == '"':
            key, at = decoder.raw_decode(text, at)
            at = _past_blank(text, at)
            if key == "value":
                return None, at if text[at : at + 1] == "[" else None
            value, at = decoder.raw_decode(text, at)
            if key in _NAMES and isinstance(value, str):
                return value, None
            at = _past_blank(text, at)
    except (ValueError, RecursionError):
        pass  # the head is cut, or no JSON: reading the list says so
    return None, None


def _past_blank(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank else at
