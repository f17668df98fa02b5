"""Writes a case as VICS 2.0 (``#Cases``), media by media, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import BinaryIO, Final

import msgspec

from trawl.formats.vics_case import (
    VicsCase,
    VicsExif,
    VicsFile,
    VicsIdentifier,
    VicsMedia,
    VicsSegment,
)

DOMAINS: Final = ("US", "UK", "Default", "CUSTOM", "UNKNOWN")
"""The domains of the data model: whose category codes a list bears."""

_CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/{}/$metadata#Cases"
_INT32 = (1 << 31) - 1
_WRITTEN_AT_ONCE = 1 << 20

_Fields = dict[str, object]


def write_vics(out: BinaryIO, case: VicsCase, media: Iterable[VicsMedia]) -> int:
    """Write the case with its media, each of which is to come once; return how many there were
    (``TotalMediaFiles``; those that are precategorized are ``TotalPrecategorized``).

    UTF-8 without a byte order mark. Text that is not Unicode is escaped with backslashes.
    Raises ValueError for a domain the model does not have, a digest of a wrong length, a number
    beyond the model's types, or a time without its distance from UTC.
    """
    if case.domain not in DOMAINS:
        raise ValueError(f"VICS 2.0 has no domain {case.domain}; it has {', '.join(DOMAINS)}")
    head = _encoded(_case(case))
    context = _encoded(_CONTEXT.format(case.domain))
    out.write(b'{"@odata.context":' + context + b',"value":[' + head[:-1] + b',"Media":[')
    total, precategorized = _write_media(out, media)
    counts = f'],"TotalMediaFiles":{total},"TotalPrecategorized":{precategorized}}}]}}'
    out.write(counts.encode("ascii"))
    return total


def _write_media(out: BinaryIO, media: Iterable[VicsMedia]) -> tuple[int, int]:
    waiting = bytearray()
    total = precategorized = 0
    for one in media:
        waiting += b",\n" if total else b"\n"
        waiting += _encoded(_media(one))
        total += 1
        precategorized += one.precategorized
        if len(waiting) >= _WRITTEN_AT_ONCE:
            out.write(waiting)
            waiting.clear()
    out.write(waiting)
    return total, precategorized


def _encoded(value: object) -> bytes:
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return msgspec.json.encode(_unicode(value))


def _unicode(value: object) -> object:
    """The value with lone surrogates in its texts escaped (names of files may hold them)."""
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {name: _unicode(one) for name, one in value.items()}
    return [_unicode(one) for one in value] if isinstance(value, list) else value


def _case(case: VicsCase) -> _Fields:
    return _given(
        {
            "CaseID": str(case.case_id),
            "CaseNumber": case.number,
            "ContactOrganization": case.contact_organization,
            "ContactName": case.contact_name,
            "ContactPhone": case.contact_phone,
            "ContactEmail": case.contact_email,
            "ContactTitle": case.contact_title,
            "SeizureDate": _time(case.seized),
            "SourceApplicationName": case.application,
            "SourceApplicationVersion": case.application_version,
        }
    )


def _media(media: VicsMedia) -> _Fields:
    md5 = _hex(media.md5, 16)
    return _given(
        {
            "MediaID": _within(media.media_id, _INT32),
            "MD5": md5,
            "SHA1": _hex(media.sha1, 20),
            "Category": _within(media.category, 255),
            "VictimIdentified": media.victim_identified,
            "OffenderIdentified": media.offender_identified,
            "IsDistributed": media.distributed,
            "IsSuspected": media.suspected,
            "IsPrecategorized": media.precategorized,
            "PrecategorizationSource": media.precategorization_source,
            "SelfGenerated": media.self_generated,
            "Series": media.series,
            "Tags": media.tags,
            "Comments": media.comments,
            "MediaSize": _within(media.size, (1 << 63) - 1),
            "MimeType": media.mime,
            "RelativeFilePath": media.relative_path,
            "DateUpdated": _time(media.updated),
            "PhotoDNA": media.photodna,
            "AlternativeHashes": _alternatives(media, md5),
            "Exifs": [_exif(exif, md5) for exif in media.exifs],
            "MediaFiles": [_file(file, at, md5) for at, file in enumerate(media.files, 1)],
            "Segments": [_segment(part, at, md5) for at, part in enumerate(media.segments)],
            "Identifiers": [_identifier(one, md5) for one in media.identifiers],
            "Repositories": [{"MD5": md5, "RepositoryName": name} for name in media.repositories],
        }
    )


def _alternatives(media: VicsMedia, md5: str | None) -> list[_Fields]:
    ours = (("SHA256", _hex(media.sha256, 32)), ("PDQ", _hex(media.pdq, 32, upper=False)))
    given = [(name, value) for name, value in ours if value is not None]
    return [
        {"MD5": md5, "HashName": name, "HashValue": value}
        for name, value in (*given, *media.other_hashes)
    ]


def _exif(exif: VicsExif, md5: str | None) -> _Fields:
    return _given(
        {
            "MD5": md5,
            "PropertyName": exif.name,
            "PropertyValue": exif.value,
            "PropertyGroup": exif.group,
        }
    )


def _file(file: VicsFile, number: int, md5: str | None) -> _Fields:
    return _given(
        {
            "MD5": md5,
            "MediaFileID": number,
            "FileName": file.name,
            "FilePath": file.path,
            "Created": _time(file.created),
            "Written": _time(file.written),
            "Accessed": _time(file.accessed),
            "Unallocated": file.unallocated,
            "Deleted": file.deleted,
            "SourceID": file.source_id,
            "PhysicalLocation": file.physical_location,
            "ParentMD5": _hex(file.parent_md5, 16),
            "ParentFileName": file.parent_name,
            "ParentFilePath": file.parent_path,
            "ParentPhysicalLocation": file.parent_physical_location,
        }
    )


def _segment(segment: VicsSegment, index: int, md5: str | None) -> _Fields:
    return _given(
        {
            "MD5": md5,
            "SegmentIndex": index,
            "Start": segment.start,
            "End": segment.end,
            "Category": _within(segment.category, 255),
        }
    )


def _identifier(identifier: VicsIdentifier, md5: str | None) -> _Fields:
    return _given(
        {
            "MD5": md5,
            "IdentifierType": identifier.type,
            "Comments": identifier.comments,
            "Tags": identifier.tags,
            "Name": identifier.name,
            "Application": identifier.application,
        }
    )


def _given(fields: _Fields) -> _Fields:
    return {name: value for name, value in fields.items() if value is not None and value != []}


def _hex(digest: bytes | None, size: int, *, upper: bool = True) -> str | None:
    if digest is None:
        return None
    if len(digest) != size:
        raise ValueError(f"a digest of {size} bytes was expected, not of {len(digest)}")
    return digest.hex().upper() if upper else digest.hex()


def _within(number: int | None, largest: int) -> int | None:
    if number is not None and not 0 <= number <= largest:
        raise ValueError(f"{number} is beyond the data model, which ends at {largest}")
    return number


def _time(at: datetime | None) -> str | None:
    """As DateTimeOffset."""
    if at is None:
        return None
    if at.tzinfo is None:
        raise ValueError("a time without its distance from UTC cannot be written")
    return at.isoformat()
