"""Invented cameras, places and times, as EXIF. No such phone exists and nobody was there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base
from PIL.TiffImagePlugin import IFDRational

ORIENTATION = Base.Orientation


@dataclass(frozen=True, slots=True)
class Camera:
    """A make and model with its serial number and what it says of its software."""

    make: str
    model: str
    serial: str
    software: str


CAMERAS = (
    Camera("Example", "Phone 12", "EX12-0001733", "17.4.1"),
    Camera("Example", "Phone SE", "EXSE-0090210", "16.7"),
    Camera("Muster", "M5 Mark II", "032019884411", "Firmware 1.2.0"),
    Camera("Nimbus", "Tab A9", "", "A9XXU3"),
)
# Public places: a harbour, a park, a station square, a beach, a mountain hut.
PLACES = (
    (53.5436, 9.9668, 8.0),
    (51.5073, -0.1657, 24.0),
    (48.1402, 11.5600, 519.0),
    (-33.8908, 151.2743, 12.0),
    (46.5367, 7.9626, 3571.0),
)


def exif(
    camera: Camera,
    taken: datetime,
    orientation: int = 1,
    place: tuple[float, float, float] | None = None,
) -> Image.Exif:
    """What such a camera writes. ``place``: degrees north, degrees east, metres."""
    tags = Image.Exif()
    tags[Base.Make] = camera.make
    tags[Base.Model] = camera.model
    tags[Base.Software] = camera.software
    tags[Base.DateTime] = taken.strftime("%Y:%m:%d %H:%M:%S")
    tags[ORIENTATION] = orientation
    detail = tags.get_ifd(IFD.Exif)
    detail[Base.DateTimeOriginal] = taken.strftime("%Y:%m:%d %H:%M:%S")
    detail[Base.SubsecTimeOriginal] = f"{taken.microsecond // 1000:03d}"
    detail[Base.OffsetTimeOriginal] = "+00:00"
    detail[Base.ISOSpeedRatings] = 100
    detail[Base.FocalLength] = IFDRational(Fraction(17, 4))
    if camera.serial:
        detail[Base.BodySerialNumber] = camera.serial
    if place:
        tags.get_ifd(IFD.GPSInfo).update(_gps(*place))
    return tags


def _gps(north: float, east: float, height: float) -> dict[int, object]:
    return {
        GPS.GPSLatitudeRef: "N" if north >= 0 else "S",
        GPS.GPSLatitude: _degrees(north),
        GPS.GPSLongitudeRef: "E" if east >= 0 else "W",
        GPS.GPSLongitude: _degrees(east),
        GPS.GPSAltitudeRef: b"\0",
        GPS.GPSAltitude: IFDRational(Fraction(height).limit_denominator(100)),
    }


def _degrees(angle: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    seconds = Fraction(abs(angle)).limit_denominator(360_000) * 3600
    whole = seconds.numerator // seconds.denominator
    rest = seconds - whole // 60 * 60
    return (
        IFDRational(whole // 3600),
        IFDRational(whole % 3600 // 60),
        IFDRational(rest.limit_denominator(100)),
    )
