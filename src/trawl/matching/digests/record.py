"""One record as bytes. What is said comes back exactly as it was said, ``extra`` included."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from trawl.errors import ListRefused
from trawl.model.hash_set import Known


class _Said(msgspec.Struct, omit_defaults=True):
    """A ``Known`` under the names of its fields, without what is not said. ``odd`` holds all of
    it as JSON where MessagePack cannot: numbers over 64 bits, text that is not Unicode."""

    category: Any = None
    precategorized: Any = None
    victim_identified: Any = None
    offender_identified: Any = None
    distributed: Any = None
    suspected: Any = None
    self_generated: Any = None
    series: Any = None
    tags: Any = None
    comments: Any = None
    size: Any = None
    mime: Any = None
    names: Any = ()
    extra: Any = msgspec.field(default_factory=dict)
    odd: str | None = None


_FIELDS = _Said.__struct_fields__[:-1]
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(_Said)


def pack_record(known: Known, entry: int) -> bytes:
    """One record. ``entry`` is for what is said when it nests too deep: raises ListRefused."""
    try:
        try:
            return _encoder.encode(_Said(*(getattr(known, name) for name in _FIELDS)))
        except (OverflowError, UnicodeEncodeError):
            whole = {name: getattr(known, name) for name in _FIELDS}
            return _encoder.encode(_Said(odd=json.dumps(whole | {"extra": dict(known.extra)})))
    except RecursionError:
        raise ListRefused(
            f"Entry {entry + 1} of the list has fields nested too deep to be kept.",
            hint="No known program writes such a list; ask where it comes from.",
        ) from None


def unpack_record(packed: bytes | msgspec.Raw) -> Known:
    """The record again."""
    said = _decoder.decode(packed)
    if said.odd is not None:
        fields = json.loads(said.odd)
    else:
        fields = {name: getattr(said, name) for name in _FIELDS}
    return Known(**(fields | {"names": tuple(fields["names"])}))
