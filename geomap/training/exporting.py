"""Weights of torch to the file that geomap ships: ONNX, its matrices in 8 bits."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import torch

from geomap.recognizers.neural.tagger import MODEL, TOKENIZER
from geomap.training.network import TokenNet, encoder_folder

_OPSET = 17


def export(weights: Path, folder: Path) -> None:
    """Write the model's two files into a folder."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    model = TokenNet()
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    model.encoder.config._attn_implementation = "eager"  # noqa: SLF001  # exports to plain products
    folder.mkdir(parents=True, exist_ok=True)
    sample = torch.ones((2, 16), dtype=torch.int64)
    axes = {0: "batch", 1: "pieces"}
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            model,
            (sample, sample, sample),
            str(full),
            input_names=["pieces", "shapes", "mask"],
            output_names=["logits"],
            dynamic_axes=dict.fromkeys(("pieces", "shapes", "mask", "logits"), axes),
            opset_version=_OPSET,
            dynamo=False,
        )
        # 7 bits: without VNNI the sums of 8-bit products overflow 16 bits, and machines would differ.
        quantize_dynamic(
            full,
            folder / MODEL,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            nodes_to_exclude=["/head/MatMul"],  # the last layer is small, and every bit of it counts
        )
    shutil.copyfile(encoder_folder() / "tokenizer.json", folder / TOKENIZER)
