"""Models made here, so small that what they say of a picture can be worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

KINDS = {"uint8": TensorProto.UINT8, "float32": TensorProto.FLOAT, "float16": TensorProto.FLOAT16}


def mean_colour(
    path: Path,
    *,
    kind: str = "float32",
    shape: tuple[Any, ...] = ("n", 3, 16, 16),
    output: str = "mean",
    version: int = 3,
    inputs: int = 1,
    **metadata: object,
) -> Path:
    """A model whose vector is the mean of each channel, in the order of the channels."""
    axes = [2, 3] if shape[1] == 3 else [1, 2]
    nodes = [helper.make_node("Cast", ["picture"], ["whole"], to=TensorProto.FLOAT)]
    if output == "mean":
        nodes.append(helper.make_node("ReduceMean", ["whole"], ["out"], axes=axes, keepdims=0))
    elif output == "one number":
        nodes.append(helper.make_node("ReduceMean", ["whole"], ["out"], keepdims=1))
    elif output == "no number":
        nodes.append(helper.make_node("ReduceMean", ["whole"], ["m"], axes=axes, keepdims=0))
        nodes.append(helper.make_node("Sub", ["m", "m"], ["zero"]))
        nodes.append(helper.make_node("Div", ["zero", "zero"], ["out"]))
    given = [helper.make_tensor_value_info("picture", KINDS[kind], shape)]
    for extra in range(1, inputs):
        given.append(helper.make_tensor_value_info(f"more{extra}", TensorProto.FLOAT, [1]))
    graph = helper.make_graph(
        nodes, "mean colour", given, [helper.make_tensor_value_info("out", TensorProto.FLOAT, None)]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version, model.model_version = 8, version
    helper.set_model_props(model, {f"trawl.{k}": json.dumps(v) for k, v in metadata.items()})
    path.write_bytes(model.SerializeToString())
    return path


def weighted(path: Path, *, deep: bool = False) -> onnx.ModelProto:
    """A model with weights; ``deep`` puts them into a constant inside a branch."""
    weights = numpy_helper.from_array(np.ones((3,), np.float32), "weights")
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, None)
    given = [helper.make_tensor_value_info("picture", TensorProto.FLOAT, ("n", 3, 16, 16))]
    if deep:
        constant = helper.make_node("Constant", [], ["c"], value=weights)
        inner = helper.make_tensor_value_info("c", TensorProto.FLOAT, [3])
        branch = helper.make_graph([constant], "branch", [], [inner])
        nodes = [
            helper.make_node("If", ["yes"], ["out"], then_branch=branch, else_branch=branch),
        ]
        yes = numpy_helper.from_array(np.array(True), "yes")
        graph = helper.make_graph(nodes, "deep", given, [out], [yes])
    else:
        nodes = [helper.make_node("ReduceMean", ["picture"], ["m"], axes=[2, 3], keepdims=0)]
        nodes.append(helper.make_node("Mul", ["m", "weights"], ["out"]))
        graph = helper.make_graph(nodes, "weighted", given, [out], [weights])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    path.write_bytes(model.SerializeToString())
    return model


def plain(colour: tuple[int, int, int], width: int = 40, height: int = 30) -> np.ndarray:
    """A picture of one colour."""
    return np.full((height, width, 3), colour, dtype=np.uint8)
