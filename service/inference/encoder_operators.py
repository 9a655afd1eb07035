"""The ONNX graph of an encoder under construction."""

from enum import StrEnum
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from service.inference.encoder_weights import EncoderWeights

EPSILON = 1e-12  # of BERT's layer normalisation
FUSED = "com.microsoft"  # the domain of onnxruntime's own operators


class Precision(StrEnum):
    """How matrices are multiplied: in int8 (activations too; for processors), or in float32 (for accelerators)."""

    INT8 = "int8"
    FP32 = "fp32"


class EncoderGraph:
    """Nodes and constants; each method returns the name of what it adds."""

    def __init__(self, weights: EncoderWeights, precision: Precision) -> None:
        self.weights = weights
        self.precision = precision
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, array: NDArray[np.generic]) -> str:
        """An array."""
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def number(self, name: str, number: float) -> str:
        """A number, in float32."""
        return self.constant(name, np.array(number, np.float32))

    def vector(self, name: str) -> str:
        """One of the weights' vectors, by the model's own name."""
        return self.constant(name, self.weights.vectors[name])

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """One of ONNX's operators."""
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def fused(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        """One of onnxruntime's operators."""
        return self.add(operator, inputs, output, domain=FUSED, **attributes)

    def normalize(self, name: str, x: str) -> str:
        """LayerNorm(x), with the weights of that name."""
        vectors = [self.vector(f"{name}.weight"), self.vector(f"{name}.bias")]
        return self.add("LayerNormalization", [x, *vectors], normalized(name), axis=-1, epsilon=EPSILON)

    def normalize_sum(self, name: str, x: str, y: str) -> str:
        """LayerNorm(x + y): the end of each half of a layer. SkipLayerNormalization takes three times as long."""
        return self.normalize(name, self.add("Add", [x, y], f"{name}.in"))


def normalized(name: str) -> str:
    """What comes out of the layer normalisation with the weights of that name."""
    return f"{name}.out"
