"""Office and PDF documents that a password locks: opened, each holds itself, decrypted."""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, ClassVar
from xml.parsers.expat import ExpatError

import msoffcrypto
import pikepdf
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError
from msoffcrypto.format.ooxml import OOXMLFile

from trawl.errors import LimitExceeded, Locked, SourceError, Unreadable
from trawl.model.exhibit import Entry
from trawl.sources.base import Place
from trawl.sources.local_file import LocalFile
from trawl.sources.ranges import read_at_stream

ReadAt = Callable[[int, int], bytes]

OFFICE_LOCK, PDF_LOCK = "office", "pdf"
# Excel writes this password by itself to protect a workbook and opens such files without
# asking ([MS-OFFCRYPTO] 2.4.2.1).
_EXCEL_DEFAULT = "VelvetSweatshop"
_MOST_BYTES = 1 << 30  # decrypted in memory
_MOST_ROUNDS = 10_000_000  # [MS-OFFCRYPTO] 2.3.4.10, spinCount
_PARSER_FAULTS = (
    DecryptionError,
    FileFormatError,
    ParseError,
    ExpatError,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the libraries' warnings about odd documents: the outcome says what matters."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def looks_like_encrypted_office(size: int, read_at: ReadAt) -> bool:
    """True for an OLE file that holds an encrypted package, or an encrypted 97-2003 document."""
    try:
        with _quiet():
            return bool(msoffcrypto.OfficeFile(read_at_stream(read_at, size)).is_encrypted())
    except _PARSER_FAULTS:
        return False


def looks_like_encrypted_pdf(head: bytes, size: int, read_at: ReadAt) -> bool:
    """True for a PDF that does not open without a password. One that only restricts printing
    or copying opens, and is not locked."""
    if not _mentions_encryption(head, size, read_at):
        return False
    try:
        with _quiet(), pikepdf.open(read_at_stream(read_at, size)):
            return False
    except pikepdf.PasswordError:
        return True
    except (pikepdf.PdfError, *_PARSER_FAULTS):
        return False


def _mentions_encryption(head: bytes, size: int, read_at: ReadAt) -> bool:
    """Whether a trailer in the usual places names an encryption dictionary: at the head of a
    linearised file, in the tail, or in the cross-reference stream that the tail points to."""
    tail_at = max(0, size - 4096)
    tail = read_at(tail_at, size - tail_at)
    if b"/Encrypt" in head or b"/Encrypt" in tail:
        return True
    _, found, pointer = tail.rpartition(b"startxref")
    digits = pointer.split()[0] if found and pointer.split() else b""
    at = int(digits) if digits.isdigit() and len(digits) < 16 else size
    return at < size and b"/Encrypt" in read_at(at, 4096)


class _OneDocument:
    """A document that was decrypted: one entry, in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def entries(self) -> Iterator[Entry]:
        """The one entry, ``decrypted``."""
        yield Entry(path=b"decrypted", size=len(self._data))

    def read(self, entry: Entry) -> BinaryIO:
        """The decrypted bytes, seekable."""
        if entry.path != b"decrypted":
            raise Unreadable("there is no such entry in this document")
        return io.BytesIO(self._data)

    def local_path(self, entry: Entry) -> Path | None:  # noqa: ARG002
        """None: the decrypted document is never written by itself."""
        return None

    def close(self) -> None:
        """Let go of the decrypted bytes."""
        self._data = b""


class OfficeSource(_OneDocument):
    """An encrypted Office document (OOXML agile and standard, RC4 of 97-2003)."""

    kind: ClassVar[str] = "office-encrypted"

    @classmethod
    def open(cls, place: Place) -> OfficeSource:
        """Decrypt with the secret. Raises Locked, Unreadable, LimitExceeded."""
        with _whole(place) as stream:
            for secret in (place.secret, _EXCEL_DEFAULT):
                if secret is not None and (data := _decrypted_office(stream, secret)) is not None:
                    return cls(data)
        raise Locked(_reason(place), lock=OFFICE_LOCK)


class PdfSource(_OneDocument):
    """A PDF that opens with a password."""

    kind: ClassVar[str] = "pdf-encrypted"

    @classmethod
    def open(cls, place: Place) -> PdfSource:
        """Decrypt with the secret. Raises Locked, Unreadable, LimitExceeded."""
        with _whole(place) as stream:
            return cls(_decrypted_pdf(stream, place))


def _whole(place: Place) -> BinaryIO:
    file = LocalFile(place.path)
    try:
        if file.size > _MOST_BYTES:
            raise LimitExceeded(f"{file.size:,} bytes are too many to decrypt at once")
        return file.stream()
    finally:
        file.close()


def _reason(place: Place) -> str:
    if place.secret is None:
        return "it is encrypted and needs a password"
    return "the password does not fit"


def _decrypted_office(stream: BinaryIO, secret: str) -> bytes | None:
    """The bytes, None when the password does not fit."""
    out = io.BytesIO()
    try:
        with _quiet():
            document = msoffcrypto.OfficeFile(stream)
            if isinstance(document, OOXMLFile):
                _check_effort(document)
                document.load_key(password=secret, verify_password=True)
            else:
                document.load_key(password=secret)
            document.decrypt(out)
    except InvalidKeyError:
        return None
    except _PARSER_FAULTS as error:
        raise Unreadable("the encrypted document is damaged or of an unknown form") from error
    return out.getvalue()


def _check_effort(document: Any) -> None:
    """Raise LimitExceeded when the file asks for more hashing than the format allows."""
    rounds = getattr(document, "info", {}).get("spinValue", 0)
    if rounds > _MOST_ROUNDS:
        raise LimitExceeded(f"its key asks for {rounds:,} rounds of hashing")


def _decrypted_pdf(stream: BinaryIO, place: Place) -> bytes:
    out = io.BytesIO()
    try:
        with _quiet(), pikepdf.open(stream, password=place.secret or "") as document:
            document.save(out, deterministic_id=False, static_id=True)
    except pikepdf.PasswordError as error:
        raise Locked(_reason(place), lock=PDF_LOCK) from error
    except SourceError:
        raise
    except (pikepdf.PdfError, *_PARSER_FAULTS) as error:
        raise Unreadable("the encrypted document is damaged or of an unknown form") from error
    return out.getvalue()
