"""EXIF, honest and hostile."""

from __future__ import annotations

import struct

import pytest
from exif_blobs import ascii_of, exif, rationals, short
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from pictures import photograph, saved, seen
from trawl.passes.exif import clock_time, read_exif, zone_minutes

GPS = {
    1: ascii_of("N"),
    2: rationals((51, 1), (30, 1), (2646, 100)),
    3: ascii_of("W"),
    4: rationals((0, 1), (7, 1), (3960, 100)),
    5: (1, 1, b"\1"),
    6: rationals((125, 10)),
    7: rationals((9, 1), (5, 1), (7, 1)),
    0x1D: ascii_of("2023:06:01"),
}
MAIN = {
    0x010F: ascii_of("Canon"),
    0x0110: ascii_of("Canon EOS R5"),
    0x0112: short(6),
    0x0131: ascii_of("Firmware 1.8"),
    0x0132: ascii_of("2024:01:01 00:00:00"),
    0x013B: ascii_of("A. Body"),
}
PHOTO = {
    0x9003: ascii_of("2023:05:31 23:59:58"),
    0x9291: ascii_of("25"),
    0x9011: ascii_of("+02:00"),
    0xA431: ascii_of("082021001234"),
    0xA435: ascii_of("LENS-7"),
    0x829D: rationals((28, 10)),
    0x927C: (7, 300, bytes(range(250)) + bytes(50)),
}
AT = 1_685_577_598


def test_everything_an_officer_asks_for() -> None:
    facts, extra = read_exif(exif(MAIN, PHOTO, GPS))
    assert facts == {
        "camera_make": "Canon",
        "camera_model": "Canon EOS R5",
        "software": "Firmware 1.8",
        "camera_serial": "082021001234",
        "orientation": 6,
        "taken_at_us": AT * 1_000_000 + 250_000,
        "taken_offset_min": 120,
        "latitude": pytest.approx(51.507350, abs=1e-6),
        "longitude": pytest.approx(-0.127667, abs=1e-6),
        "altitude": -12.5,
    }
    assert extra["Artist"] == "A. Body"
    assert extra["FNumber"] == 2.8
    assert extra["GPSTime"] == "2023:06:01 09:05:07 UTC"
    assert extra["LensSerialNumber"] == "LENS-7"
    assert "MakerNote" not in extra


def test_the_serial_of_the_lens_is_not_the_camera() -> None:
    facts, _ = read_exif(exif(MAIN, {0xA435: ascii_of("LENS-7")}))
    assert "camera_serial" not in facts


def test_a_dng_keeps_its_serial_in_the_main_directory() -> None:
    facts, _ = read_exif(exif({0xC62F: ascii_of("SN 9")}))
    assert facts["camera_serial"] == "SN 9"


def test_the_earliest_honest_time_wins() -> None:
    blank = ascii_of("0000:00:00 00:00:00")
    facts, _ = read_exif(exif(MAIN, {0x9003: blank, 0x9004: ascii_of("2023:05:31 23:59:58")}))
    assert facts["taken_at_us"] == AT * 1_000_000
    facts, _ = read_exif(exif(MAIN, {0x9003: blank}))
    assert facts["taken_at_us"] == 1_704_067_200_000_000


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1970:01:01 00:00:01", (1_000_000, None)),
        ("1969-12-31 23:59:59", (-1_000_000, None)),
        ("2023-05-31 23:59:58.5+01:00", (AT * 1_000_000 + 500_000, 60)),
        ("2023-05-31 23:59:58Z", (AT * 1_000_000, 0)),
        ("2016:12:31 23:59:60", (1_483_228_799_000_000, None)),
        ("2023:02:30 10:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
    ],
)
def test_clock_time(written: str, expected: tuple[int, int | None] | None) -> None:
    assert clock_time(written) == expected


def test_zones() -> None:
    assert zone_minutes("-03:30") == -210
    assert zone_minutes("+99:00") is None
    assert zone_minutes("CET") is None


@pytest.mark.parametrize(
    "wrong",
    [
        {2: rationals((51, 0), (30, 1), (0, 1))},
        {2: rationals((95, 1), (0, 1), (0, 1))},
        {4: rationals((181, 1), (0, 1), (0, 1))},
        {2: ascii_of("51")},
    ],
)
def test_a_place_off_the_globe_is_no_place(wrong: dict[int, tuple[int, int, bytes]]) -> None:
    facts, _ = read_exif(exif(MAIN, None, {**GPS, **wrong}))
    assert "latitude" not in facts
    assert "longitude" not in facts
    assert facts["camera_make"] == "Canon"


def test_seconds_without_a_denominator_count_as_none() -> None:
    gps = {**GPS, 2: rationals((51, 1), (30, 1), (0, 0))}
    facts, _ = read_exif(exif(MAIN, None, gps))
    assert facts["latitude"] == 51.5


def test_a_directory_that_points_at_itself_is_read_once() -> None:
    blob = exif({**MAIN, 0x8769: (4, 1, struct.pack("<I", 8)), 0x8825: (4, 1, b"\x08\0\0\0")})
    facts, _ = read_exif(blob)
    assert facts["camera_make"] == "Canon"


def test_counts_beyond_the_end_are_left_out() -> None:
    blob = exif({**MAIN, 0x013B: (2, 0xFFFFFFFF, b"x" * 8)})
    facts, extra = read_exif(blob)
    assert facts["camera_model"] == "Canon EOS R5"
    assert "Artist" not in extra


def test_extra_is_bounded() -> None:
    many = {tag: ascii_of("long " * 100) for tag in range(0x9000, 0x9300)}
    many |= {tag: ascii_of("x") for tag in range(0x0100, 0x0200)}
    _, extra = read_exif(exif(many))
    assert 0 < len(extra) <= 64
    assert all(len(v) <= 256 for v in extra.values() if isinstance(v, str))


def test_text_is_cleaned() -> None:
    facts, _ = read_exif(exif({0x010F: ascii_of("  Ca\x1b[31mnon\n "), 0x0110: ascii_of("\xb5")}))
    assert facts == {"camera_make": "Ca[31mnon", "camera_model": "\xb5"}


@given(st.binary(max_size=600))
def test_no_bytes_make_it_raise(data: bytes) -> None:
    read_exif(data)
    read_exif(b"II*\0" + data)
    read_exif(b"MM\0*\0\0\0\x08" + data)


@given(st.data())
def test_no_mutation_makes_it_raise(draw: st.DataObject) -> None:
    blob = bytearray(exif(MAIN, PHOTO, GPS))
    for at in draw.draw(st.lists(st.integers(0, len(blob) - 1), max_size=12)):
        blob[at] = draw.draw(st.integers(0, 255))
    facts, extra = read_exif(bytes(blob[: draw.draw(st.integers(0, len(blob)))]))
    assert -90 <= facts.get("latitude", 0) <= 90
    assert len(extra) <= 64


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF"])
def test_every_format_carries_it(form: str) -> None:
    main = {tag: value for tag, value in MAIN.items() if tag != 0x0112}
    options = {"exif": b"Exif\0\0" + exif(main, PHOTO, GPS)}
    if form == "TIFF":  # Pillow writes only what it has parsed
        parsed = Image.Exif()
        parsed.load(options["exif"])
        options = {"exif": parsed.tobytes()}
    found = seen(saved(photograph(400, 300), form, **options))
    assert found.facts is not None
    assert found.facts.camera_make == "Canon"
    if form != "TIFF":
        assert found.facts.camera_serial == "082021001234"
        assert found.facts.latitude == pytest.approx(51.50735, abs=1e-5)
        assert found.facts.taken_offset_min == 120
