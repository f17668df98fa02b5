"""One LVM 2 physical volume with one linear logical volume (lvm2, format_text/layout.h)."""

from __future__ import annotations

import struct
from pathlib import Path

SECTOR = 512
EXTENT = 2048  # sectors
FIRST = 2048  # sector of the first extent
TEXT = """vg {{
id = "{group}"
seqno = 1
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = {extent}
max_lv = 0
max_pv = 0
metadata_copies = 0

physical_volumes {{

pv0 {{
id = "{disk}"
device = "/dev/sdx"

status = ["ALLOCATABLE"]
flags = []
dev_size = {sectors}
pe_start = {first}
pe_count = {count}
}}
}}

logical_volumes {{

data {{
id = "{volume}"
status = ["READ", "WRITE", "VISIBLE"]
flags = []
creation_time = 1700000000
creation_host = "haul"
segment_count = 1

segment1 {{
start_extent = 0
extent_count = {count}

type = "striped"
stripe_count = 1

stripes = [
"pv0", 0
]
}}
}}
}}
}}
contents = "Text Format Volume Group"
version = 1

description = ""

creation_host = "haul"
creation_time = 1700000000

"""


def _checksum(data: bytes) -> int:
    """CRC-32 with LVM's own beginning and no final inversion."""
    value = 0xF597A6CF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0xEDB88320 if value & 1 else 0)
    return value


def _id(letter: str) -> str:
    return "-".join(letter * width for width in (6, 4, 4, 4, 4, 4, 6))


def lvm_image(path: Path, image: Path) -> Path:
    data = image.read_bytes()
    count = -(-len(data) // (EXTENT * SECTOR))
    sectors = FIRST + count * EXTENT
    text = TEXT.format(
        group=_id("B"),
        disk=_id("A"),
        volume=_id("C"),
        extent=EXTENT,
        sectors=sectors,
        first=FIRST,
        count=count,
    ).encode()
    text += b"\0"
    at = 4096
    places = (sectors * SECTOR, FIRST * SECTOR, 0, 0, 0, at, FIRST * SECTOR - at, 0, 0)
    body = struct.pack("<I8s32s9Q", 32, b"LVM2 001", b"A" * 32, *places).ljust(492, b"\0")
    label = struct.pack("<8sQI", b"LABELONE", 1, _checksum(body)) + body
    area = struct.pack("<16sIQQ", b" LVM2 x[5A%r0N*>", 1, at, FIRST * SECTOR - at)
    area += struct.pack("<QQII", SECTOR, len(text), _checksum(text), 0)
    area = area.ljust(508, b"\0")
    disk = bytearray(sectors * SECTOR)
    for offset, piece in (
        (SECTOR, label),
        (at, struct.pack("<I", _checksum(area)) + area + text),
        (FIRST * SECTOR, data),
    ):
        disk[offset : offset + len(piece)] = piece
    path.write_bytes(disk)
    return path
