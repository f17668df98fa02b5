"""Small secrets at rest: sealed with a key that lies with the workspace's keys, never in the
database, so that a copy of the database alone tells nothing.

The key is derived from the seed of the workspace's Ed25519 key by HKDF-SHA256 (RFC 5869); the
seal is AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D §8.2.2). What a seal is for and
whose it is are bound into it: a sealed value put into another row does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from trawl.errors import SettingsError, StoreError

KEY_FILE = "signing.pem"
_NONCE = 12
_VERSION = b"\x01"


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens. Made by ``load_vault``."""

    _key: bytes = field(repr=False)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """The value, sealed for this purpose: 29 bytes longer than the value."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + AESGCM(self._key).encrypt(nonce, plain, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """What was sealed for this purpose. Raises StoreError when it was altered, was sealed
        for another purpose, or with another workspace's key."""
        nonce, rest = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _VERSION or len(nonce) != _NONCE:
                raise InvalidTag
            return AESGCM(self._key).decrypt(nonce, rest, purpose.encode())
        except InvalidTag:
            raise StoreError(
                "a sealed value of the database does not open with this workspace's key",
                hint="Restore the folder keys of the workspace from its backup.",
            ) from None

    def veiled(self, text: str) -> str:
        """A short name for a text nobody should be able to read back: the same for the same
        text, 32 hex digits."""
        return hmac.new(self._key, b"veiled\0" + text.encode(), hashlib.sha256).hexdigest()[:32]


def load_vault(keys: Path) -> Vault:
    """The vault of the workspace whose keys lie in this folder. Raises SettingsError."""
    path = keys / KEY_FILE
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The workspace's key {path} cannot be read: {error}",
            hint="Restore it from the workspace's backup.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SettingsError(f"{path} is not an Ed25519 key.")
    derived = HKDF(SHA256(), 32, salt=None, info=b"trawl sealed values 1")
    return Vault(derived.derive(key.private_bytes_raw()))
