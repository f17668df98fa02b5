"""The workspace's Ed25519 key. It signs manifests and checkpoints of the audit chain."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from trawl.errors import CustodyError

KEY_FILE = "signing.pem"
PUBLIC_FILE = "signing.pub"


def key_id(public: bytes) -> str:
    """A short name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def signature_holds(public: bytes, signature: bytes, data: bytes) -> bool:
    """Whether ``signature`` (64 bytes) of ``data`` was made with this key (32 bytes)."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs with the workspace's key."""

    _key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The public key: 32 bytes."""
        return self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def key_id(self) -> str:
        """The short name of the key."""
        return key_id(self.public)

    def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature: 64 bytes."""
        return self._key.sign(data)

    def holds(self, signature: bytes, data: bytes) -> bool:
        """Whether this key made the signature."""
        return signature_holds(self.public, signature, data)


def make_key(folder: Path) -> Signer:
    """A new key in ``folder``; only its owner may read the secret half."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    descriptor = os.open(folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(secret)
    (folder / PUBLIC_FILE).write_bytes(public)
    return Signer(key)


def load_key(folder: Path) -> Signer:
    """The key in ``folder``. Raises CustodyError."""
    path = folder / KEY_FILE
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise CustodyError(
            f"The signing key {path} cannot be read: {error}",
            hint="Restore it from the workspace's backup; without it nothing can be sealed.",
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CustodyError(f"{path} is not an Ed25519 key.")
    return Signer(key)
