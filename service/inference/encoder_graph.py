"""MiniLM-L6-v2 as an ONNX graph, written from its weights.

BERT (Devlin et al., 2019) with 6 layers, 12 heads and 384 dimensions, then the pooling of sentence-transformers: the
mean over tokens, scaled to length 1. Shapes: B texts, T tokens, 384 dimensions D.
"""

import numpy as np
from onnx import TensorProto, helper

from service.inference.encoder_operators import FUSED, EncoderGraph, Precision, normalized
from service.inference.encoder_products import multiply, multiply_after_gelu, multiply_normalized
from service.inference.encoder_weights import EncoderWeights
from service.inference.minilm import DIMENSIONS

LAYERS, HEADS = 6, 12
_OPSETS = (("", 18), (FUSED, 1))
_IR_VERSION = 10


def build(weights: EncoderWeights, precision: Precision) -> bytes:
    """The graph, serialised: input_ids and attention_mask (B, T), int64 -> embedding (B, 384), float32."""
    graph = EncoderGraph(weights, precision)
    norm = _embed_tokens(graph)
    graph.add("Shape", [normalized(norm)], "shape")
    graph.add("Cast", ["attention_mask"], "mask", to=TensorProto.INT32)
    for layer in range(LAYERS):
        norm = _layer(graph, f"encoder.layer.{layer}", norm)
    _pool(graph, normalized(norm))
    return _serialize(graph)


def _embed_tokens(graph: EncoderGraph) -> str:
    """Word + position + type (there is one type): (B, T) -> (B, T, D); the name of what normalises it."""
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
    graph.normalize(f"{name}LayerNorm", "token")
    return f"{name}LayerNorm"


def _layer(graph: EncoderGraph, name: str, norm: str) -> str:
    """Self-attention, then two dense layers, each added to what came in and normalised: (B, T, D) -> (B, T, D).

    It takes and returns the name of a layer normalisation.
    """
    parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
    qkv = multiply_normalized(graph, norm, parts, f"{name}.qkv")  # (B, T, 3 D)
    q, k, v = (f"{name}.{part}" for part in "qkv")
    graph.nodes.append(helper.make_node("Split", [qkv], [q, k, v], axis=-1, num_outputs=3))
    attended = graph.fused("MultiHeadAttention", [q, k, v, "", "mask"], f"{name}.attended", num_heads=HEADS)
    projected = multiply(graph, attended, f"{name}.attention.output.dense", f"{name}.projected")
    middle, end = f"{name}.attention.output.LayerNorm", f"{name}.output.LayerNorm"
    graph.normalize_sum(middle, normalized(norm), projected)
    wide = multiply_normalized(graph, middle, [f"{name}.intermediate.dense"], f"{name}.wide")  # (B, T, 4 D)
    bent = graph.fused("Gelu", [wide], f"{name}.bent")
    narrow = multiply_after_gelu(graph, bent, f"{name}.output.dense", f"{name}.narrow")
    graph.normalize_sum(end, normalized(middle), narrow)
    return end


def _pool(graph: EncoderGraph, x: str) -> None:
    """The unit vector along the mean over unmasked tokens; their sum has the same direction."""
    one = graph.constant("second", np.array([1]))
    graph.add("Cast", ["attention_mask"], "mask.floats", to=TensorProto.FLOAT)
    graph.add("Unsqueeze", ["mask.floats", one], "mask.row")  # (B, 1, T)
    graph.add("MatMul", ["mask.row", x], "sum")  # (B, 1, D)
    graph.add("Squeeze", ["sum", one], "sum.flat")
    graph.add("LpNormalization", ["sum.flat"], "embedding", axis=-1, p=2)


def _serialize(graph: EncoderGraph) -> bytes:
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
