"""What locks members of a zip, and how the password undoes it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from pyzipper.zipfile_aes import WZ_SALT_LENGTHS, AESZipDecrypter

from trawl.errors import Locked, Unreadable
from trawl.sources.guarded import Pull
from trawl.sources.zip_records import (
    AES_EXTRA,
    DESCRIPTOR_FOLLOWS,
    ENCRYPTED,
    STRONG,
    ZipRecord,
)

TRADITIONAL, AES, STRONG_LOCK = "zip-crypto", "zip-aes", "zip-strong"
AES_METHOD = 99
_TRADITIONAL_HEADER = 12
_MAC_BYTES = 10

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AesNote:
    """The AE-x extra field (WinZip's specification): version, key strength 1-3, real method."""

    version: int
    strength: int
    method: int


def lock_of(record: ZipRecord) -> str | None:
    """What locks this member."""
    if not record.flags & ENCRYPTED:
        return None
    if aes_note(record) is not None:
        return AES
    return STRONG_LOCK if record.flags & STRONG else TRADITIONAL


def aes_note(record: ZipRecord) -> AesNote | None:
    """The AES extra field, where the member bears a whole one."""
    for tag, data in record.extras():
        if tag == AES_EXTRA and len(data) >= 7 and record.method == AES_METHOD:
            version, _, strength, method = struct.unpack("<H2sBH", data[:7])
            return AesNote(version, strength, method)
    return None


def unlocked(record: ZipRecord, packed: Pull, length: int, secret: str | None) -> Pull:
    """The member's packed bytes, decrypted; ``length`` is how many there are with everything
    the encryption adds. Raises Locked, Unreadable."""
    lock = lock_of(record)
    if lock is None:
        return packed
    if lock == STRONG_LOCK:
        raise Locked(
            "it is locked by PKWARE's strong encryption, which cannot be opened", lock=lock
        )
    if secret is None:
        raise Locked("it is encrypted and needs a password", lock=lock)
    note = aes_note(record)
    if note is not None:
        return _unlocked_aes(note, packed, length, secret)
    return _unlocked_traditional(record, packed, secret)


def _unlocked_aes(note: AesNote, packed: Pull, length: int, secret: str) -> Pull:
    salt_bytes = WZ_SALT_LENGTHS.get(note.strength)
    if salt_bytes is None:
        raise Unreadable(f"its AES key strength {note.strength} does not exist")
    header = exactly(packed, salt_bytes + 2)
    decrypter = _first_fitting(
        secret, lambda password: AESZipDecrypter(_AesMember(note.strength), password, header), AES
    )
    left = length - len(header) - _MAC_BYTES

    def pull(count: int) -> bytes:
        nonlocal left
        if left < 0:
            return b""
        data = packed(min(count, left)) if left else b""
        left -= len(data)
        if not data:
            if left:
                raise Unreadable("its packed data break off")
            left = -1
            if decrypter.hmac.digest()[:_MAC_BYTES] != exactly(packed, _MAC_BYTES):
                raise Unreadable("its authentication code does not hold: the bytes were changed")
            return b""
        plain: bytes = decrypter.decrypt(data)
        return plain

    return pull


@dataclass(frozen=True, slots=True)
class _AesMember:
    """The two things pyzipper's decrypter asks of a member."""

    wz_aes_strength: int
    filename: str = ""


def _unlocked_traditional(record: ZipRecord, packed: Pull, secret: str) -> Pull:
    header = exactly(packed, _TRADITIONAL_HEADER)
    dated = record.flags & DESCRIPTOR_FOLLOWS
    check = record.dos_time >> 8 if dated else record.crc >> 24
    decrypter = _first_fitting(
        secret, lambda password: _Traditional(password, header, check), TRADITIONAL
    )
    return lambda count: decrypter.decrypt(packed(count))


def _first_fitting(secret: str, make: Callable[[bytes], T], lock: str) -> T:
    """The decrypter for the first spelling of the password in bytes that fits."""
    spellings = dict.fromkeys(
        secret.encode(encoding, "replace") for encoding in ("utf-8", "cp1252", "cp437")
    )
    for password in spellings:
        try:
            return make(password)
        except RuntimeError:
            continue
    raise Locked("the password does not fit", lock=lock)


def exactly(packed: Pull, count: int) -> bytes:
    """``count`` bytes. Raises Unreadable when there are fewer."""
    data = b""
    while len(data) < count:
        more = packed(count - len(data))
        if not more:
            raise Unreadable("its packed data break off")
        data += more
    return data


class _Traditional:
    """PKWARE's traditional encryption (APPNOTE 6.1). One byte in 256 wrong passwords pass its
    check; the checksum of the content then tells."""

    def __init__(self, password: bytes, header: bytes, check: int) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        for byte in password:
            self._keys = _stirred(self._keys, byte)
        if self.decrypt(header)[-1] != check:
            raise RuntimeError("the password does not fit")

    def decrypt(self, data: bytes) -> bytes:
        key0, key1, key2 = self._keys
        table = _CRC_TABLE
        plain = bytearray(len(data))
        for place, byte in enumerate(data):
            mask = key2 | 2
            byte ^= ((mask * (mask ^ 1)) >> 8) & 0xFF
            key0 = (key0 >> 8) ^ table[(key0 ^ byte) & 0xFF]
            key1 = ((key1 + (key0 & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
            key2 = (key2 >> 8) ^ table[(key2 ^ (key1 >> 24)) & 0xFF]
            plain[place] = byte
        self._keys = (key0, key1, key2)
        return bytes(plain)


def _stirred(keys: tuple[int, int, int], byte: int) -> tuple[int, int, int]:
    key0 = (keys[0] >> 8) ^ _CRC_TABLE[(keys[0] ^ byte) & 0xFF]
    key1 = ((keys[1] + (key0 & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
    key2 = (keys[2] >> 8) ^ _CRC_TABLE[(keys[2] ^ (key1 >> 24)) & 0xFF]
    return key0, key1, key2


def _crc_of_byte(byte: int) -> int:
    for _ in range(8):
        byte = (byte >> 1) ^ 0xEDB88320 if byte & 1 else byte >> 1
    return byte


_CRC_TABLE = tuple(map(_crc_of_byte, range(256)))
