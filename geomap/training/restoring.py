"""The file that geomap ships back to weights of torch, to go on from where its 8 bits are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from geomap.recognizers.neural.tagger import MODEL

_LINEAR = (
    "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense",
    "intermediate.dense", "output.dense",
)  # fmt: skip
"""A layer's matrices in the order of the graph; their names are lost on the way there."""
_LAYERS = 6


def restore(folder: Path) -> dict[str, torch.Tensor]:
    """Return the weights of a model's folder. Raises ValueError where it is none of `exporting.export`."""
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(folder / MODEL)).graph
    arrays = {each.name: numpy_helper.to_array(each) for each in graph.initializer}
    found = dict(_plain(arrays))
    names = [f"encoder.encoder.layer.{layer}.{name}.weight" for layer in range(_LAYERS) for name in _LINEAR]
    used = {name for node in graph.node if node.op_type == "MatMulInteger" for name in node.input}
    matrices = [
        name.removesuffix("_quantized") for name in arrays if name in used and name.endswith("_quantized")
    ]
    if len(matrices) != len(names):
        message = f"{folder / MODEL}: {len(matrices)} matrices in 8 bits, not {len(names)}"
        raise ValueError(message)
    for name, matrix in zip(names, matrices, strict=True):
        found[name] = torch.from_numpy(_scaled(arrays, matrix)).T.contiguous()
    head = next(
        name for node in graph.node if node.op_type == "MatMul" for name in node.input if name in arrays
    )
    found["head.weight"] = torch.from_numpy(arrays[head].copy()).T.contiguous()
    return found


def _plain(arrays: dict[str, Any]) -> Iterator[tuple[str, torch.Tensor]]:
    """Yield the weights that kept their names: norms and biases as they are, tables of embeddings scaled."""
    for name, array in arrays.items():
        if name.startswith(("encoder.", "head.")):
            if name.endswith("_quantized"):
                plain = name.removesuffix("_quantized")
                yield plain, torch.from_numpy(_scaled(arrays, plain))
            elif not name.endswith(("_scale", "_zero_point")):
                yield name, torch.from_numpy(array.copy())


def _scaled(arrays: dict[str, Any], name: str) -> Any:
    numbers = arrays[f"{name}_quantized"].astype("float32") - arrays[f"{name}_zero_point"].astype("float32")
    return (numbers * arrays[f"{name}_scale"]).astype("float32")
