"""MiniLM-L6-v2 as an ONNX graph of fused operators, written from its weights.

BERT (Devlin et al., 2019) with 6 layers, 12 heads and 384 dimensions, then the pooling of sentence-transformers: the
mean over tokens, scaled to length 1. Shapes: B texts, T tokens, 384 dimensions D.
"""

from enum import StrEnum
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from service.inference.encoder_weights import EncoderWeights, Quantized
from service.inference.minilm import DIMENSIONS

LAYERS, HEADS = 6, 12
EPSILON = 1e-12  # of BERT's layer normalisation
# Seven bits: without VNNI, processors add pairs of 8x8-bit products in 16 bits, and eight bits would overflow them.
LARGEST_WEIGHT = 63
BLOCK = 128
_BLOCKS = {"bits": 8, "block_size": BLOCK, "accuracy_level": 4}  # 4: activations in int8 too
_FUSED = "com.microsoft"  # the domain of onnxruntime's own operators
_OPSETS = (("", 18), (_FUSED, 1))
_IR_VERSION = 10


class Precision(StrEnum):
    """How matrices are multiplied: in int8 (activations too; for processors), or in float32 (for accelerators)."""

    INT8 = "int8"
    FP32 = "fp32"


class _Graph:
    """Nodes and constants under construction; each method returns the name of what it adds."""

    def __init__(self, weights: EncoderWeights, precision: Precision) -> None:
        self.weights = weights
        self.precision = precision
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, onnx.TensorProto] = {}

    def constant(self, name: str, array: NDArray[np.generic]) -> str:
        self.constants[name] = numpy_helper.from_array(np.ascontiguousarray(array), name)
        return name

    def vector(self, name: str) -> str:
        return self.constant(name, self.weights.vectors[name])

    def add(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def fused(self, operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        return self.add(operator, inputs, output, domain=_FUSED, **attributes)

    def multiply(self, x: str, names: list[str], output: str) -> str:
        """(B, T, inputs) x (inputs, outputs), the matrices side by side, without their bias."""
        matrices = [self.weights.quantized[f"{name}.weight"] for name in names]
        matrix = Quantized(np.hstack([m.values for m in matrices]), np.hstack([m.scale for m in matrices]))
        if self.precision is Precision.FP32:
            return self.add("MatMul", [x, self.constant(f"{output}.w", matrix.floats())], output)
        values, scale = _narrow(matrix)
        constants = [self.constant(f"{output}.w", values), self.constant(f"{output}.scale", scale)]
        zero = self.constant(f"{output}.zero", np.zeros(len(scale), np.int8))
        return self.fused("DynamicQuantizeMatMul", [x, *constants, zero], output)

    def multiply_by_blocks(self, x: str, name: str, output: str) -> str:
        """The same of one matrix, with a scale of its own for each BLOCK of activations: slower and closer."""
        if self.precision is Precision.FP32:
            return self.multiply(x, [name], output)
        matrix = self.weights.quantized[f"{name}.weight"]
        inputs, outputs = matrix.values.shape
        blocks = inputs // BLOCK
        unsigned = (matrix.values.T.astype(np.int16) + 128).astype(np.uint8).reshape(outputs, blocks, BLOCK)
        scale = np.repeat(matrix.scale.T, blocks, axis=1)  # (outputs, blocks); the package has one a column
        constants = [self.constant(f"{output}.w", unsigned), self.constant(f"{output}.scale", scale)]
        return self.fused("MatMulNBits", [x, *constants], output, K=inputs, N=outputs, **_BLOCKS)

    def normalize_sum(self, name: str, x: str, y: str, bias: str) -> str:
        """LayerNorm(x + y + bias): the end of each half of a layer."""
        inputs = [x, y, self.vector(f"{name}.weight"), self.vector(f"{name}.bias"), self.vector(bias)]
        return self.fused("SkipLayerNormalization", inputs, f"{name}.out", epsilon=EPSILON)


def build(weights: EncoderWeights, precision: Precision) -> bytes:
    """The graph, serialised: input_ids and attention_mask (B, T), int64 -> embedding (B, 384), float32."""
    graph = _Graph(weights, precision)
    x = _embed_tokens(graph)
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for layer in range(LAYERS):
        x = _layer(graph, f"encoder.layer.{layer}", x)
    _pool(graph, x)
    return _serialize(graph)


def _narrow(matrix: Quantized) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Seven bits a weight, and the scale of each column."""
    widest = float(np.iinfo(np.int8).max)
    values = np.rint(matrix.values * (LARGEST_WEIGHT / widest)).astype(np.int8)
    return values, (matrix.scale[0] * (widest / LARGEST_WEIGHT)).astype(np.float32)


def _embed_tokens(graph: _Graph) -> str:
    """Word + position + type (there is one type), normalised: (B, T) -> (B, T, D)."""
    name = "embeddings."
    words = graph.weights.quantized[f"{name}word_embeddings.weight"]
    positions = graph.weights.quantized[f"{name}position_embeddings.weight"].floats()
    types = graph.weights.vectors[f"{name}token_type_embeddings.weight"]
    # The table stays int8, only the rows looked up become floats: 12 MB in memory, not 47.
    graph.add("Gather", [graph.constant("words", words.values), "input_ids"], "word.values")
    graph.add("Gather", [graph.constant("words.scale", words.scale), "input_ids"], "word.scale")
    graph.add("Cast", ["word.values"], "word.floats", to=TensorProto.FLOAT)
    graph.add("Mul", ["word.floats", "word.scale"], "word")
    graph.add("Shape", ["input_ids"], "tokens", start=1, end=2)
    zero = graph.constant("first", np.array([0]))
    graph.add("Slice", [graph.constant("positions", positions + types[0]), zero, "tokens", zero], "position")
    graph.add("Add", ["word", "position"], "token")
    vectors = [graph.vector(f"{name}LayerNorm.weight"), graph.vector(f"{name}LayerNorm.bias")]
    return graph.add("LayerNormalization", ["token", *vectors], "token.out", axis=-1, epsilon=EPSILON)


def _layer(graph: _Graph, name: str, x: str) -> str:
    """Self-attention, then two dense layers, each added to what came in and normalised: (B, T, D) -> (B, T, D)."""
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    qkv = graph.multiply(x, parts, f"{name}.qkv")  # (B, T, 3 D)
    q, k, v = (f"{name}.{part}" for part in "qkv")
    graph.nodes.append(helper.make_node("Split", [qkv], [q, k, v], axis=-1, num_outputs=3))
    bias = graph.constant(f"{qkv}.bias", np.hstack([graph.weights.vectors[f"{part}.bias"] for part in parts]))
    attended = graph.fused("MultiHeadAttention", [q, k, v, bias, "mask"], f"{name}.attended", num_heads=HEADS)
    projected = graph.multiply(attended, [f"{name}.attention.output.dense"], f"{name}.projected")
    output = f"{name}.attention.output"
    x = graph.normalize_sum(f"{output}.LayerNorm", x, projected, f"{output}.dense.bias")
    wide = graph.multiply(x, [f"{name}.intermediate.dense"], f"{name}.wide")  # (B, T, 4 D)
    wide = graph.fused("BiasGelu", [wide, graph.vector(f"{name}.intermediate.dense.bias")], f"{wide}.gelu")
    # After GELU a few activations are far larger than the rest: one scale for all would drown these.
    narrow = graph.multiply_by_blocks(wide, f"{name}.output.dense", f"{name}.narrow")
    return graph.normalize_sum(f"{name}.output.LayerNorm", x, narrow, f"{name}.output.dense.bias")


def _pool(graph: _Graph, x: str) -> None:
    """The unit vector along the mean over unmasked tokens; their sum has the same direction."""
    one = graph.constant("second", np.array([1]))
    graph.add("Cast", ["attention_mask"], "mask.floats", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask.floats", one], "mask.row")  # (B, 1, T)
    graph.add("MatMul", ["mask.row", x], "sum")  # (B, 1, D)
    graph.add("Squeeze", ["sum", one], "sum.flat")
    graph.add("LpNormalization", ["sum.flat"], "embedding", axis=-1, p=2)


def _serialize(graph: _Graph) -> bytes:
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, ["B", "T"]) for name in ("input_ids", "attention_mask")
    ]
    output = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["B", DIMENSIONS])
    model = helper.make_model(
        helper.make_graph(graph.nodes, "minilm-l6-v2", inputs, [output], list(graph.constants.values())),
        opset_imports=[helper.make_opsetid(domain, version) for domain, version in _OPSETS],
        ir_version=_IR_VERSION,
    )
    return bytes(model.SerializeToString())
