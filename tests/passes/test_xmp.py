"""The few facts taken from XMP."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PIL.PngImagePlugin import PngInfo

from pictures import photograph, saved, seen
from trawl.passes.exif import ExifFacts
from trawl.passes.xmp import read_xmp

PACKET = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Make="NIKON" '
    b'xmp:CreateDate="2020-02-03T04:05:06-05:00" aux:SerialNumber="77">'
    b"<xmp:CreatorTool>Darkroom 3</xmp:CreatorTool></rdf:Description></x:xmpmeta>"
)


def test_attributes_and_elements() -> None:
    facts = ExifFacts()
    read_xmp(PACKET, facts)
    assert facts == {
        "camera_make": "NIKON",
        "camera_serial": "77",
        "software": "Darkroom 3",
        "taken_at_us": 1_580_702_706_000_000,
        "taken_offset_min": -300,
    }


def test_exif_is_not_overruled() -> None:
    facts = ExifFacts(camera_make="Canon", taken_at_us=5)
    read_xmp(PACKET, facts)
    assert facts["camera_make"] == "Canon"
    assert facts["taken_at_us"] == 5


def test_out_of_files() -> None:
    picture = photograph(300, 200)
    text = PngInfo()
    text.add_itxt("XML:com.adobe.xmp", PACKET.decode())
    for data in (
        saved(picture, "JPEG", xmp=PACKET),
        saved(picture, "WEBP", xmp=PACKET),
        saved(picture, "PNG", pnginfo=text),
    ):
        found = seen(data)
        assert found.facts is not None
        assert found.facts.camera_serial == "77"


@given(st.binary(max_size=300))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_xmp(data, ExifFacts())
    read_xmp(b"tiff:Make='" + data + b"'", ExifFacts())
