"""Locked documents: Office (both generations) and PDF."""

from __future__ import annotations

import logging
import struct
from typing import BinaryIO

import msoffcrypto
import pikepdf
from msoffcrypto import exceptions as office_errors

from trawl.errors import plain
from trawl.passes.base import Content
from trawl.passes.locks import Lock

_CHUNK = 1 << 20
_ENCRYPT = b"/Encrypt"
# What msoffcrypto and olefile raise on files that are not what they claim.
_OFFICE_ERRORS = (
    office_errors.FileFormatError,
    office_errors.ParseError,
    office_errors.DecryptionError,
    office_errors.EncryptionError,
    office_errors.InvalidKeyError,
    OSError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    OverflowError,
    RecursionError,
    MemoryError,
    struct.error,
    AssertionError,
    NotImplementedError,
)

# qpdf's notes on damaged files are for the log of a PDF tool, not for the officer's screen.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())
logging.getLogger("pikepdf").propagate = False


def office_lock(content: Content) -> Lock:
    """Word, Excel and PowerPoint 97-2003, and whatever else lies in an OLE file."""
    with content.open() as stream:
        try:
            locked = msoffcrypto.OfficeFile(stream).is_encrypted()
        except _OFFICE_ERRORS as error:
            return Lock(extra={"office": f"not told: {type(error).__name__}"})
    return Lock("office") if locked else Lock()


def pdf_lock(content: Content) -> Lock:
    """A PDF that asks for a password before it opens. Where the password is empty the file is
    readable by anyone, and only that is noted."""
    with content.open() as stream:
        if not _mentions_encryption(stream):
            return Lock()
        stream.seek(0)
        try:
            with pikepdf.open(stream, suppress_warnings=True) as document:
                encrypted = document.is_encrypted
        except pikepdf.PasswordError:
            return Lock("pdf")
        except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, OSError) as error:
            return Lock(reason=f"PDF not told: {plain(str(error))[:200]}")
        except (RuntimeError, MemoryError, RecursionError) as error:
            return Lock(reason=f"PDF not told: {type(error).__name__}")
    return Lock(extra={"pdf": "encrypted with an empty password"}) if encrypted else Lock()


def _mentions_encryption(stream: BinaryIO) -> bool:
    """The dictionary that says so is never compressed (ISO 32000-1, 7.5.8.2 and 7.6.1)."""
    before = b""
    while chunk := stream.read(_CHUNK):
        if _ENCRYPT in before + chunk:
            return True
        before = chunk[-len(_ENCRYPT) :]
    return False
