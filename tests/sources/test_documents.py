"""Encrypted Office documents and PDFs."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from trawl.errors import LimitExceeded, Locked, Unreadable
from trawl.model.exhibit import Entry
from trawl.sources import documents
from trawl.sources.base import Place, SourceLimits
from trawl.sources.documents import OfficeSource, PdfSource


def place(path: Path, secret: str | None = None) -> Place:
    return Place(paths=(path,), scratch=path.parent / "s", limits=SourceLimits(), secret=secret)


def written(folder: Path, data: bytes) -> Path:
    path = folder / "document"
    path.write_bytes(data)
    return path


@cache  # the zip bears the time it was made
def word() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>" * 2000)
    return out.getvalue()


def pdf(**encryption: object) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(100, 200))
        document.save(out, encryption=pikepdf.Encryption(**encryption) if encryption else False)
    return out.getvalue()


def is_locked_pdf(data: bytes) -> bool:
    return documents.looks_like_encrypted_pdf(
        data[:4096], len(data), lambda at, count: data[at : at + count]
    )


def is_locked_office(data: bytes) -> bool:
    return documents.looks_like_encrypted_office(len(data), lambda at, count: data[at : at + count])


def the_bytes(source: OfficeSource | PdfSource) -> bytes:
    (entry,) = source.entries()
    with source.read(entry) as stream:
        data = stream.read()
    assert entry.size == len(data)
    return data


def test_office(tmp_path: Path) -> None:
    path = written(tmp_path, ECMA376Agile.encrypt("pässword", io.BytesIO(word())))
    assert is_locked_office(path.read_bytes())
    assert the_bytes(OfficeSource.open(place(path, "pässword"))) == word()
    for secret, reason in ((None, "needs a password"), ("wrong", "does not fit")):
        with pytest.raises(Locked, match=reason) as caught:
            OfficeSource.open(place(path, secret))
        assert caught.value.lock == "office"


def test_the_password_excel_sets_by_itself_locks_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, ECMA376Agile.encrypt("VelvetSweatshop", io.BytesIO(word())))
    assert the_bytes(OfficeSource.open(place(path))) == word()


def test_office_that_asks_for_endless_hashing_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = written(tmp_path, ECMA376Agile.encrypt("s", io.BytesIO(word())))
    monkeypatch.setattr(documents, "_MOST_ROUNDS", 99_999)  # Office itself writes 100,000
    with pytest.raises(LimitExceeded, match="100,000 rounds"):
        OfficeSource.open(place(path, "s"))


@pytest.mark.parametrize("revision", [4, 6])
def test_pdf(tmp_path: Path, revision: int) -> None:
    data = pdf(owner="o", user="s3cret", R=revision)
    path = written(tmp_path, data)
    assert is_locked_pdf(data)
    with pikepdf.open(io.BytesIO(the_bytes(PdfSource.open(place(path, "s3cret"))))) as document:
        assert not document.is_encrypted
        assert document.pages[0].MediaBox[3] == 200
    for secret, reason in ((None, "needs a password"), ("wrong", "does not fit")):
        with pytest.raises(Locked, match=reason) as caught:
            PdfSource.open(place(path, secret))
        assert caught.value.lock == "pdf"


def test_pdf_decrypts_to_the_same_bytes_every_time(tmp_path: Path) -> None:
    path = written(tmp_path, pdf(owner="o", user="s", R=6))
    assert the_bytes(PdfSource.open(place(path, "s"))) == the_bytes(
        PdfSource.open(place(path, "s"))
    )


def test_a_pdf_that_only_restricts_is_not_locked() -> None:
    assert not is_locked_pdf(pdf(owner="o", user="", R=4))
    assert not is_locked_pdf(pdf())
    assert not is_locked_pdf(b"%PDF-1.4 /Encrypt and nothing else")


def test_other_documents_are_not_locked() -> None:
    assert not is_locked_office(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    assert not is_locked_office(word())


def test_broken_and_oversized_documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))
    for source in (OfficeSource, PdfSource):
        with pytest.raises(Unreadable, match="damaged"):
            source.open(place(path, "s"))
    monkeypatch.setattr(documents, "_MOST_BYTES", 100)
    with pytest.raises(LimitExceeded, match="too many"):
        PdfSource.open(place(path, "s"))


def test_there_is_just_the_one_entry(tmp_path: Path) -> None:
    path = written(tmp_path, pdf(owner="o", user="s", R=6))
    with pytest.raises(Unreadable):
        PdfSource.open(place(path, "s")).read(Entry(path=b"other"))
