"""The markers of a JPEG, and how far it is scaled down."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pictures import photograph, saved
from trawl.passes import jpeg


def test_header() -> None:
    data = saved(photograph(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\0\0", progressive=True)
    header = jpeg.read_header(data)
    assert (header.width, header.height, header.components) == (900, 640, 3)
    assert header.process == 2
    assert header.exif.startswith(b"II*\0")


def test_fill_bytes_and_foreign_segments_are_stepped_over() -> None:
    data = saved(photograph(90, 64), "JPEG")
    odd = data[:2] + b"\xff\xff\xff\xfe\0\x05abc" + b"\0\0" + data[2:]
    assert jpeg.read_header(odd).width == 90


@pytest.mark.parametrize(
    ("height", "width", "halvings"),
    [(446, 900, 0), (447, 2000, 1), (892, 2000, 1), (895, 1500, 2), (3000, 4000, 3), (99, 9, 0)],
)
def test_scale(height: int, width: int, halvings: int) -> None:
    assert jpeg.scale_of(height, width) == halvings


def test_decoded_at_the_scale_asked_for() -> None:
    data = saved(photograph(1203, 801), "JPEG")
    pixels, reason = jpeg.decode(data, jpeg.read_header(data))
    assert pixels.shape == (401, 602, 3)
    assert reason is None


@given(st.data())
def test_no_mutation_makes_the_header_raise(draw: st.DataObject) -> None:
    data = bytearray(saved(photograph(64, 48), "JPEG"))
    for at in draw.draw(st.lists(st.integers(0, len(data) - 1), max_size=10)):
        data[at] = draw.draw(st.integers(0, 255))
    header = jpeg.read_header(bytes(data))
    assert 0 <= header.width <= 65_535


def test_many_segments_end() -> None:
    data = b"\xff\xd8" + (b"\xff\xe1" + struct.pack(">H", 2)) * 500_000
    assert jpeg.read_header(data).width == 0
