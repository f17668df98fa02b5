"""Locked volumes: LUKS, BitLocker, and containers that show nothing but randomness."""

from __future__ import annotations

from trawl.entropy import looks_random, suspected_container
from trawl.passes.base import Content
from trawl.passes.locks import Lock

LEAST_SUSPECT = 1 << 18
_SAMPLE = 1 << 16
_PLACES = 5
# BitLocker To Go keeps a FAT boot sector and puts its mark (a GUID) at 424.
_TO_GO = bytes.fromhex("3bd66749292ed84a8399f6a339e3d001")


def luks_lock(content: Content) -> Lock:
    """LUKS, with its version (LUKS on-disk format, 2.3.1)."""
    version = int.from_bytes(content.head[6:8], "big")
    return Lock("luks", extra={"luks_version": version})


def disk_lock(content: Content) -> Lock:
    """A raw volume that BitLocker To Go has locked; partitions are the disk image's to tell."""
    return Lock("bitlocker") if content.head[424:440] == _TO_GO else Lock()


def suspected_lock(content: Content) -> Lock:
    """A headerless container suspected: whole sectors, no known format, and random bytes at
    five places spread over the file."""
    if content.size < LEAST_SUSPECT or not suspected_container(_sample(content), content.size):
        return Lock()
    last = content.size - _SAMPLE
    with content.open() as stream:
        for place in range(1, _PLACES):
            stream.seek(last * place // (_PLACES - 1))
            if not looks_random(stream.read(_SAMPLE)):
                return Lock()
    return Lock(
        "veracrypt-suspected",
        extra={"suspicion": "random throughout, no known format, a whole number of sectors"},
    )


def _sample(content: Content) -> bytes:
    with content.open() as stream:
        return stream.read(_SAMPLE)
