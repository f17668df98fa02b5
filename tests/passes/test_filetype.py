"""Type by content, and the names that lie about it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pictures import photograph, saved, type_of
from trawl.model.media import Kind, name_lies
from trawl.passes.filetype import detect

SMALL = photograph(64, 48)


def zipped(*names: str, first: bytes | None = None) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        if first is not None:
            archive.writestr("mimetype", first)
        for name in names:
            archive.writestr(name, b"<x/>")
    return file.getvalue()


def boxed(brand: bytes, *others: bytes) -> bytes:
    body = brand + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", len(body) + 8) + b"ftyp" + body + b"\0\0\0\x08free"


def boot_sector() -> bytes:
    sector = bytearray(512)
    sector[446:462] = bytes((0x80, 0, 0, 0, 0x07, 0, 0, 0)) + struct.pack("<II", 2048, 90_000)
    sector[510:] = b"\x55\xaa"
    return bytes(sector) + bytes(3584)


def tiff(*entries: tuple[int, int, int, int]) -> bytes:
    body = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(entries)) + body + b"\0\0\0\0NIKON CORP\0"


MANY: list[tuple[str, bytes, str, Kind]] = [
    ("jpg", saved(SMALL, "JPEG"), "image/jpeg", Kind.IMAGE),
    ("png", saved(SMALL, "PNG"), "image/png", Kind.IMAGE),
    ("gif", saved(SMALL, "GIF"), "image/gif", Kind.IMAGE),
    ("bmp", saved(SMALL, "BMP"), "image/bmp", Kind.IMAGE),
    ("webp", saved(SMALL, "WEBP"), "image/webp", Kind.IMAGE),
    ("tiff", saved(SMALL, "TIFF"), "image/tiff", Kind.IMAGE),
    ("avif", saved(SMALL, "AVIF"), "image/avif", Kind.IMAGE),
    ("heic", saved(SMALL, "HEIF"), "image/heic", Kind.IMAGE),
    ("jp2", saved(SMALL, "JPEG2000"), "image/jp2", Kind.IMAGE),
    ("ico", saved(SMALL, "ICO"), "image/vnd.microsoft.icon", Kind.IMAGE),
    ("tga", saved(SMALL, "TGA"), "image/x-tga", Kind.IMAGE),
    ("ppm", saved(SMALL, "PPM"), "image/x-portable-anymap", Kind.IMAGE),
    ("nef", tiff((0x10F, 2, 11, 38), (0x14A, 4, 1, 8)), "image/x-nikon-nef", Kind.IMAGE),
    ("dng", tiff((0xC612, 1, 4, 0x401)), "image/x-adobe-dng", Kind.IMAGE),
    ("cr3", boxed(b"crx "), "image/x-canon-cr3", Kind.IMAGE),
    ("heic", boxed(b"mif1", b"mif1", b"heic"), "image/heic", Kind.IMAGE),
    ("avif", boxed(b"mif1", b"mif1", b"avif"), "image/avif", Kind.IMAGE),
    ("mp4", boxed(b"isom", b"mp42"), "video/mp4", Kind.VIDEO),
    ("mov", boxed(b"qt  "), "video/quicktime", Kind.VIDEO),
    ("3gp", boxed(b"3gp5"), "video/3gpp", Kind.VIDEO),
    ("m4a", boxed(b"M4A "), "audio/mp4", Kind.AUDIO),
    ("mov", b"\0\0\0\x08wide\0\0\0\x10mdat" + bytes(64), "video/quicktime", Kind.VIDEO),
    ("avi", b"RIFF\x10\0\0\0AVI LIST", "video/x-msvideo", Kind.VIDEO),
    ("wav", b"RIFF\x10\0\0\0WAVEfmt ", "audio/x-wav", Kind.AUDIO),
    ("webm", b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm", "video/webm", Kind.VIDEO),
    ("mkv", b"\x1a\x45\xdf\xa3\x9fB\x82\x88matroska", "video/x-matroska", Kind.VIDEO),
    ("mpg", b"\0\0\x01\xba\x44\0\x04\0\x04", "video/mpeg", Kind.VIDEO),
    ("ts", (b"\x47" + bytes(187)) * 4, "video/mp2t", Kind.VIDEO),
    ("mp3", b"ID3\x04\0\0\0\0\0\0", "audio/mpeg", Kind.AUDIO),
    ("mp3", (b"\xff\xfb\x90\x00" + bytes(413)) * 3, "audio/mpeg", Kind.AUDIO),
    ("flac", b"fLaC\0\0\0\x22", "audio/flac", Kind.AUDIO),
    ("amr", b"#!AMR\n\x3c", "audio/amr", Kind.AUDIO),
    ("opus", b"OggS\0\x02" + bytes(22) + b"OpusHead", "audio/ogg", Kind.AUDIO),
    ("ogv", b"OggS\0\x02" + bytes(22) + b"\x80theora", "video/ogg", Kind.VIDEO),
    ("pdf", b"%PDF-1.7\n%\xe2\xe3\n", "application/pdf", Kind.DOCUMENT),
    ("docx", zipped("[Content_Types].xml", "word/document.xml"), "openxml:word", Kind.DOCUMENT),
    ("xlsx", zipped("[Content_Types].xml", "a", "xl/workbook.xml"), "openxml:sheet", Kind.DOCUMENT),
    ("odt", zipped("content.xml", first=b"application/vnd.oasis.opendocument.text"),
     "application/vnd.oasis.opendocument.text", Kind.DOCUMENT),
    ("epub", zipped("a.xhtml", first=b"application/epub+zip"), "application/epub+zip",
     Kind.DOCUMENT),
    ("apk", zipped("AndroidManifest.xml", "classes.dex"),
     "application/vnd.android.package-archive", Kind.ARCHIVE),
    ("jar", zipped("META-INF/MANIFEST.MF", "A.class"), "application/java-archive", Kind.ARCHIVE),
    ("zip", zipped("a.jpg", "b.jpg"), "application/zip", Kind.ARCHIVE),
    ("zip", zipped(), "application/zip", Kind.ARCHIVE),
    ("7z", b"7z\xbc\xaf\x27\x1c\0\x04", "application/x-7z-compressed", Kind.ARCHIVE),
    ("rar", b"Rar!\x1a\x07\x01\0", "application/vnd.rar", Kind.ARCHIVE),
    ("gz", b"\x1f\x8b\x08\0", "application/gzip", Kind.ARCHIVE),
    ("e01", b"EVF\t\r\n\xff\0\x01", "application/x-ewf", Kind.DISK_IMAGE),
    ("qcow2", b"QFI\xfb\0\0\0\x03", "application/x-qcow2", Kind.DISK_IMAGE),
    ("vmdk", b"KDMV\x01\0\0\0", "application/x-vmdk", Kind.DISK_IMAGE),
    ("vhd", bytes(4096) + b"conectix".ljust(512, b"\0"), "application/x-vhd", Kind.DISK_IMAGE),
    ("iso", bytes(32_769) + b"CD001" + bytes(4096), "application/x-iso9660-image",
     Kind.DISK_IMAGE),
    ("dd", boot_sector(), "application/x-raw-disk-image", Kind.DISK_IMAGE),
    ("img", b"LUKS\xba\xbe\0\x02", "application/x-luks", Kind.ENCRYPTED),
    ("img", b"\xeb\x58\x90-FVE-FS-", "application/x-bitlocker", Kind.ENCRYPTED),
    ("asc", b"-----BEGIN PGP MESSAGE-----\n\nhQ", "application/pgp-encrypted", Kind.ENCRYPTED),
    ("kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5", "application/x-keepass", Kind.ENCRYPTED),
    ("sqlite", b"SQLite format 3\0", "application/vnd.sqlite3", Kind.DOCUMENT),
    ("exe", b"MZ\x90\0\x03\0\0\0\x04", "application/vnd.microsoft.portable-executable",
     Kind.OTHER),
    ("so", b"\x7fELF\x02\x01\x01", "application/x-elf", Kind.OTHER),
    ("html", b"<!DOCTYPE html><html>", "text/html", Kind.DOCUMENT),
    ("svg", b'<?xml version="1.0"?>\n<svg xmlns="x">', "image/svg+xml", Kind.DOCUMENT),
    ("xml", b'<?xml version="1.0"?><note/>', "text/xml", Kind.DOCUMENT),
    ("json", b'{"messages": [1, 2]}', "application/json", Kind.DOCUMENT),
    ("csv", b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "text/csv", Kind.DOCUMENT),
    ("py", b"import os\n\nprint(os.name)\n", "text/plain", Kind.DOCUMENT),
    ("txt", "Grüße aus Köln, schöne Straße\n".encode("latin-1"), "text/plain", Kind.DOCUMENT),
    ("txt", "Hello, words in two bytes each".encode("utf-16"), "text/plain", Kind.DOCUMENT),
    ("dat", bytes(range(256)) * 4, "application/octet-stream", Kind.OTHER),
]  # fmt: skip
OPEN_XML = "application/vnd.openxmlformats-officedocument."
FULL = {
    "openxml:word": OPEN_XML + "wordprocessingml.document",
    "openxml:sheet": OPEN_XML + "spreadsheetml.sheet",
}


@pytest.mark.parametrize(("extension", "data", "mime", "kind"), MANY)
def test_told_by_content_and_its_own_name_is_honest(
    extension: str, data: bytes, mime: str, kind: Kind
) -> None:
    found = type_of(data)
    assert (found.mime, found.kind) == (FULL.get(mime, mime), kind)
    assert not name_lies(f"a name.{extension.upper()}", found)


def test_empty() -> None:
    assert detect(b"", 0).kind is Kind.EMPTY
    assert not name_lies("a.jpg", detect(b"", 0))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("holiday.txt", saved(SMALL, "JPEG")),
        ("report.docx", saved(SMALL, "JPEG")),
        ("photo.png", saved(SMALL, "JPEG")),
        ("beach.jpg", boxed(b"isom", b"mp42")),
        ("beach.jpg", zipped("a.jpg")),
        ("invoice.pdf", b"MZ\x90\0\x03\0\0\0\x04"),
        ("letter.docx", zipped("a.jpg", "b.jpg")),
        ("movie.mp4", bytes(np.random.default_rng(1).integers(0, 256, 5000, dtype=np.uint8))),
        ("picture.jpg", b"only a few words of text"),
        ("song.mp3", saved(SMALL, "PNG")),
    ],
)
def test_a_name_that_lies(name: str, data: bytes) -> None:
    assert name_lies(name, type_of(data))


@pytest.mark.parametrize(
    "name", ["IMG_1", "a.bak", "photo.jpg.1", "f_00a1b2", "cache.0", "x.JPEG", "x.jfif", ".jpg.tmp"]
)
def test_a_name_that_promises_nothing_else(name: str) -> None:
    assert not name_lies(name, type_of(saved(SMALL, "JPEG")))


def test_names_within_one_family_do_not_lie() -> None:
    """Cameras and phones are free with these; so is the flag."""
    assert not name_lies("clip.mov", type_of(boxed(b"isom")))
    assert not name_lies("clip.mp4", type_of(boxed(b"qt  ")))
    assert not name_lies("shot.tif", type_of(tiff((0xC612, 1, 4, 0x401))))
    assert not name_lies("favicon.ico", type_of(saved(SMALL, "PNG")))


def test_a_counting_table_is_no_icon() -> None:
    table = b"".join(number.to_bytes(2, "little") for number in range(65_536))
    assert type_of(table).kind is not Kind.IMAGE


def text_in(encoding: str) -> Callable[[], bytes]:
    return lambda: ("Слова 言葉 λόγος " * 40).encode(encoding, "ignore")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "shift-jis", "gb18030", "iso8859-7"])
def test_text_in_the_codes_of_the_world(encoding: str) -> None:
    data = text_in(encoding)()
    assert type_of(data).mime == "text/plain"
    assert type_of(data[:99]).mime == "text/plain"


def test_a_multibyte_character_cut_at_the_end_of_the_head_is_text_still() -> None:
    data = ("é" * 3000).encode()
    assert detect(data[:4095], len(data)).mime == "text/plain"


def test_random_bytes_are_not_text() -> None:
    data = np.random.default_rng(5).integers(0, 256, 4096, dtype=np.uint8).tobytes()
    assert type_of(data).mime == "application/octet-stream"


@given(st.binary(max_size=700))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    assert type_of(data).mime
    assert detect(data, len(data)).mime


@given(st.sampled_from([row[1] for row in MANY]), st.data())
def test_no_mutation_makes_it_raise(data: bytes, draw: st.DataObject) -> None:
    changed = bytearray(data[:4096])
    for at in draw.draw(st.lists(st.integers(0, max(0, len(changed) - 1)), max_size=8)):
        if changed:
            changed[at] = draw.draw(st.integers(0, 255))
    cut = draw.draw(st.integers(0, len(changed)))
    assert type_of(bytes(changed[:cut])).mime


def test_pillow_and_the_table_agree_on_every_format_it_writes() -> None:
    for form in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PCX", "SGI", "DDS", "QOI"):
        mime = Image.MIME.get(form, "")
        found = type_of(saved(SMALL, form))
        assert found.kind is Kind.IMAGE, form
        assert found.mime == mime or form in ("PCX", "SGI", "DDS", "QOI", "BMP")
