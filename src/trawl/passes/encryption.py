"""The encryption pass: what locks a content.

It tells by headers and structure, tries no password but the empty one, and says "suspected"
where only the randomness of the bytes speaks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from trawl.model.media import Facts, FileType, Finding, Kind
from trawl.passes.archive_locks import rar_lock, seven_zip_lock, zip_lock
from trawl.passes.base import Content
from trawl.passes.document_locks import office_lock, pdf_lock
from trawl.passes.locks import Lock
from trawl.passes.signatures import OFFICE_ENCRYPTED, UNKNOWN
from trawl.passes.volume_locks import disk_lock, luks_lock, suspected_lock

Probe = Callable[[Content], Lock]


def _always(lock: str) -> Probe:
    """A format that is encrypted by what it is."""
    return lambda _: Lock(lock)


_PROBES: dict[str, Probe] = {
    "application/pdf": pdf_lock,
    "application/msword": office_lock,
    "application/vnd.ms-excel": office_lock,
    "application/vnd.ms-powerpoint": office_lock,
    "application/x-ole-storage": office_lock,
    OFFICE_ENCRYPTED.mime: _always("office"),
    "application/zip": zip_lock,
    "application/x-7z-compressed": seven_zip_lock,
    "application/vnd.rar": rar_lock,
    "application/x-luks": luks_lock,
    "application/x-bitlocker": _always("bitlocker"),
    "application/x-filevault": _always("filevault"),
    "application/x-raw-disk-image": disk_lock,
    "application/pgp-encrypted": _always("pgp"),
    "application/x-age-encrypted": _always("age"),
    "application/x-keepass": _always("keepass"),
    "application/x-openssl-encrypted": _always("openssl"),
    "application/x-aescrypt": _always("aescrypt"),
    UNKNOWN.mime: suspected_lock,
}


class EncryptionPass:
    """``facts.lock`` names what locks the content; None when nothing does."""

    name: ClassVar[str] = "encryption"
    version: ClassVar[int] = 1

    def wants(self, kind: FileType) -> bool:
        """Every type that can be locked, and everything that is not recognised."""
        return kind.mime in _PROBES or kind.kind is Kind.ENCRYPTED

    def run(self, content: Content, kind: FileType) -> Finding:
        """Never raises for what is in the file; PassFailed only over the size limit."""
        probe = _PROBES.get(kind.mime)
        found = probe(content) if probe else Lock("unknown")
        return Finding(
            name=self.name,
            version=self.version,
            facts=Facts(lock=found.lock) if found.lock else None,
            reason=found.reason,
            extra=dict(found.extra),
        )
