"""qcow2, versions 2 and 3, after QEMU's ``docs/interop/qcow2.txt``.

Read here rather than through libqcow: that library gave zeros for some compressed clusters
without an error (20260703), and does not know Zstandard, extended entries, or external data.
Zeros in place of evidence are worse than a refusal.
"""

from __future__ import annotations

import struct
import zlib
from collections import OrderedDict
from dataclasses import dataclass

import zstandard

from trawl.errors import Unreadable
from trawl.sources.disk_image_region import Region

_DIRTY, _CORRUPT, _EXTERNAL, _COMPRESSION, _EXTENDED = 1, 2, 4, 8, 16
_KNOWN = _DIRTY | _CORRUPT | _EXTERNAL | _COMPRESSION | _EXTENDED
_OFFSET = 0x00FFFFFFFFFFFE00
_COMPRESSED = 1 << 62
_ZERO = 1
_SUBCLUSTERS = 32
_TABLES_KEPT = 64  # second-level tables, of at most 2 MB each
_CLUSTERS_KEPT = 4  # unpacked clusters, of at most 2 MB each
MOST_BYTES = 1 << 50
_DAMAGED = "the qcow2 image is damaged: its own structures do not hold"


@dataclass(frozen=True, slots=True)
class QcowHeader:
    """What the header says. ``backing`` and ``external`` are names of other files, as stored."""

    cluster_bits: int
    size: int
    first_level: int  # entries
    first_level_at: int  # byte of the file
    zstandard: bool
    extended: bool
    backing: bytes
    external: bytes | None


