"""The weights of MiniLM-L6-v2, checked by SHA-256 and read as arrays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from service.inference.minilm import SHA256, checked_bytes

# The exporter put every name of the model's own under this one.
_ROOT = "inner."


@dataclass(frozen=True)
class Quantized:
    """An int8 array and the float32 scale of each of its rows or columns; their product is the weight."""

    values: NDArray[np.int8]
    scale: NDArray[np.float32]

    def floats(self) -> NDArray[np.float32]:
        """The weight itself."""
        return self.values.astype(np.float32) * self.scale


@dataclass(frozen=True)
class EncoderWeights:
    """Embedding tables (rows, 384), layers' matrices (inputs, outputs), and vectors, by the model's own names."""

    quantized: Mapping[str, Quantized]
    vectors: Mapping[str, NDArray[np.float32]]


def read_weights(path: Path, sha256: str = SHA256) -> EncoderWeights:
    """The weights in the pinned file; raise ModelUnavailable when it is missing or differs."""
    graph = onnx.load_from_string(checked_bytes(path, sha256)).graph
    arrays = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    tables = {name.removesuffix("_q"): name for name in arrays if name.endswith("weight_q")}
    matrices = _matrices(graph.node)
    return EncoderWeights(
        quantized={
            name.removeprefix(_ROOT): Quantized(arrays[f"{stem}_q"], arrays[f"{stem}_scale"])
            for name, stem in ({table: table for table in tables} | matrices).items()
        },
        vectors={
            name.removeprefix(_ROOT): array
            for name, array in arrays.items()
            if name.startswith(_ROOT) and array.dtype == np.float32 and not name.endswith("_scale")
        },
    )


def _matrices(nodes: Iterable[onnx.NodeProto]) -> dict[str, str]:
    """A matrix's own name -> the stem that the exporter gave it: what is multiplied before its bias is added."""
    nodes = list(nodes)
    multiplied = {node.output[0]: node.input[1] for node in nodes if node.op_type == "MatMul"}
    return {
        bias.removesuffix("bias") + "weight": multiplied[product]
        for node in nodes
        if node.op_type == "Add"
        for product, bias in (node.input, reversed(node.input))
        if bias.endswith(".bias") and product in multiplied
    }
