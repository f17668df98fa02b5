"""A model file, opened once: pictures in, vectors out."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from trawl.errors import ModelRefused
from trawl.matching.embedding import carried, description
from trawl.matching.embedding.description import Description
from trawl.matching.embedding.graph import check_alone
from trawl.matching.embedding.preparing import Picture, Preparing

LARGEST = 1 << 30
"""Bytes of the largest model file that is read."""

WIDEST = 8192
"""Dimensions of the widest vector that is taken."""

BATCH = 16
THREADS = 2
_KINDS: Final = {"tensor(uint8)": "u1", "tensor(float)": "f4", "tensor(float16)": "f2"}

Vectors = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Model:
    """``name``, ``version`` and ``digest`` (SHA-256 of the file) go with every finding made by
    it. ``copy`` and ``related`` are the cosines from which two pictures are taken for the same,
    or for related; None where nobody has measured them."""

    name: str
    version: str
    digest: bytes
    copy: float | None
    related: float | None
    _session: Any
    _input: str
    _preparing: Preparing

    @classmethod
    def open(cls, named: str | Path, *, threads: int = THREADS) -> Model:
        """The model of that file, or carried by a package of that name (``carried.MODELS``).

        Raises ModelRefused when it is absent, foreign, keeps weights in other files, or does not
        say how it wants its pictures; and when the runtime is not installed.
        """
        path: Path = Path(named)
        said: Description | None = None
        if str(named) in carried.MODELS:
            path, said = carried.find(str(named))
        data = _read(path)
        said = said or description.beside(path)
        check_alone(data, path.name)
        session = _session(data, path.name, threads)
        return _opened(cls, path, data, session, said)

    def vectors(self, pictures: Sequence[Picture]) -> Vectors:
        """float32 (n, d), each of length one, of ``pictures``: uint8 (height, width, 3), RGB,
        of any size. Raises ModelRefused when the model gives something else than vectors."""
        ready = [self._preparing.prepare(picture) for picture in pictures]
        alike: dict[tuple[int, ...], list[int]] = defaultdict(list)
        for row, picture in enumerate(ready):
            alike[picture.shape].append(row)
        found: dict[int, Vectors] = {}
        for rows in alike.values():
            for start in range(0, len(rows), BATCH):
                some = rows[start : start + BATCH]
                found.update(zip(some, self._run([ready[row] for row in some]), strict=True))
        if not found:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([found[row] for row in range(len(ready))])

    def _run(self, batch: list[npt.NDArray[Any]]) -> Vectors:
        """Vectors of pictures of one shape."""
        try:
            (given,) = self._session.run(
                [self._session.get_outputs()[0].name], {self._input: np.stack(batch)}
            )
        except _runtime_errors() as error:
            raise ModelRefused(f"the model {self.name} broke off: {_first_line(error)}") from None
        vectors = np.array(given, dtype=np.float32).reshape(len(given), -1)
        if len(vectors) != len(batch) or not 1 < vectors.shape[1] <= WIDEST:
            raise ModelRefused(
                f"the model {self.name} gives {np.shape(given)} for {len(batch)} pictures, "
                "not a vector each"
            )
        if not np.isfinite(vectors).all():
            raise ModelRefused(f"the model {self.name} gives values that are no numbers")
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(length, np.finfo(np.float32).tiny)
        return vectors


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise ModelRefused(
            f"the model {path.name} cannot be read: {error.strerror}",
            hint=f"Name an ONNX file, or one of {', '.join(carried.MODELS)}.",
        ) from None
    if len(data) > LARGEST:
        raise ModelRefused(f"the model {path.name} is larger than {LARGEST:,} bytes")
    return data


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError:
        raise ModelRefused(
            "models cannot be run: onnxruntime is not installed",
            hint="Install Trawl with its extra: trawl[ml].",
        ) from None
    return onnxruntime


def _runtime_errors() -> tuple[type[Exception], ...]:
    """What the runtime raises: its own classes, which share no root, and the standard ones."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [
        kind
        for kind in vars(state).values()
        if isinstance(kind, type) and issubclass(kind, Exception)
    ]
    return (*own, RuntimeError, ValueError)


def _session(data: bytes, name: str, threads: int) -> Any:
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    runtime.disable_telemetry_events()
    try:
        return runtime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
    except _runtime_errors() as error:
        raise ModelRefused(f"{name} cannot be run: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return re.sub(r"\s+", " ", str(error))[:200]


def _opened(
    kind: type[Model], path: Path, data: bytes, session: Any, said: Description | None
) -> Model:
    meta = session.get_modelmeta()
    said = said or description.within(meta.custom_metadata_map, path.name) or Description()
    if len(session.get_inputs()) != 1:
        raise ModelRefused(
            f"{path.name} takes {len(session.get_inputs())} inputs, not pictures alone"
        )
    return kind(
        name=said.name or path.stem,
        version=said.version or _version(meta.version),
        digest=hashlib.sha256(data).digest(),
        copy=said.copy,
        related=said.related,
        _session=session,
        _input=session.get_inputs()[0].name,
        _preparing=_preparing(session.get_inputs()[0], said, path.name),
    )


def _version(said: int) -> str:
    """What the file says; the runtime gives the largest number where it says nothing."""
    return str(said) if 0 < said < (1 << 63) - 1 else "of no version"


def _preparing(wanted: Any, said: Description, name: str) -> Preparing:
    shape = list(wanted.shape)
    if wanted.type not in _KINDS or len(shape) != 4 or 3 not in (shape[1], shape[3]):
        raise ModelRefused(
            f"{name} takes {wanted.type} {shape}, not colour pictures",
            hint="A model of pictures takes (n, 3, height, width) or (n, height, width, 3).",
        )
    first = shape[1] == 3
    sides = shape[2:] if first else shape[1:3]
    fixed = all(isinstance(side, int) and side > 0 for side in sides)
    if fixed and max(sides) > description.LARGEST_SIDE:
        raise ModelRefused(
            f"{name} takes pictures of {sides[1]} x {sides[0]} px, which is too many"
        )
    if not fixed and said.size is None:
        raise ModelRefused(
            f"{name} does not say which size of pictures it takes",
            hint=f"Write size = … into {Path(name).stem}.toml beside it.",
        )
    size = (sides[0], sides[1]) if fixed else (said.size or 0, said.size or 0)
    dtype = np.dtype(_KINDS[wanted.type])
    return Preparing(size, not fixed and said.fit == "shorter", first, dtype, said.mean, said.std)
