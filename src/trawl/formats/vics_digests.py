"""Digests and fingerprints as lists of the VICS family write them."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final

from trawl.model.hash_set import DigestKind

PDQ: Final = "pdq"
PHOTODNA: Final = "photodna"

_PDQ_SIZE = 32
_PHOTODNA_SIZE = 144
_SIGNS = re.compile(r"[\s_-]+")

HASH_NAMES: Final[Mapping[str, DigestKind | str]] = {
    "md5": DigestKind.MD5,
    "sha1": DigestKind.SHA1,
    "sha256": DigestKind.SHA256,
    "sha2256": DigestKind.SHA256,  # "SHA2-256"
    "pdq": PDQ,
    "photodna": PHOTODNA,
    "pdna": PHOTODNA,
}


def named(name: object) -> DigestKind | str | None:
    """Which digest an alternative hash is, by its name however spelt ("SHA256", "SHA-256")."""
    if not isinstance(name, str):
        return None
    plain = HASH_NAMES.get(name.lower())
    return plain or HASH_NAMES.get(_SIGNS.sub("", name).lower())


def raw(value: object, size: int) -> tuple[bytes | None, bool]:
    """The bytes of a value of ``size`` bytes, or None when it is none; and whether it was
    written in Base64 (else hexadecimal, in either case)."""
    if not isinstance(value, str):
        return None, False
    word = value if len(value) == size * 2 else value.strip()
    as_base64 = len(word) == -(-size // 3) * 4
    if not as_base64 and len(word) != size * 2:
        return None, False
    try:
        found = base64.b64decode(word, validate=True) if as_base64 else bytes.fromhex(word)
    except ValueError:
        return None, False
    return (found if len(found) == size else None), as_base64


def pdq(value: object) -> bytes | None:
    """The 32 bytes of a PDQ fingerprint, in hexadecimal or Base64."""
    return raw(value, _PDQ_SIZE)[0]


def is_photodna(value: object) -> bool:
    """Whether a value is as long as PhotoDNA is: 144 bytes in Base64 (192 characters, as the
    format has it), in hexadecimal, or as 144 numbers with commas."""
    if isinstance(value, str) and value.count(",") == _PHOTODNA_SIZE - 1:
        return all(part.strip().isdigit() for part in value.split(","))
    return raw(value, _PHOTODNA_SIZE)[0] is not None
