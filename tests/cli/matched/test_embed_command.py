"""Vectors by a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.cli.matched.matched_bench import CASE, Bench, sha256
from tests.matching.embedding.tiny_models import mean_colour

pytestmark = pytest.mark.slow


def test_without_a_model_nothing_is_embedded(matched_case: Bench) -> None:
    told = matched_case.refused("embed", *CASE)
    assert told["kind"] == "ModelRefused"
    assert "--model" in told["hint"]


def test_a_model_that_is_none_is_refused(matched_case: Bench, tmp_path: Path) -> None:
    (tmp_path / "noise.onnx").write_bytes(b"noise")
    for model in (tmp_path / "noise.onnx", tmp_path / "absent.onnx", tmp_path):
        told = matched_case.refused("embed", *CASE, "--model", model)
        assert told["kind"] == "ModelRefused"
    assert not list(matched_case.workspace.rglob("*.vectors"))


def test_vectors_are_made_once_and_used_by_similar(own: Bench, tmp_path: Path) -> None:
    model = mean_colour(own.folder / "mean.onnx", name="mean colour", related=0.999)
    told = own.done("embed", *CASE, "--model", model, "-q")
    assert (told["pictures"], told["new"], told["without_thumbnail"]) == (5, 5, 0)
    assert told["model"] == "mean colour"
    again = own.trawl("embed", *CASE, "--model", model, "-q").stdout
    assert "0 new vectors for 5 pictures of Heron, by mean colour" in again
    assert own.done("embed", *CASE, "--model", model, "--again", "-q")["new"] == 5
    with (own.workspace / "trawl.toml").open("a") as file:
        file.write(f"copy_model = {json.dumps(str(model))}\n")
    assert own.done("embed", *CASE, "-q")["new"] == 0
    found = own.done("similar", sha256("c [x].jpg"), *CASE)["pictures"]
    by_model = [one for one in found if one["model"] == "mean colour"]
    assert by_model
    assert all(one["bits"] is None and one["score"] >= 0.999 for one in by_model)


def test_what_a_model_finds_is_told_with_its_score(own: Bench) -> None:
    model = mean_colour(own.folder / "mean.onnx", name="mean colour", related=0.999)
    own.done("embed", *CASE, "--model", model, "-q")
    with (own.workspace / "trawl.toml").open("a") as file:
        file.write(f"copy_model = {json.dumps(str(model))}\n")
    assert "by mean colour" in own.trawl("similar", sha256("c [x].jpg"), *CASE).stdout
