"""Frames over a socket, and what they may hold."""

from __future__ import annotations

import struct

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.intake import protocol
from trawl.intake.protocol import (
    Fetched,
    Known,
    ListEnd,
    Opened,
    ToCoordinator,
    ToWorker,
    Unframer,
    Work,
    frame,
)
from trawl.model.exhibit import Entry
from trawl.sources.base import SourceLimits

messages = st.builds(
    Fetched, job=st.integers(0, 1 << 40), path=st.binary(), problem=st.none() | st.text()
) | st.builds(Known, batch=st.integers(0, 9), known=st.lists(st.booleans()).map(tuple))


@given(st.lists(messages), st.randoms(use_true_random=False))
def test_frames_survive_any_cutting(sent: list[Fetched | Known], chance: object) -> None:
    wire = b"".join(map(frame, sent))
    unframer, got, at = Unframer(), [], 0
    decoder = msgspec.msgpack.Decoder(Fetched | Known)
    while at < len(wire):
        step = chance.randint(1, 9)  # type: ignore[attr-defined]
        got += [decoder.decode(body) for body in unframer.feed(wire[at : at + step])]
        at += step
    assert got == sent


def test_a_frame_over_the_limit_is_refused_before_it_is_held() -> None:
    unframer = Unframer()
    with pytest.raises(ValueError, match="over the limit"):
        list(unframer.feed(struct.pack("<I", protocol.FRAME_LIMIT + 1)))


def test_a_message_over_the_limit_is_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(protocol, "FRAME_LIMIT", 10)
    with pytest.raises(ValueError, match="over the limit"):
        frame(ListEnd(job=1, problem="x" * 20))


@given(st.binary())
def test_what_is_no_message_is_refused(data: bytes) -> None:
    try:
        found = msgspec.msgpack.decode(data, type=ToCoordinator)
    except msgspec.DecodeError:
        return
    assert isinstance(found, msgspec.Struct)


def test_work_with_names_in_any_bytes_goes_over_the_wire() -> None:
    source = Opened(kind="folder", paths=(b"/\xff",), scratch=b"/s", secret="key")
    work = Work(
        job=1,
        source=source,
        entries={7: Entry(path=b"\xff\n/\x00")},
        spared={7: "why"},
        shunned={},
    )
    (body,) = Unframer().feed(frame(work))
    assert msgspec.msgpack.decode(body, type=ToWorker) == work


def test_a_place_has_the_limits_and_the_beat() -> None:
    beats: list[int] = []
    limits = SourceLimits(ratio=7)
    source = Opened(kind="zip", paths=(b"/a\xff",), scratch=b"/s", volume="v", exclude=(b"/w",))
    place = source.place(limits, lambda: beats.append(1))
    place.beat()
    assert beats == [1]
    assert (place.limits, place.volume) == (limits, "v")
    assert bytes(place.path) == b"/a\xff"
    assert bytes(place.exclude[0]) == b"/w"
