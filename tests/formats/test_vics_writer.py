"""What is written as VICS 2.0 is read back the same."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from vics_lists import Told, written

from trawl.formats.base import ListFile
from trawl.formats.vics import Caid, Vics20
from trawl.formats.vics_case import (
    VicsCase,
    VicsExif,
    VicsFile,
    VicsIdentifier,
    VicsMedia,
    VicsSegment,
)
from trawl.formats.vics_writer import DOMAINS, write_vics
from trawl.model.hash_set import DigestKind, Known

CASE_ID = UUID(int=7)
CASE = VicsCase(domain="US", case_id=CASE_ID)


def document(case: VicsCase, *media: VicsMedia) -> Any:
    out = io.BytesIO()
    assert write_vics(out, case, iter(media)) == len(media)
    return json.loads(out.getvalue())


def test_only_what_is_given_is_written() -> None:
    told = document(CASE, VicsMedia(md5=b"\xab" * 16, media_id=1))
    assert told == {
        "@odata.context": "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/"
        "$metadata#Cases",
        "value": [
            {
                "CaseID": str(CASE_ID),
                "Media": [{"MediaID": 1, "MD5": "AB" * 16, "IsPrecategorized": False}],
                "TotalMediaFiles": 1,
                "TotalPrecategorized": 0,
            }
        ],
    }


def test_every_field_has_its_name_and_type() -> None:
    at = datetime(2024, 5, 6, 7, 8, 9, 123456, timezone(timedelta(hours=2)))
    case = VicsCase(
        domain="UK",
        case_id=CASE_ID,
        number="C1",
        contact_organization="unit",
        contact_name="n",
        contact_phone="p",
        contact_email="e",
        contact_title="t",
        seized=at,
        application="Trawl",
        application_version="1",
    )
    file = VicsFile(
        name="a.jpg",
        path="/x/a.jpg",
        created=at,
        written=at,
        accessed=at,
        unallocated=False,
        deleted=True,
        source_id="JB/1",
        physical_location=1 << 40,
        parent_md5=bytes(16),
        parent_name="z.zip",
        parent_path="/z.zip",
        parent_physical_location=4,
    )
    media = VicsMedia(
        md5=b"\x01" * 16,
        media_id=3,
        precategorized=True,
        updated=at,
        precategorization_source="set A",
        photodna="x",
        relative_path="f/a.jpg",
        files=(file,),
        exifs=(VicsExif(name="Make", value="C", group="IFD0"),),
        segments=(VicsSegment(category=1, start="0", end="9"),),
        identifiers=(VicsIdentifier(type="phone", name="07", comments="c", tags="t"),),
        repositories=("r",),
        other_hashes=(("ED2K", "00"),),
    )
    told = document(case, media)["value"][0]
    md5, iso = "01" * 16, "2024-05-06T07:08:09.123456+02:00"
    assert told["SeizureDate"] == iso
    assert told["SourceApplicationName"] == "Trawl"
    assert told["TotalPrecategorized"] == 1
    (entry,) = told["Media"]
    assert entry["PrecategorizationSource"] == "set A"
    assert entry["DateUpdated"] == iso
    assert entry["MediaFiles"] == [
        {
            "MD5": md5,
            "MediaFileID": 1,
            "FileName": "a.jpg",
            "FilePath": "/x/a.jpg",
            "Created": iso,
            "Written": iso,
            "Accessed": iso,
            "Unallocated": False,
            "Deleted": True,
            "SourceID": "JB/1",
            "PhysicalLocation": 1 << 40,
            "ParentMD5": "00" * 16,
            "ParentFileName": "z.zip",
            "ParentFilePath": "/z.zip",
            "ParentPhysicalLocation": 4,
        }
    ]
    exif = {"MD5": md5, "PropertyName": "Make", "PropertyValue": "C", "PropertyGroup": "IFD0"}
    assert entry["Exifs"] == [exif]
    segment = {"MD5": md5, "SegmentIndex": 0, "Start": "0", "End": "9", "Category": 1}
    assert entry["Segments"] == [segment]
    assert entry["Identifiers"] == [
        {"MD5": md5, "IdentifierType": "phone", "Comments": "c", "Tags": "t", "Name": "07"}
    ]
    assert entry["Repositories"] == [{"MD5": md5, "RepositoryName": "r"}]
    assert entry["AlternativeHashes"] == [{"MD5": md5, "HashName": "ED2K", "HashValue": "00"}]


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_domain_decides_who_reads_it(tmp_path: Path, domain: str) -> None:
    out = io.BytesIO()
    write_vics(out, VicsCase(domain=domain, case_id=CASE_ID), ())
    listed = written(tmp_path, out.getvalue())
    assert Caid().recognises(listed) is (domain == "UK")
    assert Vics20().recognises(listed) is (domain != "UK")


@pytest.mark.parametrize(
    "wrong",
    [
        {"md5": bytes(15)},
        {"sha1": bytes(16)},
        {"category": 256},
        {"category": -1},
        {"media_id": 1 << 31},
        {"size": 1 << 63},
        {"updated": datetime(2024, 1, 1)},  # noqa: DTZ001
    ],
)
def test_what_the_model_cannot_hold_is_refused(wrong: dict[str, Any]) -> None:
    media = VicsMedia(**{"md5": bytes(16), "media_id": 1, **wrong})
    with pytest.raises(ValueError, match=r"expected|beyond|without"):
        write_vics(io.BytesIO(), CASE, [media])


def test_a_domain_the_model_has_not() -> None:
    with pytest.raises(ValueError, match="no domain FR; it has US, UK"):
        write_vics(io.BytesIO(), VicsCase(domain="FR", case_id=CASE_ID), ())


def test_names_that_are_no_unicode() -> None:
    file = VicsFile(name="caf\udce9.jpg")
    told = document(CASE, VicsMedia(md5=bytes(16), media_id=1, files=(file,)))
    assert told["value"][0]["Media"][0]["MediaFiles"][0]["FileName"] == "caf\\udce9.jpg"


def test_media_are_written_as_they_come() -> None:
    """Nothing is held back until the last one."""
    out = io.BytesIO()
    sizes = []

    def media() -> Iterator[VicsMedia]:
        for number in range(1, 4):
            yield VicsMedia(md5=bytes(16), media_id=number, comments="x" * (2 << 20))
            sizes.append(out.tell() >> 21)

    write_vics(out, CASE, media())
    assert sizes == [1, 2, 3]


_TEXT = st.none() | st.text(
    st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=9
)
_FLAG = st.none() | st.booleans()
_FILES = st.lists(
    st.builds(
        VicsFile,
        name=_TEXT,
        path=_TEXT,
        created=st.none() | st.datetimes(timezones=st.just(UTC)),
        deleted=_FLAG,
    ),
    max_size=3,
).map(tuple)


def _bytes(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


_MEDIA = st.builds(
    VicsMedia,
    md5=_bytes(16),
    media_id=st.integers(0, (1 << 31) - 1),
    precategorized=st.booleans(),
    category=st.none() | st.integers(0, 255),
    sha1=st.none() | _bytes(20),
    sha256=st.none() | _bytes(32),
    pdq=st.none() | _bytes(32),
    photodna=st.none() | _bytes(144).map(lambda raw: base64.b64encode(raw).decode()),
    victim_identified=_FLAG,
    offender_identified=_FLAG,
    distributed=_FLAG,
    suspected=_FLAG,
    self_generated=_FLAG,
    comments=_TEXT,
    tags=_TEXT,
    series=_TEXT,
    size=st.none() | st.integers(0, (1 << 63) - 1),
    mime=_TEXT,
    precategorization_source=_TEXT,
    files=_FILES,
)


def _expected(media: VicsMedia, known: Known) -> Known:
    """What a list should say of the media; ``extra`` is looked at by itself."""
    return Known(
        category=None if media.category is None else str(media.category),
        precategorized=media.precategorized,
        victim_identified=media.victim_identified,
        offender_identified=media.offender_identified,
        distributed=media.distributed,
        suspected=media.suspected,
        self_generated=media.self_generated,
        series=media.series,
        tags=media.tags,
        comments=media.comments,
        size=media.size,
        mime=media.mime,
        names=tuple(dict.fromkeys(file.name for file in media.files if file.name)),
        extra=known.extra,
    )


@given(media=st.lists(_MEDIA, max_size=6, unique_by=lambda one: one.md5))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_round_trip(tmp_path: Path, media: list[VicsMedia]) -> None:
    path = tmp_path / "out.json"
    with path.open("wb") as out:
        write_vics(out, CASE, media)
    told = Told(ListFile(path))
    assert told.known == [_expected(*both) for both in zip(media, told.known, strict=True)]
    for kind in DigestKind:
        digests = [getattr(one, kind.value) for one in media]
        assert told.digests(kind) == [(n, d.hex()) for n, d in enumerate(digests) if d is not None]
    assert told.prints() == [(n, m.pdq.hex()) for n, m in enumerate(media) if m.pdq is not None]
    for one, known in zip(media, told.known, strict=True):
        assert known.extra["MediaID"] == one.media_id
        assert known.extra.get("PhotoDNA") == one.photodna
        assert known.extra.get("PrecategorizationSource") == one.precategorization_source
    assert set(told.kinds) <= {"precategorized-without-category"}
    assert told.about["TotalMediaFiles"] == str(len(media))
