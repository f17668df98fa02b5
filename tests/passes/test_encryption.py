"""What locks a file, and what does not."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np
import pikepdf
import py7zr
import pytest
import pyzipper
from hypothesis import given, settings
from hypothesis import strategies as st
from msoffcrypto.format.ooxml import OOXMLFile

from pictures import photograph, saved, type_of
from trawl.model.media import Finding, Kind
from trawl.passes.base import content_of
from trawl.passes.encryption import EncryptionPass

RANDOM = np.random.default_rng(3).integers(0, 256, 1 << 19, dtype=np.uint8).tobytes()


def said(data: bytes) -> Finding | None:
    """What the pass says, None when it does not want such a file."""
    kind = type_of(data)
    locks = EncryptionPass()
    return locks.run(content_of(data), kind) if locks.wants(kind) else None


def lock_of(data: bytes) -> str | None:
    found = said(data)
    return found.facts.lock if found and found.facts else None


def pdf(user: str | None) -> bytes:
    file = io.BytesIO()
    document = pikepdf.new()
    document.add_blank_page()
    locked = pikepdf.Encryption(owner="own", user=user) if user is not None else False
    document.save(file, encryption=locked)
    return file.getvalue()


def plain_docx() -> bytes:
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("word/document.xml", b"<document/>")
    return file.getvalue()


def locked_docx() -> bytes:
    file = io.BytesIO()
    OOXMLFile(io.BytesIO(plain_docx())).encrypt("secret", file)
    return file.getvalue()


def aes_zip(*, also_open: bool) -> bytes:
    file = io.BytesIO()
    with pyzipper.AESZipFile(file, "w") as archive:
        if also_open:
            archive.writestr("open.txt", b"words " * 9)
        archive.setpassword(b"secret")
        archive.setencryption(pyzipper.WZ_AES)
        archive.writestr("locked.txt", b"words " * 9)
    return file.getvalue()


def seven_zip(*, header: bool) -> bytes:
    file = io.BytesIO()
    with py7zr.SevenZipFile(file, "w", password="secret", header_encryption=header) as archive:
        archive.writestr(b"words " * 9, "a.txt")
    return file.getvalue()


def rar4(flags: int) -> bytes:
    return b"Rar!\x1a\x07\x00" + struct.pack("<HBHH", 0, 0x73, flags, 13) + bytes(32)


LOCKED = [
    ("office", locked_docx()),
    ("pdf", pdf("secret")),
    ("zip", aes_zip(also_open=False)),
    ("7z", seven_zip(header=True)),
    ("rar", b"Rar!\x1a\x07\x01\x00" + b"\x01\x02\x03\x04" + b"\x21\x04" + bytes(40)),
    ("rar", rar4(0x80)),
    ("luks", b"LUKS\xba\xbe\x00\x02" + bytes(600)),
    ("bitlocker", b"\xeb\x58\x90-FVE-FS-" + bytes(600)),
    ("filevault", b"encrcdsa\0\0\0\2" + bytes(600)),
    ("keepass", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + bytes(60)),
    ("pgp", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n"),
    ("age", b"age-encryption.org/v1\n-> X25519 abc\n"),
    ("openssl", b"Salted__" + RANDOM[:640]),
    ("veracrypt-suspected", RANDOM),
]


@pytest.mark.parametrize(("lock", "data"), LOCKED, ids=[lock for lock, _ in LOCKED])
def test_locked(lock: str, data: bytes) -> None:
    assert lock_of(data) == lock


OPEN = [
    ("pdf", pdf(None)),
    ("pdf with an empty password", pdf("")),
    ("docx", plain_docx()),
    ("zip with an open member", aes_zip(also_open=True)),
    ("rar", rar4(0)),
    ("jpeg", saved(photograph(), "JPEG")),
    ("random, but no whole sectors", RANDOM[:-1]),
    ("random, but small", RANDOM[: 1 << 17]),
    ("random with a plain half", RANDOM[: 1 << 18] + bytes(1 << 18)),
    ("gzip of random", b"\x1f\x8b\x08\0" + RANDOM[:-4]),
    ("every value in turn", bytes(range(256)) * 2048),
    ("text", b"plain words\n" * 30_000),
]


@pytest.mark.parametrize(("name", "data"), OPEN, ids=[name for name, _ in OPEN])
def test_not_locked(name: str, data: bytes) -> None:
    assert lock_of(data) is None


def test_what_is_odd_is_noted() -> None:
    empty, mixed = said(pdf("")), said(aes_zip(also_open=True))
    assert empty is not None
    assert "empty password" in str(empty.extra["pdf"])
    assert mixed is not None
    assert mixed.extra["encrypted_members"] == 1


def test_content_of_a_locked_office_file_is_told_by_its_type() -> None:
    assert type_of(locked_docx()).kind is Kind.ENCRYPTED


def test_a_mark_of_encryption_across_two_chunks_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trawl.passes.document_locks._CHUNK", 7)
    assert lock_of(pdf("secret")) == "pdf"


@settings(max_examples=40)
@given(st.sampled_from([data for _, data in LOCKED + OPEN if len(data) < 20_000]), st.data())
def test_no_mutation_makes_it_raise(data: bytes, draw: st.DataObject) -> None:
    changed = bytearray(data)
    for at in draw.draw(st.lists(st.integers(0, len(changed) - 1), max_size=20)):
        changed[at] = draw.draw(st.integers(0, 255))
    said(bytes(changed[: draw.draw(st.integers(0, len(changed)))]))


@pytest.mark.parametrize("magic", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"%PDF-1.7 /Encrypt "])
def test_broken_documents_are_not_locked(magic: bytes) -> None:
    assert lock_of(magic + bytes(5000)) is None
    assert lock_of(magic + RANDOM[:5000]) is None
