"""LUKS 1 and 2, after the LUKS On-Disk Format Specifications 1.2.3 and 2 (1.1.2).

Read here rather than through libluksde: that library (20260902) does not know LUKS 2, which is
what every Linux has made since 2018, and decrypts at 27 MB/s.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.kdf.argon2 import Argon2i, Argon2id

from trawl.errors import Unreadable
from trawl.sources.disk_image_ciphers import UNIT, Decrypt, disk_cipher
from trawl.sources.disk_image_region import Region

# What cryptsetup itself refuses to make, and a crafted header must not ask for either.
MOST_ARGON_KIB = 4 << 20
MOST_ARGON_TIME = 1 << 16
MOST_ITERATIONS = 1 << 30
MOST_STRIPES = 1 << 16
MOST_MATERIAL = 64 << 20
MOST_JSON = 4 << 20
_HASHES = ("sha1", "sha224", "sha256", "sha384", "sha512", "ripemd160")
_DAMAGED = "the header of the LUKS volume is damaged"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slot:
    """One way in: from the password to a key that opens ``material``, and from there, over the
    stripes, to the key of the volume, which ``fits`` when its digest is right."""

    derive: Callable[[bytes, int], bytes]
    material_key: int
    material_at: int
    cipher: str
    key: int
    stripes: int
    stripe_hash: str
    fits: Callable[[bytes], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Payload:
    start: int
    size: int
    cipher: str
    sector: int
    first: int  # number of the first sector, in units of 512 bytes


class LuksRegion:
    """The decrypted payload."""

    def __init__(self, region: Region, payload: _Payload, key: bytes) -> None:
        self._region = region
        self._payload = payload
        self._decrypt: Decrypt = disk_cipher(payload.cipher, key, payload.sector)
        self.size = payload.size // payload.sector * payload.sector

    def read_at(self, offset: int, count: int) -> bytes:
        count = max(0, min(count, self.size - offset))
        if not count:
            return b""
        sector, payload = self._payload.sector, self._payload
        start = offset // sector * sector
        wanted = -(-(offset + count) // sector) * sector - start
        data = self._region.read_at(payload.start + start, wanted)
        data = data[: len(data) // sector * sector]
        plain = self._decrypt(data, payload.first + start // UNIT)
        return plain[offset - start : offset - start + count]


def open_luks(region: Region, secret: str | None) -> LuksRegion | None:
    """The decrypted payload, or None while it is locked. Raises Unreadable for a damaged header
    or a cipher that is not known."""
    head = region.read_at(0, 4096)
    try:
        if head[6:8] == b"\x00\x01":
            slots, payload = _read_first(head, region)
        elif head[6:8] == b"\x00\x02":
            slots, payload = _read_second(head, region)
        else:
            raise Unreadable("locked by a version of LUKS that is not known")
        if secret is None:
            return None
        password = secret.encode("utf-8", "surrogateescape")
        for slot in slots:
            key = _try(slot, region, password)
            if key is not None:
                return LuksRegion(region, payload, key)
    except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
        raise Unreadable(_DAMAGED) from error
    except RecursionError as error:  # of the JSON
        raise Unreadable(_DAMAGED) from error
    return None


def _try(slot: _Slot, region: Region, password: bytes) -> bytes | None:
    size = slot.key * slot.stripes
    if not 0 < slot.key <= 64 or slot.stripes > MOST_STRIPES or size > MOST_MATERIAL:
        raise Unreadable(_DAMAGED)
    whole = -(-size // UNIT) * UNIT
    material = region.read_at(slot.material_at, whole)
    if len(material) < whole:
        raise Unreadable(_DAMAGED)
    derived = slot.derive(password, slot.material_key)
    plain = disk_cipher(slot.cipher, derived)(material, 0)[:size]
    key = _merged(plain, slot.key, slot.stripe_hash)
    return key if slot.fits(key) else None


def _merged(stripes: bytes, size: int, name: str) -> bytes:
    """The key behind its stripes: each is mixed into the next through a hash."""
    mixed = bytes(size)
    last = len(stripes) - size
    for at in range(0, last, size):
        mixed = _diffused(_xor(mixed, stripes[at : at + size]), name)
    return _xor(mixed, stripes[last:])


def _diffused(block: bytes, name: str) -> bytes:
    width = hashlib.new(name).digest_size
    pieces = (block[at : at + width] for at in range(0, len(block), width))
    return b"".join(
        hashlib.new(name, struct.pack(">I", number) + piece).digest()[: len(piece)]
        for number, piece in enumerate(pieces)
    )


def _xor(left: bytes, right: bytes) -> bytes:
    return (int.from_bytes(left, "big") ^ int.from_bytes(right, "big")).to_bytes(len(left), "big")


def _hash(name: str) -> str:
    if name not in _HASHES:
        raise Unreadable(f"locked with the hash {name[:20]!r}, which is not supported")
    return name


def _pbkdf2(name: str, salt: bytes, iterations: int) -> Callable[[bytes, int], bytes]:
    if not 0 < iterations <= MOST_ITERATIONS:
        raise Unreadable(_DAMAGED)
    name = _hash(name)
    return lambda password, size: hashlib.pbkdf2_hmac(name, password, salt, iterations, size)


def _digest(name: str, salt: bytes, iterations: int, digest: bytes) -> Callable[[bytes], bool]:
    derive = _pbkdf2(name, salt, iterations)
    return lambda key: hmac.compare_digest(derive(key, len(digest)), digest)


def _read_first(head: bytes, region: Region) -> tuple[Iterator[_Slot], _Payload]:
    cipher, mode, name, payload_at, size, digest, salt, iterations = struct.unpack_from(
        ">32s32s32sII20s32sI", head, 8
    )
    spec, name = f"{_text(cipher)}-{_text(mode)}", _text(name)
    fits = _digest(name, salt, iterations, digest)

    def slots() -> Iterator[_Slot]:
        for at in range(208, 208 + 8 * 48, 48):
            active, rounds, salt, material_at, stripes = struct.unpack_from(">II32sII", head, at)
            if active == 0x00AC71F3:
                yield _Slot(
                    derive=_pbkdf2(name, salt, rounds),
                    material_key=size,
                    material_at=material_at * UNIT,
                    cipher=spec,
                    key=size,
                    stripes=stripes,
                    stripe_hash=name,
                    fits=fits,
                )

    start = payload_at * UNIT
    return slots(), _Payload(
        start=start, size=max(0, region.size - start), cipher=spec, sector=UNIT, first=0
    )


def _text(raw: bytes) -> str:
    return raw.split(b"\0", 1)[0].decode("ascii").lower()


def _read_second(head: bytes, region: Region) -> tuple[Iterator[_Slot], _Payload]:
    (size,) = struct.unpack_from(">Q", head, 8)
    if not 4096 < size <= MOST_JSON:
        raise Unreadable(_DAMAGED)
    facts = json.loads(region.read_at(4096, size - 4096).split(b"\0", 1)[0])
    (number, segment), *_ = sorted(facts["segments"].items())
    if segment["type"] != "crypt" or "integrity" in segment:
        raise Unreadable("locked by LUKS 2 with integrity data, which is not supported")
    start = int(segment["offset"])
    left = max(0, region.size - start)
    payload = _Payload(
        start=start,
        size=left if segment["size"] == "dynamic" else min(left, int(segment["size"])),
        cipher=segment["encryption"],
        sector=int(segment["sector_size"]),
        first=int(segment["iv_tweak"]),
    )
    return _second_slots(facts, number), payload


def _second_slots(facts: dict[str, Any], segment: str) -> Iterator[_Slot]:
    for digest in facts["digests"].values():
        if segment not in digest["segments"]:
            continue
        fits = _digest(
            digest["hash"], _bytes(digest["salt"]), digest["iterations"], _bytes(digest["digest"])
        )
        for number in digest["keyslots"]:
            slot = facts["keyslots"][number]
            area, stripes = slot["area"], slot["af"]
            yield _Slot(
                derive=_derive(slot["kdf"]),
                material_key=int(area["key_size"]),
                material_at=int(area["offset"]),
                cipher=area["encryption"],
                key=int(slot["key_size"]),
                stripes=int(stripes["stripes"]),
                stripe_hash=_hash(stripes["hash"]),
                fits=fits,
            )


def _derive(kdf: dict[str, Any]) -> Callable[[bytes, int], bytes]:
    salt = _bytes(kdf["salt"])
    if kdf["type"] == "pbkdf2":
        return _pbkdf2(kdf["hash"], salt, int(kdf["iterations"]))
    kinds: dict[str, type[Argon2id | Argon2i]] = {"argon2id": Argon2id, "argon2i": Argon2i}
    make = kinds[kdf["type"]]
    time, memory, cpus = int(kdf["time"]), int(kdf["memory"]), int(kdf["cpus"])
    if not (0 < time <= MOST_ARGON_TIME and 0 < memory <= MOST_ARGON_KIB and 0 < cpus <= 16):
        raise Unreadable(_DAMAGED)

    def derive(password: bytes, size: int) -> bytes:
        try:
            return make(
                salt=salt, length=size, iterations=time, lanes=cpus, memory_cost=memory
            ).derive(password)
        except (UnsupportedAlgorithm, MemoryError) as error:
            raise Unreadable(
                f"deriving the key needs {memory // 1024:,} MB of memory, which are not there"
            ) from error

    return derive


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Unreadable(_DAMAGED) from error
