"""Sealing the words of talks at rest, with a key of their own in the workspace's keys folder.

A copy of the database alone (a backup, a dump, a database administrator's query) does not open
them. Whoever can read both the database and the keys folder, as the account the server runs
under can, is not kept out by this: only the server's refusal is.
AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for each message; the talk, the message
and its author are authenticated with it, so that a message cannot be put elsewhere.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from trawl.errors import WelfareError

KEY_FILE = "talk.key"
KEY_BYTES = 32
NONCE_BYTES = 12
BLOCK = 256
"""Messages are padded to whole blocks: their length says little."""


@dataclass(frozen=True, slots=True)
class TalkSeal:
    """Seals and opens with one key."""

    _key: bytes = field(repr=False)

    def seal(self, text: str, talk_id: int, message_id: int, author_id: int) -> bytes:
        """The sealed text: nonce and ciphertext."""
        raw = text.encode("utf-8", "replace")
        padded = len(raw).to_bytes(4, "big") + raw
        padded += bytes(-len(padded) % BLOCK)
        nonce = os.urandom(NONCE_BYTES)
        bound = _bound(talk_id, message_id, author_id)
        return nonce + AESGCM(self._key).encrypt(nonce, padded, bound)

    def open(self, sealed: bytes, talk_id: int, message_id: int, author_id: int) -> str:
        """The text. Raises WelfareError when it was sealed with another key or for another
        place."""
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            padded = AESGCM(self._key).decrypt(nonce, rest, _bound(talk_id, message_id, author_id))
        except (InvalidTag, ValueError) as error:
            raise WelfareError(
                "A message of this talk cannot be opened.",
                hint=f"{KEY_FILE} in the workspace's keys folder is not the one it was sealed "
                "with, or the message was changed. Restore the key from the backup.",
            ) from error
        return padded[4 : 4 + int.from_bytes(padded[:4], "big")].decode()


def talk_seal(folder: Path) -> TalkSeal:
    """The seal of the keys folder; the first time its key is made, for its owner only. Raises
    WelfareError when the key is damaged."""
    path = folder / KEY_FILE
    if not path.exists():
        _make(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise WelfareError(
            f"The key {path} is damaged.", hint="Restore it from the workspace's backup."
        )
    return TalkSeal(key)


def _make(path: Path) -> None:
    """A new key, whole or not at all; of two processes at once one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            return
    finally:
        own.unlink()


def _bound(talk_id: int, message_id: int, author_id: int) -> bytes:
    return f"trawl talk {talk_id} {message_id} {author_id}".encode()
