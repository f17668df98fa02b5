"""What a zip or an OLE file really is, by the names inside."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from trawl.model.media import FileType, Kind
from trawl.passes import signatures as sig

ReadAt = Callable[[int, int], bytes]

_END_BYTES = 22 + 4096
_DIRECTORY_BYTES = 1 << 16
_MANY_NAMES = 512
_OPEN_XML = "application/vnd.openxmlformats-officedocument."


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split())


def _document(mime: str, names: str) -> FileType:
    return FileType(mime, Kind.DOCUMENT, _names(names + " zip"))


ZIP = FileType(
    "application/zip",
    Kind.ARCHIVE,
    _names(
        "zip jar apk war ear xpi cbz kmz ipa aar whl egg nupkg vsix usdz sketch pages "
        "numbers key ora kra 3mf mmap xmind love wsz mcpack fla idml h5p aff4 ufdr "
        "ufd zipx z01 ear apks xapk oxt ots otp ott docx xlsx pptx ods odt odp epub "
        "npz pt pth keras swc crx "
    ),
)
_PLAIN_ZIP = FileType(
    ZIP.mime, ZIP.kind, tuple(e for e in ZIP.extensions if e not in ("docx", "xlsx", "pptx"))
)
_WORD = _document(_OPEN_XML + "wordprocessingml.document", "docx docm dotx dotm")
_SHEET = _document(_OPEN_XML + "spreadsheetml.sheet", "xlsx xlsm xltx xltm xlsb xlam")
_SLIDES = _document(
    _OPEN_XML + "presentationml.presentation", "pptx pptm ppsx ppsm potx potm ppam thmx sldx"
)
_OPEN_PACKAGE = _document(
    "application/vnd.ms-package",
    "docx docm xlsx xlsm pptx pptm ppsx potx vsdx vstx vsdm xps oxps nupkg vsix 3mf appx msix "
    "appxbundle dwfx thmx glox mpp",
)
_JAR = FileType("application/java-archive", Kind.ARCHIVE, ("jar", "war", "ear", "zip", "xpi"))
_APK = FileType(
    "application/vnd.android.package-archive", Kind.ARCHIVE, ("apk", "aar", "zip", "jar", "xapk")
)
# Path of a member -> type. The first member that is in the table decides.
_BY_START = (
    ("word/", _WORD),
    ("xl/", _SHEET),
    ("ppt/", _SLIDES),
    ("AndroidManifest.xml", _APK),
    ("META-INF/container.xml", _document("application/epub+zip", "epub")),
    ("visio/", _OPEN_PACKAGE),
)
_BY_MIMETYPE = {
    b"application/epub+zip": _document("application/epub+zip", "epub"),
    b"application/vnd.oasis.opendocument.text": _document(
        "application/vnd.oasis.opendocument.text", "odt ott odm fodt oth"
    ),
    b"application/vnd.oasis.opendocument.spreadsheet": _document(
        "application/vnd.oasis.opendocument.spreadsheet", "ods ots"
    ),
    b"application/vnd.oasis.opendocument.presentation": _document(
        "application/vnd.oasis.opendocument.presentation", "odp otp"
    ),
    b"application/vnd.oasis.opendocument": _document(
        "application/vnd.oasis.opendocument", "odg odf odc odi odb otg odt ods odp"
    ),
    b"application/vnd.sun.xml": _document(
        "application/vnd.sun.xml", "sxw sxc sxi sxd stw stc sti sxm sxg"
    ),
}


def zip_type(head: bytes, size: int, read_at: ReadAt | None) -> FileType | None:
    """The type of a file that starts with ``PK``; None when it is no zip."""
    if head[2:4] not in (b"\x03\x04", b"\x05\x06", b"\x07\x08"):
        return None
    first = 4 if head.startswith(b"PK\x07\x08PK\x03\x04") else 0
    length, extra = (
        struct.unpack_from("<HH", head, first + 26) if len(head) >= first + 30 else (0, 0)
    )
    name = head[first + 30 : first + 30 + length]
    if name == b"mimetype":
        return _by_mimetype(head[first + 30 + length + extra :])
    names = [name.decode("utf-8", "replace"), *(e.name for e in directory_entries(size, read_at))]
    for member in names:
        for start, found in _BY_START:
            if member.startswith(start):
                return found
    if any(member in ("[Content_Types].xml", "_rels/.rels") for member in names):
        return _OPEN_PACKAGE
    if "META-INF/MANIFEST.MF" in names:
        return _JAR
    return _PLAIN_ZIP


def _by_mimetype(value: bytes) -> FileType:
    for mime, found in _BY_MIMETYPE.items():
        if value.startswith(mime):
            return found
    return _PLAIN_ZIP


class DirectoryEntry(NamedTuple):
    """One member as the central directory of a zip has it; ``size`` is unpacked."""

    name: str
    flags: int
    size: int


def directory_entries(size: int, read_at: ReadAt | None) -> Iterator[DirectoryEntry]:
    """The first entries of the central directory (APPNOTE.TXT 4.3.12), as far as it is there."""
    if read_at is None or size < 22:
        return
    start = max(0, size - _END_BYTES)
    tail = read_at(start, size - start)
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or end + 22 > len(tail):
        return
    length, offset = struct.unpack_from("<II", tail, end + 12)
    if offset >= size:
        return
    directory = read_at(offset, min(length, _DIRECTORY_BYTES))
    at = 0
    for _ in range(_MANY_NAMES):
        if directory[at : at + 4] != b"PK\x01\x02" or at + 46 > len(directory):
            return
        (flags,) = struct.unpack_from("<H", directory, at + 8)
        (unpacked,) = struct.unpack_from("<I", directory, at + 24)
        name, extra, comment = struct.unpack_from("<HHH", directory, at + 28)
        text = directory[at + 46 : at + 46 + name].decode("utf-8", "replace")
        yield DirectoryEntry(text, flags, unpacked)
        at += 46 + name + extra + comment


_OLE = FileType(
    "application/x-ole-storage",
    Kind.DOCUMENT,
    _names(
        "doc dot xls xlt xla ppt pps pot msi msp mst msg db vsd vst vss pub mpp wps "
        "wks wri max jnb hwp automaticdestinations-ms one sldprt sldasm slddrw oft "
        "ini dat otm suo rvt fpx mix asd docx xlsx xlsb "
    ),
)
_OLE_STREAMS: tuple[tuple[str, FileType], ...] = (
    ("EncryptedPackage", sig.OFFICE_ENCRYPTED),
    ("WordDocument", FileType("application/msword", Kind.DOCUMENT, ("doc", "dot", "wiz", "asd"))),
    ("Workbook", FileType("application/vnd.ms-excel", Kind.DOCUMENT, ("xls", "xlt", "xla", "xlm"))),
    ("Book", FileType("application/vnd.ms-excel", Kind.DOCUMENT, ("xls", "xlt", "xla", "xlm"))),
    (
        "PowerPoint Document",
        FileType("application/vnd.ms-powerpoint", Kind.DOCUMENT, ("ppt", "pps", "pot", "ppa")),
    ),
    (
        "__properties_version1.0",
        FileType("application/vnd.ms-outlook", Kind.DOCUMENT, ("msg", "oft")),
    ),
    ("VisioDocument", FileType("application/vnd.visio", Kind.DOCUMENT, ("vsd", "vst", "vss"))),
)


def ole_names(head: bytes, size: int, read_at: ReadAt | None) -> list[str]:
    """Names in the first 32 entries of the directory of an OLE file ([MS-CFB] 2.6.1), read
    where the directory starts and as if it lay in one piece, as it nearly always does."""
    if len(head) < 76:
        return []
    shift = int.from_bytes(head[30:32], "little")
    sector = int.from_bytes(head[48:52], "little")
    if shift not in (9, 12):
        return []
    start = (sector + 1) << shift
    directory = head[start : start + 4096]
    if len(directory) < 4096 and read_at is not None and start < size:
        directory = read_at(start, 4096)
    names = []
    for at in range(0, len(directory) - 127, 128):
        length = int.from_bytes(directory[at + 64 : at + 66], "little")
        if 2 <= length <= 64:
            names.append(directory[at : at + length - 2].decode("utf-16-le", "replace"))
    return names


def ole_type(head: bytes, size: int, read_at: ReadAt | None) -> FileType | None:
    """The type of a compound file; None when it is none."""
    if not head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return None
    names = ole_names(head, size, read_at)
    for stream, found in _OLE_STREAMS:
        if stream in names:
            return found
    return _OLE
