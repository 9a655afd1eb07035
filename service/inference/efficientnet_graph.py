"""EfficientNet-lite0 (Tan & Le 2019, arXiv 1905.11946) as an ONNX graph, written from its weights.

Batch norms are folded into the convolutions before them. Shapes: channels, height, width, of one picture.
"""

from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from service.inference.imagenet import SIDE, STAGES, STRIDES
from service.inference.torch_file import Arrays

EPSILON = 1e-3  # of the batch norms it was trained with
_OPSET, _IR_VERSION = 18, 10


class _Graph:
    """Nodes and constants under construction; each method returns the name of what it adds."""

    def __init__(self, weights: Arrays) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.zero, self.six = self.constant("zero", np.array(0.0)), self.constant("six", np.array(6.0))

    def constant(self, name: str, array: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.asarray(array, np.float32, order="C"), name))
        return name

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def convolve(self, x: str, layer: str, norm: str, size: int, stride: int = 1) -> str:
        """A convolution and its batch norm; `size` is the input's, on which "same" padding depends."""
        kernel = self.weights[f"{layer}.weight"]
        scale = self.weights[f"{norm}.weight"] / np.sqrt(self.weights[f"{norm}.running_var"] + EPSILON)
        bias = self.weights[f"{norm}.bias"] - self.weights[f"{norm}.running_mean"] * scale
        folded = self.constant(f"{layer}.w", kernel * scale[:, None, None, None]), self.constant(f"{layer}.b", bias)
        return self.add(
            "Conv",
            [x, *folded],
            f"{layer}.out",
            group=len(kernel) if kernel.shape[1] == 1 else 1,
            strides=[stride] * 2,
            pads=_pads(size, kernel.shape[-1], stride),
        )

    def clip(self, x: str, output: str) -> str:
        """ReLU6: nothing below 0, nothing above 6."""
        return self.add("Clip", [x, self.zero, self.six], output)


def build(weights: Arrays) -> bytes:
    """The graph, serialised: picture (1, 3, 224, 224) -> logits (1, 1000), and what every stage gives."""
    graph, size = _Graph(weights), SIDE // 2
    x = graph.clip(graph.convolve("picture", "_conv_stem", "_bn0", SIDE, 2), STAGES[0])
    for at, stride in enumerate(STRIDES):
        x = _block(graph, x, at, size)
        size //= stride
    x = graph.clip(graph.convolve(x, "_conv_head", "_bn1", size), STAGES[-1])
    x = graph.add("Flatten", [graph.add("GlobalAveragePool", [x], "pooled")], "flat")
    constants = [graph.constant(f"dense.{part}", weights[f"_fc.{part}"]) for part in ("weight", "bias")]
    graph.add("Gemm", [x, *constants], "logits", transB=1)
    return _serialize(graph)


def _block(graph: _Graph, x: str, at: int, size: int) -> str:
    """Widen, convolve each channel by itself, narrow; what came in is added where the shape is the same."""
    name, stride, y = f"_blocks.{at}", STRIDES[at], x
    widens = f"{name}._expand_conv.weight" in graph.weights
    if widens:
        y = graph.clip(graph.convolve(y, f"{name}._expand_conv", f"{name}._bn0", size), f"{name}.wide")
    y = graph.clip(graph.convolve(y, f"{name}._depthwise_conv", f"{name}._bn1", size, stride), f"{name}.each")
    y = graph.convolve(y, f"{name}._project_conv", f"{name}._bn2", size // stride)
    out = len(graph.weights[f"{name}._project_conv.weight"])
    if widens and stride == 1 and graph.weights[f"{name}._expand_conv.weight"].shape[1] == out:
        return graph.add("Add", [x, y], STAGES[at + 1])
    return graph.add("Identity", [y], STAGES[at + 1])


def _pads(size: int, kernel: int, stride: int) -> list[int]:
    """So many zeros that the output is size / stride; the end has the larger half, as in TensorFlow."""
    added = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    before = added // 2
    return [before, before, added - before, added - before]


def _serialize(graph: _Graph) -> bytes:
    picture = helper.make_tensor_value_info("picture", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in (*STAGES, "logits")]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "efficientnet-lite0", [picture], outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR_VERSION,
    )
    return bytes(model.SerializeToString())
