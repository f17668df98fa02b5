"""What a worker gives is taken for no more than was asked for."""

from __future__ import annotations

import io
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trawl.errors import PassFailed
from trawl.intake.answers import rendered_of, segment_of
from trawl.intake.showing_protocol import Blurred, NotShown, Played, Seen, What, Why, Wish
from trawl.model.looking import Clarity
from trawl.passes.clarity import FAINT_SIDE


def wish(clarity: Clarity, longest: int = 100) -> Wish:
    return Wish(what=What.PICTURE, clarity=clarity, longest=longest)


def seen(rows: int, columns: int, channels: int, height: int, width: int, data: bytes) -> Seen:
    return Seen(
        job=1,
        pixels=data,
        rows=rows,
        columns=columns,
        channels=channels,
        height=height,
        width=width,
    )


SMALL = st.integers(-2, 130)


@given(SMALL, SMALL, st.sampled_from([0, 1, 2, 3, 4]), SMALL, SMALL, st.sampled_from(list(Clarity)))
def test_only_what_was_asked_for_becomes_a_picture(
    rows: int, columns: int, channels: int, height: int, width: int, clarity: Clarity
) -> None:
    data = bytes(max(0, rows * columns * channels))
    try:
        found = rendered_of(seen(rows, columns, channels, height, width, data), wish(clarity))
    except PassFailed:
        return
    image = Image.open(io.BytesIO(found.data))
    assert image.size == (found.width, found.height)
    assert max(image.size) <= 100
    if clarity is not Clarity.CLEAR:
        assert image.mode == "L"
    if clarity is Clarity.BLURRED:
        assert max(rows, columns) <= FAINT_SIDE


@pytest.mark.parametrize(
    "answer",
    [
        seen(5, 5, 1, 50, 50, bytes(24)),
        seen(5, 5, 1, 50, 50, bytes(26)),
        seen(5, 5, 3, 50, 50, bytes(75)),
        seen(25, 5, 1, 50, 50, bytes(125)),
        seen(5, 5, 1, 101, 50, bytes(25)),
        seen(0, 0, 1, 50, 50, b""),
        NotShown(job=1, why=Why.FAILED, reason="x"),
        Played(job=1, data=b"", height=2, width=2, from_ms=0, to_ms=1, ends=True, sound=False),
    ],
)
def test_more_than_a_blurred_picture_is_refused(answer: Seen) -> None:
    with pytest.raises(PassFailed, match="not what was asked for"):
        rendered_of(answer, wish(Clarity.BLURRED))


def played(data: bytes = b"\0\0\0\x20ftypisom", **changes: int) -> Played:
    values = {"height": 100, "width": 100, "from_ms": 0, "to_ms": 10} | changes
    return Played(job=1, data=data, ends=False, sound=False, **values)


def test_a_segment_is_an_mp4_of_its_size_and_time() -> None:
    found = segment_of(played(), Clarity.GREY)
    assert (found.mime, found.clarity, found.to_ms) == ("video/mp4", Clarity.GREY, 10)
    for strange in (
        played(b"\xff\xd8\xff\xe0 a picture"),
        played(b""),
        played(width=641),
        played(height=0),
        played(from_ms=10),
        played(from_ms=-1),
    ):
        with pytest.raises(PassFailed, match="not what was asked for"):
            segment_of(strange, Clarity.GREY)


def blurred(**changes: Any) -> Blurred:
    values = {
        "rows": 2,
        "columns": 3,
        "times": (0, 100),
        "pixels": bytes(12),
        "heard_ms": 0,
        "heard": bytes(4096),
        "height": 64,
        "width": 96,
        "from_ms": 5,
        "to_ms": 205,
        "ends": True,
        "sound": True,
    }
    return Blurred(job=1, **(values | changes))


def test_a_blurred_segment_is_encoded_here() -> None:
    found = segment_of(blurred(), Clarity.BLURRED)
    with av.open(io.BytesIO(found.data)) as container:
        assert [float(frame.time) for frame in container.decode(video=0)] == [0.0, 0.1]
        assert len(container.streams.audio) == 1
    assert (found.width, found.height, found.from_ms, found.ends) == (96, 64, 5, True)


@pytest.mark.parametrize(
    "changes",
    [
        {"rows": 25, "columns": 1, "pixels": bytes(50)},
        {"pixels": bytes(13)},
        {"pixels": bytes(11)},
        {"times": ()},
        {"times": (100, 0)},
        {"times": (0, 0)},
        {"times": (0, 30_000)},
        {"times": (-1, 0)},
        {"times": tuple(range(800)), "pixels": bytes(4800)},
        {"heard": bytes(3)},
        {"heard": bytes(5_000_000)},
        {"heard_ms": 30_000},
        {"height": 65},
        {"height": 0},
        {"width": 642},
        {"to_ms": 5},
    ],
)
def test_more_than_a_blurred_segment_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(PassFailed, match="not what was asked for"):
        segment_of(blurred(**changes), Clarity.BLURRED)


def test_a_worker_cannot_answer_a_wish_for_blurred_with_a_video() -> None:
    with pytest.raises(PassFailed, match="not what was asked for"):
        segment_of(played(), Clarity.BLURRED)
    with pytest.raises(PassFailed, match="not what was asked for"):
        segment_of(blurred(), Clarity.GREY)
