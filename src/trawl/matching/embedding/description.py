"""What must be known of a model beyond its graph: how pictures are brought to it, and how alike
two vectors are for it to mean something."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from trawl.errors import ModelRefused

METADATA = "trawl."
"""What the keys in the ONNX file's own metadata begin with; the values are JSON."""

LARGEST_SIDE = 2048
_MUCH_TEXT = 65_536

Side = Annotated[int, msgspec.Meta(ge=16, le=LARGEST_SIDE)]
Score = Annotated[float, msgspec.Meta(ge=-1, le=1)]
Label = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Three = tuple[float, float, float]


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The TOML file beside a model (``model.toml`` beside ``model.onnx``), all of it optional.

    ``size``: side in pixels, where the graph leaves it open. ``fit``: ``square`` squeezes the
    picture into a square, ``shorter`` brings its shorter side to ``size`` and keeps its shape.
    ``mean`` and ``std`` per channel (red, green, blue) of values from 0 to 1; without them a
    graph that takes floats gets values from 0 to 1. ``copy`` and ``related``: the cosine from
    which two pictures are taken for the same, or for related.
    """

    name: Label | None = None
    version: Label | None = None
    licence: Label | None = None
    size: Side | None = None
    fit: Literal["square", "shorter"] = "square"
    mean: Three | None = None
    std: Three | None = None
    copy: Score | None = None
    related: Score | None = None

    def __post_init__(self) -> None:
        if self.std is not None and min(self.std) <= 0:
            raise ValueError("std must be above zero")


def beside(model: Path) -> Description | None:
    """The description beside a model file; None when there is none. Raises ModelRefused."""
    path = model.with_suffix(".toml")
    try:
        with path.open("rb") as file:
            data = file.read(_MUCH_TEXT)
        return _description(tomllib.loads(data.decode()), path.name)
    except FileNotFoundError:
        return None
    except (ValueError, RecursionError) as error:
        raise _unfit(path.name, error) from None


def within(metadata: dict[str, str], model: str) -> Description | None:
    """The description in an ONNX file's metadata; None when there is none. Raises
    ModelRefused."""
    ours = {key: text for key, text in metadata.items() if key.startswith(METADATA)}
    if not ours:
        return None
    try:
        held = {key.removeprefix(METADATA): json.loads(text) for key, text in ours.items()}
    except (ValueError, RecursionError) as error:
        raise _unfit(model, error) from None
    return _description(held, model)


def _description(held: dict[str, Any], name: str) -> Description:
    try:
        return msgspec.convert(held, Description)
    except msgspec.ValidationError as error:
        raise _unfit(name, error) from None


def _unfit(name: str, error: Exception) -> ModelRefused:
    return ModelRefused(
        f"what {name} says of the model cannot be used: {error}",
        hint="It may hold name, version, licence, size, fit, mean, std, copy and related.",
    )
