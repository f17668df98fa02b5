"""Camera RAW: the preview where it is large enough, else developed."""

from __future__ import annotations

import pytest
from PIL import Image
from raw_files import dng

from pictures import apart, bits_of, photograph, saved, seen
from trawl.errors import PassFailed
from trawl.model.media import FindingState
from trawl.passes.base import PassLimits

PICTURE = photograph(800, 600)
REFERENCE = bits_of(seen(saved(PICTURE, "PNG")))


def test_a_large_preview_is_used() -> None:
    found = seen(dng(PICTURE, saved(PICTURE.resize((720, 540)), "JPEG")))
    assert found.extra["decoded"] == "embedded preview"
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (800, 600)
    assert found.facts.camera_make == "Maker"
    assert apart(bits_of(found), REFERENCE) <= 10


@pytest.mark.parametrize("preview", [None, saved(PICTURE.resize((160, 120)), "JPEG")])
def test_without_one_it_is_developed(preview: bytes | None) -> None:
    found = seen(dng(PICTURE, preview))
    assert found.extra["decoded"] == "developed"
    assert found.state is FindingState.OK
    assert apart(bits_of(found), REFERENCE) <= 20  # brightness is the developer's choice


def test_the_orientation_turns_it() -> None:
    turned = PICTURE.transpose(Image.Transpose.ROTATE_90)
    found = seen(dng(turned, orientation=6))
    assert found.facts is not None
    assert (found.facts.width, found.facts.height) == (800, 600)
    assert apart(bits_of(found), bits_of(seen(dng(PICTURE)))) <= 10


def test_over_the_limit_its_size_is_still_said() -> None:
    found = seen(dng(PICTURE), PassLimits(pixels=1000))
    assert found.state is FindingState.FAILED
    assert found.facts is not None
    assert found.facts.width == 800
    assert found.fingerprint is None


def test_broken_raw_fails_with_a_reason() -> None:
    data = dng(PICTURE)
    at = int.from_bytes(data[4:8], "little")
    with pytest.raises(PassFailed, match="RAW"):
        seen(data[:4] + (40).to_bytes(4, "little") + bytes(32) + data[at:])
