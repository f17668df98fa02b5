"""An ONNX file looked through before it is run: it must stand alone.

A graph may name other files on disk as the place of its weights ("external data"), and the
runtime would open them. The file is walked as protocol buffers (ONNX ``onnx.proto3``), message by
message, without the weights ever being copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trawl.errors import ModelRefused

_DEEPEST: Final = 32

# Message, field number -> the message in that field. Only what can hold a tensor is followed.
_HOLDS: Final[dict[str, dict[int, str]]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {
        5: "tensor",
        6: "graph",
        10: "tensor",
        11: "graph",
        22: "sparse",
        23: "sparse",
    },
    "sparse": {1: "tensor", 2: "tensor"},
}
_EXTERNAL_DATA: Final = 13
_DATA_LOCATION: Final = 14
_VARINT, _EIGHT, _RUN, _FOUR = 0, 1, 2, 5

Field = tuple[int, int, int, int]
"""Number, wire type, start and end of what it holds; for a varint its value and 0."""


def check_alone(data: bytes, name: str) -> None:
    """Raise ModelRefused unless ``data`` is one ONNX model with all its weights inside."""
    view = memoryview(data)
    pending = [("model", 0, len(view), 0)]
    graphs = 0
    while pending:
        message, start, end, depth = pending.pop()
        graphs += message == "graph"
        if depth > _DEEPEST:
            raise _foreign(name)
        for number, wire, low, high in _fields(view, start, end, name):
            if message == "tensor":
                _check_tensor(number, wire, low, name)
                continue
            inner = _HOLDS[message].get(number)
            if inner and wire == _RUN:
                pending.append((inner, low, high, depth + 1))
    if not graphs:
        raise _foreign(name)


def _check_tensor(number: int, wire: int, value: int, name: str) -> None:
    external = number == _EXTERNAL_DATA or (
        number == _DATA_LOCATION and not (wire == _VARINT and value == 0)
    )
    if external:
        raise ModelRefused(
            f"the model {name} keeps weights in other files",
            hint="Save it as one file, with its weights inside.",
        )


def _fields(view: memoryview, at: int, end: int, name: str) -> Iterator[Field]:
    """The fields of the message from ``at`` to ``end``."""
    while at < end:
        key, at = _varint(view, at, end, name)
        wire = key & 7
        low, high = at, at
        if wire == _VARINT:
            low, at = _varint(view, at, end, name)
            high = 0
        elif wire == _RUN:
            length, low = _varint(view, at, end, name)
            high = at = low + length
        elif wire in (_EIGHT, _FOUR):
            high = at = low + (8 if wire == _EIGHT else 4)
        else:
            raise _foreign(name)
        if at > end:
            raise _foreign(name)
        yield key >> 3, wire, low, high


def _varint(view: memoryview, at: int, end: int, name: str) -> tuple[int, int]:
    """The number at ``at`` and where it ends."""
    value = 0
    for place in range(10):
        if at + place >= end:
            break
        byte = view[at + place]
        value |= (byte & 127) << 7 * place
        if byte < 128:
            return value, at + place + 1
    raise _foreign(name)


def _foreign(name: str) -> ModelRefused:
    return ModelRefused(
        f"{name} is not an ONNX model, or is damaged", hint="Name a model in ONNX format."
    )