def read_header(file: Region) -> QcowHeader:
    """The header of a qcow2 file. Raises Unreadable for what is damaged, encrypted by QEMU, or
    needs a feature that is not known."""
    head = file.read_at(0, 65_536).ljust(112, b"\0")
    version, backing_at, backing_size, bits, size, crypt, entries, at = struct.unpack_from(
        ">IQIIQIIQ", head, 4
    )
    features, compression = 0, 0
    length = 72
    if version >= 3:
        (features,) = struct.unpack_from(">Q", head, 72)
        (length,) = struct.unpack_from(">I", head, 100)
        compression = head[104] if length > 104 else 0
    if crypt:
        raise Unreadable("the qcow2 image is encrypted by QEMU itself, which is not supported")
    if features & ~_KNOWN or compression > 1:
        raise Unreadable("the qcow2 image needs a feature that is not known here")
    extended = bool(features & _EXTENDED)
    entry_bytes = 16 if extended else 8
    if not 9 <= bits <= 21 or size > MOST_BYTES or backing_size > 1023 or version not in (2, 3):
        raise Unreadable(_DAMAGED)
    covered = (1 << bits) * ((1 << bits) // entry_bytes)
    if entries * 8 > file.size or entries * covered < size:
        raise Unreadable(_DAMAGED)
    return QcowHeader(
        cluster_bits=bits,
        size=size,
        first_level=entries,
        first_level_at=at,
        zstandard=compression == 1,
        extended=extended,
        backing=_backing_name(file, backing_at, backing_size) if backing_at else b"",
        external=_external_name(head, length) if features & _EXTERNAL else None,
    )


def _backing_name(file: Region, at: int, size: int) -> bytes:
    name = file.read_at(at, size)
    if not name or len(name) < size:
        raise Unreadable(_DAMAGED)  # without it, what is below would read as zeros
    return name


def _external_name(head: bytes, at: int) -> bytes:
    """The name in the header extension of an external data file."""
    while at + 8 <= len(head):
        kind, length = struct.unpack_from(">II", head, at)
        if kind == 0x44415441:
            return head[at + 8 : at + 8 + length]
        if kind == 0:
            break
        at += 8 + -(-length // 8) * 8
    raise Unreadable(_DAMAGED)


class QcowRegion:
    """The disk in a qcow2 file. ``data``: the external data file, where there is one;
    ``backing``: the image this one holds the changes of."""

    def __init__(
        self, file: Region, header: QcowHeader, data: Region | None, backing: Region | None
    ) -> None:
        self._file = file
        self._data = data or file
        self._backing = backing
        self._header = header
        self._cluster = 1 << header.cluster_bits
        self._entry = 16 if header.extended else 8
        self._per_table = self._cluster // self._entry
        self._first = file.read_at(header.first_level_at, header.first_level * 8)
        if len(self._first) < header.first_level * 8:
            raise Unreadable(_DAMAGED)
        self._tables: OrderedDict[int, bytes] = OrderedDict()
        self._unpacked: OrderedDict[int, bytes] = OrderedDict()
        self.size = header.size

    def read_at(self, offset: int, count: int) -> bytes:
        count = max(0, min(count, self.size - offset))
        parts = []
        while count > 0:
            within = offset % self._cluster
            wanted = min(count, self._cluster - within)
            parts.append(self._in_cluster(offset // self._cluster, within, wanted))
            offset += wanted
            count -= wanted
        return b"".join(parts)

    def _in_cluster(self, cluster: int, within: int, count: int) -> bytes:
        table = self._table(cluster // self._per_table)
        if table is None:
            return self._below(cluster * self._cluster + within, count)
        at = cluster % self._per_table * self._entry
        (entry,) = struct.unpack_from(">Q", table, at)
        if entry & _COMPRESSED:
            return self._unpack(entry)[within : within + count]
        host = entry & _OFFSET
        if self._header.extended:
            (bitmap,) = struct.unpack_from(">Q", table, at + 8)
            return self._in_subclusters(cluster, host, bitmap, within, count)
        if entry & _ZERO:
            return bytes(count)
        if not host and not (self._data is not self._file and entry >> 63):
            return self._below(cluster * self._cluster + within, count)
        return _exactly(self._data, host + within, count)

    def _in_subclusters(
        self, cluster: int, host: int, bitmap: int, within: int, count: int
    ) -> bytes:
        step = self._cluster // _SUBCLUSTERS
        parts = []
        while count > 0:
            number, inside = divmod(within, step)
            wanted = min(count, step - inside)
            if bitmap >> number & 1:
                parts.append(_exactly(self._data, host + within, wanted))
            elif bitmap >> (32 + number) & 1:
                parts.append(bytes(wanted))
            else:
                parts.append(self._below(cluster * self._cluster + within, wanted))
            within += wanted
            count -= wanted
        return b"".join(parts)

    def _table(self, number: int) -> bytes | None:
        (entry,) = struct.unpack_from(">Q", self._first, number * 8)
        at = entry & _OFFSET
        if not at:
            return None
        table = self._tables.pop(at, None)
        if table is None:
            table = _exactly(self._file, at, self._cluster)
            if len(self._tables) >= _TABLES_KEPT:
                self._tables.popitem(last=False)
        self._tables[at] = table
        return table

    def _below(self, offset: int, count: int) -> bytes:
        """What the image under this one has; zeros where there is none, or it is shorter."""
        found = self._backing.read_at(offset, count) if self._backing else b""
        return found.ljust(count, b"\0")

    def _unpack(self, entry: int) -> bytes:
        cluster = self._unpacked.pop(entry, None)
        if cluster is None:
            cluster = self._unpacked_now(entry)
            if len(self._unpacked) >= _CLUSTERS_KEPT:
                self._unpacked.popitem(last=False)
        self._unpacked[entry] = cluster
        return cluster

    def _unpacked_now(self, entry: int) -> bytes:
        width = 62 - (self._header.cluster_bits - 8)
        at = entry & ((1 << width) - 1)
        sectors = (entry >> width & ((1 << (62 - width)) - 1)) + 1
        packed = self._file.read_at(at, sectors * 512 - at % 512)
        try:
            if self._header.zstandard:
                unpacker = zstandard.ZstdDecompressor().decompressobj()
                cluster = unpacker.decompress(packed)
            else:
                cluster = zlib.decompressobj(-15).decompress(packed, self._cluster)
        except (zlib.error, zstandard.ZstdError) as error:
            raise Unreadable("a compressed part of the qcow2 image is damaged") from error
        if len(cluster) < self._cluster:
            raise Unreadable("a compressed part of the qcow2 image is damaged")
        return cluster[: self._cluster]


def _exactly(region: Region, offset: int, count: int) -> bytes:
    """Bytes that the image says are in its file; past its end only a hole of zeros that was cut
    off, which QEMU reads so too, within the last cluster."""
    data = region.read_at(offset, count)
    if not data:
        raise Unreadable("the qcow2 image is cut short")
    return data.ljust(count, b"\0")
