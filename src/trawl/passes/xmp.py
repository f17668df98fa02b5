"""A few facts out of an XMP packet (ISO 16684-1), where EXIF is silent.

Read with regular expressions on a bounded piece: a seized packet is not handed to an XML parser
for the sake of four values.
"""

from __future__ import annotations

import re

from trawl.passes.exif import MAX_EXTRA_TEXT, ExifFacts, clock_time

MAX_PACKET = 1 << 18


def _value(name: bytes) -> re.Pattern[bytes]:
    """A property as attribute or as element."""
    return re.compile(rb"(?:" + name + rb")(?:\s*=\s*[\"']([^\"'<>]{1,256})|>([^<>]{1,256})<)")


_DATES = (
    _value(rb"exif:DateTimeOriginal"),
    _value(rb"photoshop:DateCreated"),
    _value(rb"xmp:CreateDate"),
)
_MAKE = _value(rb"tiff:Make")
_MODEL = _value(rb"tiff:Model")
_SERIAL = _value(rb"aux:SerialNumber|exifEX:BodySerialNumber")
_TOOL = _value(rb"xmp:CreatorTool")


def read_xmp(packet: bytes, facts: ExifFacts) -> None:
    """Add to ``facts`` what the packet says and they do not."""
    packet = packet[:MAX_PACKET]
    _read_date(packet, facts)
    if "camera_make" not in facts and (make := _find(_MAKE, packet)):
        facts["camera_make"] = make
    if "camera_model" not in facts and (model := _find(_MODEL, packet)):
        facts["camera_model"] = model
    if "camera_serial" not in facts and (serial := _find(_SERIAL, packet)):
        facts["camera_serial"] = serial
    if "software" not in facts and (tool := _find(_TOOL, packet)):
        facts["software"] = tool


def _read_date(packet: bytes, facts: ExifFacts) -> None:
    if "taken_at_us" in facts:
        return
    for pattern in _DATES:
        written = _find(pattern, packet)
        found = clock_time(written.replace("T", " ", 1)) if written else None
        if found is not None:
            facts["taken_at_us"] = found[0]
            if found[1] is not None:
                facts["taken_offset_min"] = found[1]
            return


def _find(pattern: re.Pattern[bytes], packet: bytes) -> str | None:
    match = pattern.search(packet)
    if match is None:
        return None
    text = (match[1] or match[2]).decode("utf-8", "replace").strip()
    text = "".join(c for c in text if c.isprintable())
    return text[:MAX_EXTRA_TEXT] or None
