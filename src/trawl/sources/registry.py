"""Every kind of source there is."""

from __future__ import annotations

from trawl.errors import Unreadable
from trawl.sources.base import Source
from trawl.sources.compressed import CompressedSource
from trawl.sources.disk_image import DiskImageSource
from trawl.sources.documents import OfficeSource, PdfSource
from trawl.sources.folder import FolderSource
from trawl.sources.seven_zip import SevenZipSource
from trawl.sources.tar import TarSource
from trawl.sources.zip import ZipSource

SOURCES: tuple[type[Source], ...] = (
    FolderSource,
    DiskImageSource,
    ZipSource,
    SevenZipSource,
    TarSource,
    CompressedSource,
    OfficeSource,
    PdfSource,
)


def source_of_kind(kind: str) -> type[Source]:
    """The class that opens a kind. Raises Unreadable when there is none."""
    for source in SOURCES:
        if source.kind == kind:
            return source
    raise Unreadable(f"nothing here opens a source of the kind {kind!r}")
