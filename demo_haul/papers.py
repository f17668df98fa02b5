"""Documents and what else a laptop holds: Office and PDF files, open and locked, tables, a
database, a page, a message."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pikepdf
from msoffcrypto.format.ooxml import OOXMLFile
from PIL import Image, ImageOps

from demo_haul.pictures import jpeg
from demo_haul.seeds import PASSWORD, chance, moment, put

FOLDER = "laptop/Users/kit/Documents"
ZIP_TIME = (2024, 6, 3, 9, 0, 0)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_TYPES = f"""{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">\
<Default Extension="rels" \
ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="jpeg" ContentType="image/jpeg"/>\
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>\
</Types>"""
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_ROOT = f"""{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" \
Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>"""
_PARTS = f"""{_HEAD}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" \
Type="{_OFFICE}/image" Target="media/image1.jpeg"/></Relationships>"""
_BODY = f"""{_HEAD}<w:document \
xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>\
<w:t>A trip to the harbour. The picture is inside.</w:t></w:r></w:p></w:body></w:document>"""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files, always the same bytes for the same files."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            member = zipfile.ZipInfo(name, ZIP_TIME)
            member.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(member, data)
    return into.getvalue()


def papers(haul: Path, sources: Sequence[Image.Image]) -> int:
    """All documents."""
    picture = ImageOps.fit(sources[-1], (900, 675))
    document = _docx(jpeg(picture, 80))
    files = {
        "Harbour trip.docx": document,
        "Locked letter.docx": _locked(document),
        "Scan.pdf": _pdf(ImageOps.fit(sources[-2], (900, 675))),
        "Locked scan.pdf": _pdf(ImageOps.fit(sources[-3], (900, 675)), PASSWORD),
        "Contacts.csv": b"name,phone\nAda Example,+44 7700 900001\nBo Muster,+44 7700 900002\n",
        "chat.db": _database(haul),
        "page.html": b"<!doctype html><title>Tide table</title><p>High water 06:12, 18:40",
        "message.eml": b"From: a@example.org\r\nSubject: Tides\r\n\r\nAt six.\r\n",
        "backup.bin": chance(9, 0).bytes(2 << 20),  # like a headerless container
    }
    for number, (name, data) in enumerate(files.items()):
        put(haul / FOLDER / name, data, moment(55_000 + number))
    return len(files)


def _docx(picture: bytes) -> bytes:
    """The least Word file that carries a picture (ECMA-376, part 2)."""
    return zipped(
        {
            "[Content_Types].xml": _TYPES.encode(),
            "_rels/.rels": _ROOT.encode(),
            "word/document.xml": _BODY.encode(),
            "word/_rels/document.xml.rels": _PARTS.encode(),
            "word/media/image1.jpeg": picture,
        }
    )


def _locked(document: bytes) -> bytes:
    into = io.BytesIO()
    OOXMLFile(io.BytesIO(document)).encrypt(PASSWORD, into)
    return into.getvalue()


def _pdf(picture: Image.Image, password: str = "") -> bytes:
    """One page that shows the picture."""
    into = io.BytesIO()
    with pikepdf.new() as pdf:
        image = pikepdf.Stream(pdf, jpeg(picture, 80))
        for key, value in (("Type", "/XObject"), ("Subtype", "/Image"), ("Filter", "/DCTDecode")):
            image[f"/{key}"] = pikepdf.Name(value)
        image["/ColorSpace"] = pikepdf.Name("/DeviceRGB")
        image["/Width"], image["/Height"], image["/BitsPerComponent"] = *picture.size, 8
        pdf.add_blank_page(page_size=picture.size)
        page = pdf.pages[0]
        page.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Picture=image))
        width, height = picture.size
        page.obj["/Contents"] = pikepdf.Stream(
            pdf, f"q {width} 0 0 {height} 0 0 cm /Picture Do Q".encode()
        )
        if password:
            pdf.save(into, encryption=pikepdf.Encryption(owner=password, user=password, R=6))
        else:
            pdf.save(into, deterministic_id=True)
    return into.getvalue()


def _database(haul: Path) -> bytes:
    """A chat as a phone keeps it."""
    path = haul / "chat.db.making"
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE message (id INTEGER PRIMARY KEY, sender TEXT, text TEXT)")
        rows = [("+44 7700 900001", f"The tide turns at {6 + n % 12}") for n in range(200)]
        database.executemany("INSERT INTO message (sender, text) VALUES (?, ?)", rows)
    database.close()
    data = path.read_bytes()
    path.unlink()
    return data
