"""LUKS containers around a disk image: they lock, they do not protect."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import XTS
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from demo_haul.images import ID, MB, SECTOR, write_at

_KEY = hashlib.shake_256(b"haul key").digest(32)
_SALT = hashlib.shake_256(b"haul salt").digest(32)
_ROUNDS = 1000


def luks_image(path: Path, image: Path, password: str) -> Path:
    """The image inside a LUKS 1 container (On-Disk Format Specification 1.2.3), AES-XTS with
    128-bit keys and few iterations: it locks, it does not protect."""
    stripes, material_at, payload_at = 4000, 8, 4096
    digest = hashlib.pbkdf2_hmac("sha256", _KEY, _SALT, _ROUNDS, 20)
    slot = struct.pack(">II32sII", 0x00AC71F3, _ROUNDS, _SALT, material_at, stripes)
    free = struct.pack(">II32sII", 0x0000DEAD, 0, b"", material_at, stripes)
    header = struct.pack(
        ">6sH32s32s32sII20s32sI40s",
        b"LUKS\xba\xbe",
        1,
        b"aes",
        b"xts-plain64",
        b"sha256",
        payload_at,
        len(_KEY),
        digest,
        _SALT,
        _ROUNDS,
        str(ID).encode(),
    )
    unlocking = hashlib.pbkdf2_hmac("sha256", password.encode(), _SALT, _ROUNDS, len(_KEY))
    with path.open("wb") as container:
        container.write(header + slot + free * 7)
        material = _encrypted(unlocking, _anti_forensic(_KEY, stripes))
        write_at(container, material_at * SECTOR, material)
        _write_payload(container, payload_at * SECTOR, image)
    return path


def luks2_image(path: Path, image: Path, password: str) -> Path:
    """The image inside a LUKS 2 container (On-Disk Format Specification 2), as
    :func:`luks_image`, its key derived with Argon2id in 64 kB of memory."""
    header_size, material_at, payload_at, stripes = 16_384, 32_768, 1 << 20, 4000
    text = base64.b64encode(_SALT).decode()
    kdf = {"type": "argon2id", "time": 1, "memory": 64, "cpus": 1, "salt": text}
    digest = hashlib.pbkdf2_hmac("sha256", _KEY, _SALT, _ROUNDS, 32)
    area = {
        "type": "raw",
        "offset": str(material_at),
        "size": "131072",
        "encryption": "aes-xts-plain64",
        "key_size": len(_KEY),
    }
    facts = {
        "keyslots": {
            "0": {
                "type": "luks2",
                "key_size": len(_KEY),
                "area": area,
                "kdf": kdf,
                "af": {"type": "luks1", "stripes": stripes, "hash": "sha256"},
            }
        },
        "segments": {
            "0": {
                "type": "crypt",
                "offset": str(payload_at),
                "size": "dynamic",
                "iv_tweak": "0",
                "encryption": "aes-xts-plain64",
                "sector_size": SECTOR,
            }
        },
        "digests": {
            "0": {
                "type": "pbkdf2",
                "keyslots": ["0"],
                "segments": ["0"],
                "hash": "sha256",
                "iterations": _ROUNDS,
                "salt": text,
                "digest": base64.b64encode(digest).decode(),
            }
        },
        "tokens": {},
        "config": {"json_size": str(header_size - 4096), "keyslots_size": "131072"},
    }
    unlocking = Argon2id(
        salt=_SALT, length=len(_KEY), iterations=1, lanes=1, memory_cost=64
    ).derive(password.encode())
    with path.open("wb") as container:
        container.write(struct.pack(">6sHQQ", b"LUKS\xba\xbe", 2, header_size, 1))
        write_at(container, 4096, json.dumps(facts).encode().ljust(header_size - 4096, b"\0"))
        material = _encrypted(unlocking, _anti_forensic(_KEY, stripes))
        write_at(container, material_at, material)
        _write_payload(container, payload_at, image)
    return path


def _write_payload(container: BinaryIO, offset: int, image: Path) -> None:
    with image.open("rb") as plain:
        sector = 0
        while data := plain.read(MB):
            write_at(container, offset + sector * SECTOR, _encrypted(_KEY, data, sector))
            sector += len(data) // SECTOR


def _anti_forensic(key: bytes, stripes: int) -> bytes:
    """The key spread over stripes: all are needed to get it back."""
    noise = hashlib.shake_256(b"haul stripes").digest(len(key) * (stripes - 1))
    mixed = bytes(len(key))
    for at in range(0, len(noise), len(key)):
        mixed = _diffused(_xor(mixed, noise[at : at + len(key)]))
    return noise + _xor(mixed, key)


def _diffused(block: bytes) -> bytes:
    pieces = [block[at : at + 32] for at in range(0, len(block), 32)]
    return b"".join(
        hashlib.sha256(struct.pack(">I", n) + piece).digest()[: len(piece)]
        for n, piece in enumerate(pieces)
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


def _encrypted(key: bytes, data: bytes, first: int = 0) -> bytes:
    parts = []
    for at in range(0, len(data), SECTOR):
        tweak = (first + at // SECTOR).to_bytes(16, "little")
        cipher = Cipher(AES(key), XTS(tweak)).encryptor()
        parts.append(cipher.update(data[at : at + SECTOR].ljust(SECTOR, b"\0")))
    return b"".join(parts)
